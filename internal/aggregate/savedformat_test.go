// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// savedBefore is what a State saved when SavedVersion was new: a program that is
// replaced leaves such values to the next one.
func savedBefore() string { return filepath.Join("testdata", "saved-"+SavedVersion+".hex") }

// storyOf counts some of everything: kinds of histograms, addresses, slots, an end.
func storyOf(t *testing.T, exponential int32) (*State, Options, [][]byte) {
	t.Helper()
	o := testOptions(contract.SchemaIstio)
	o.ExponentialSize, o.IdleTimeout = exponential, 1000
	s := New(o, 5*ms)
	s.StartSaving()
	var values [][]byte
	save := func() {
		if s.BeginSave() {
			var e state.Encoder
			for s.AppendUnsaved(&e, 2) {
				continue
			}
			values = append(values, e.Bytes())
		}
	}
	send := func(now int64, workload string, term uint64, o Observation) {
		var b Batch
		b.Begin(Labels{Incarnation: "first"}, []Slot{slotOf("destination_service", 3, term)}, func(dst []byte) []byte {
			return append(dst, keyOf(contract.HTTP, source, Label{"source_workload", workload}, Label{"team", "payments"})...)
		})
		*b.Add() = o
		s.Apply(&b, now)
	}
	seen := func(ip string, duration int64) Observation {
		return Observation{
			Values: Values{duration, 100, 2000, 1, 1}, Addresses: Addresses{ip, "host.example", ""},
			AddressSlots: AddressSlots{contract.PackSlot(7, 1), 0},
		}
	}
	collect := func(now, clock int64) {
		c := s.Collect(now, clock)
		var n Snapshot
		for c.Append(&n, 100) {
			continue
		}
		c.Accept(n.Groups)
	}
	send(6*ms, "ends", 1, seen("192.0.2.1", 3e6))
	save()
	collect(7*ms, 1)
	send(8*ms, "stays", 2, seen("192.0.2.2", 0))
	send(8*ms, "stays", 2, seen("192.0.2.3", 12e9))
	save()
	collect(9*ms, 500)
	collect(10*ms, 1001)
	send(11*ms, "stays", 2, seen("192.0.2.2", 7e6))
	save()
	return s, o, values
}

// A program goes on with what an earlier one of the same SavedVersion saved.
func TestSavedBefore(t *testing.T) {
	var now []string
	for _, exponential := range []int32{0, 20} {
		_, _, values := storyOf(t, exponential)
		for _, v := range values {
			now = append(now, hex.EncodeToString(v))
		}
		now = append(now, "")
	}
	// A file that is there is what an earlier program saved, and stays.
	if _, err := os.Stat(savedBefore()); err != nil && os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(savedBefore(), []byte(strings.Join(now, "\n")), 0o600))
	}
	b, err := os.ReadFile(savedBefore())
	require.NoError(t, err)
	lines := strings.Split(string(b), "\n")
	for _, exponential := range []int32{0, 20} {
		want, o, _ := storyOf(t, exponential)
		var r Restorer
		for lines[0] != "" {
			v, err := hex.DecodeString(lines[0])
			require.NoError(t, err)
			require.NoError(t, r.Read(v))
			lines = lines[1:]
		}
		lines = lines[1:]
		got, left, err := r.State(o, 20*ms)
		require.NoError(t, err)
		require.Zero(t, left)
		require.Positive(t, got.stats.Series)
		requireSame(t, want, got)
	}
}
