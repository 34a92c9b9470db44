// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// FuzzRestore reads bytes that anybody may have written. What can be read can be
// collected and saved, and read again.
func FuzzRestore(f *testing.F) {
	for seed := range uint64(4) {
		m := newModel(&testing.T{}, 0, nil, true, seed)
		m.state.StartSaving()
		for range 20 {
			m.apply()
		}
		m.save()
		for _, v := range m.saved.values {
			f.Add(v, seed%2 == 1)
		}
	}
	f.Fuzz(func(t *testing.T, value []byte, exponential bool) {
		o := testOptions(contract.SchemaIstio)
		if exponential {
			o.ExponentialSize = 20
		}
		var r Restorer
		if r.Read(value) != nil {
			return
		}
		s, _, err := r.State(o, 1)
		if err != nil {
			return
		}
		s.StartSaving()
		s.BeginFold()
		c := s.Collect(2, 1)
		var n Snapshot
		c.Append(&n, 1<<20)
		c.Accept(n.Groups)
		s.BeginSave()
		var e state.Encoder
		s.AppendUnsaved(&e, 1<<20)
		var again Restorer
		require.NoError(t, again.Read(e.Bytes()))
		got, _, err := again.State(o, 1)
		require.NoError(t, err)
		require.Equal(t, s.stats.Series, got.stats.Series)
	})
}
