// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// ownedKey is the key of connections of a workload to a service, as its own proxy
// tells them, or as that of the service does.
func ownedKey(reporter, workload, service string) func([]byte) []byte {
	return func(dst []byte) []byte {
		dst = AppendProtocol(dst, contract.TCP)
		for l, value := range map[contract.Label]string{contract.Reporter: reporter} {
			dst, _ = AppendLabel(dst, l, value)
		}
		if reporter == contract.ReporterSource {
			dst, _ = AppendLabel(dst, contract.SourceWorkload, workload)
			dst, _ = AppendLabel(dst, contract.SourceWorkloadNamespace, "default")
		} else {
			dst, _ = AppendLabel(dst, contract.SourceWorkload, service) // whoever calls writes that
			dst, _ = AppendLabel(dst, contract.DestinationWorkload, workload)
		}
		dst, _ = AppendLabel(dst, contract.DestinationService, service)
		return dst
	}
}

// A workload that fills what it may leaves a tenth for the first contacts of
// others, and gets its own back when its series have ended.
func TestOneWorkloadLeavesSomething(t *testing.T) {
	for _, reporter := range []string{contract.ReporterSource, "destination"} {
		o := Options{Schemas: schemas, Metrics: metricsOf(contract.SchemaIstio, []float64{1}, []float64{1}), MaxSeries: 10_000, IdleTimeout: 100}
		s := New(o, 1)
		apply := func(workload, service, ip string) {
			var b Batch
			b.Begin(Labels{}, nil, ownedKey(reporter, workload, service))
			b.Add().Addresses[0] = ip
			s.Apply(&b, 1)
		}
		for n := range 20_000 {
			apply("flood", fmt.Sprint("host-", n%50), fmt.Sprint("ip-", n))
		}
		require.Positive(t, s.Stats().Overflowed)
		assert.LessOrEqual(t, s.Stats().Committed, o.MaxSeries)
		before := s.Stats().Overflowed
		for n := range 100 {
			apply("victim", "bank.example", fmt.Sprint("victim-", n))
		}
		assert.Equal(t, before, s.Stats().Overflowed, "there is room for newcomers")

		for range 3 {
			c := s.Collect(2, 1_000)
			var n Snapshot
			for c.Append(&n, 100) {
			}
			c.Accept(n.Groups)
			c = s.Collect(3, 2_000)
			n.Reset()
			for c.Append(&n, 100) {
			}
			c.Accept(n.Groups)
		}
		assert.Empty(t, s.holders.entries, "nobody holds anything")
		assert.Zero(t, s.Stats().Committed)
	}
}
