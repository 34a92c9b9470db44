// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestStateAgainstAReference adds random records, collects at random, has the
// next component refuse and values lose their slots at random, and compares
// what arrived with all that was added.
func TestStateAgainstAReference(t *testing.T) {
	revived, cameBack := 0, 0
	for _, test := range []struct {
		name string
		// room is how many times the least that may be configured fits.
		room      int
		seeds     uint64
		kept      []string // labels that the bound leaves
		overflows bool
	}{
		{"unbounded", 0, 2, []string{"reporter", "source_workload", "destination_workload", "destination_service", "destination_service_name", "destination_ip", "destination_host", "destination_network"}, false},
		{"all overflow sets fit", 60, 3, []string{"reporter", reportingWorkload}, true},
		{"few overflow sets fit", 10, 6, nil, true},
		{"the least", 1, 40, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var all Stats
			for seed := range test.seeds {
				m := newModel(t, test.room, test.kept, test.overflows, seed)
				for range 150 {
					m.step()
				}
				m.finish()
				revived, cameBack = revived+m.revived, cameBack+m.cameBack
				stats := m.state.Stats()
				all.Overflowed += stats.Overflowed
				for c := range NumCauses {
					all.EndedSets[c] += stats.EndedSets[c]
					all.EndedAddresses[c] += stats.EndedAddresses[c]
				}
			}
			assert.Equal(t, test.overflows, all.Overflowed > 0)
			// The last cause is that of pinned sets, which the model does not have.
			for _, ended := range [][NumCauses]int64{all.EndedSets, all.EndedAddresses} {
				assert.NotContains(t, ended[:Unpinned], int64(0))
				assert.Zero(t, ended[Unpinned])
			}
		})
	}
	assert.Positive(t, revived, "no end was overtaken by a record: the test tests too little")
	assert.Positive(t, cameBack, "no series came back: the test tests too little")
}
