// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// savedBefore is what a ledger saved when SavedVersion was new: a program that is replaced
// leaves such values to the next one.
func savedBefore() string { return filepath.Join("testdata", "saved-"+SavedVersion+".hex") }

// storyBefore has some of everything that there was then: addresses, other ports, an
// entry, and a row that is gone.
func storyBefore() (*Ledger, [][]byte) {
	l := saved(options)
	var values [][]byte
	add := func(change func(o *Observation)) {
		o := connection("shop", "web", "api.example.com")
		change(o)
		l.Add(o, nil)
	}
	add(func(o *Observation) { o.Time -= 2 * options.Retention.Nanoseconds() })
	values = append(values, save(l, 100)...)
	l.Expire(noon)
	for n := range egress.MaxPorts + 1 {
		add(func(o *Observation) { o.Key.Port = uint16(1000 + n) })
	}
	for n := range egress.MaxAddresses + 1 {
		add(func(o *Observation) {
			o.Address = "203.0.113." + string(rune('0'+n))
			o.Key.Decision, o.Key.NameSource, o.Key.Entry = egress.Allowed, egress.NameOfEntry, "api.example.com"
		})
	}
	add(func(o *Observation) {
		o.Key = egress.Key{Source: egress.Source{Namespace: "shop", Workload: "batch"}, Decision: egress.Blocked}
	})
	return l, append(values, save(l, 7)...)
}

// A program goes on with what an earlier one of the same SavedVersion saved.
func TestSavedBefore(t *testing.T) {
	want, values := storyBefore()
	// A file that is there is what an earlier program saved, and stays.
	if _, err := os.Stat(savedBefore()); err != nil && os.Getenv("UPDATE_GOLDEN") != "" {
		var now []string
		for _, v := range values {
			now = append(now, hex.EncodeToString(v))
		}
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(savedBefore(), []byte(strings.Join(now, "\n")+"\n"), 0o600))
	}
	b, err := os.ReadFile(savedBefore())
	require.NoError(t, err)
	values = nil
	for line := range strings.Lines(string(b)) {
		v, err := hex.DecodeString(strings.TrimSpace(line))
		require.NoError(t, err)
		values = append(values, v)
	}
	assert.ElementsMatch(t, want.Rows(), restore(t, options, values).Rows())
}
