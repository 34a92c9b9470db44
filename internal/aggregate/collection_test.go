// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// connection is a record of a connection to an address.
func connection(address string) Observation {
	return Observation{Values: Values{Absent, 1, 1, Absent, Absent}, Addresses: Addresses{address}}
}

// collect collects all; during runs before what was collected is accepted, if
// it is.
func collect(s *State, now, clock int64, accept bool, during func()) (*Snapshot, *Collection) {
	n := new(Snapshot)
	c := s.Collect(now, clock)
	for c.Append(n, 2) {
	}
	if during != nil {
		during()
	}
	if accept {
		c.Accept(n.Groups)
	}
	return n, c
}

func TestCollectionGoesInSteps(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	for set := range 3 {
		for a := range 5 {
			apply(s, 1, keyOf(contract.TCP, Label{"source_app", strconv.Itoa(set)}), connection(strconv.Itoa(a)))
		}
	}
	c := s.Collect(2, 2)
	var n Snapshot
	var lens []int
	for more := true; more; {
		more = c.Append(&n, 2)
		lens = append(lens, len(n.Groups))
	}
	assert.Equal(t, []int{2, 4, 6, 8, 10, 12, 14, 15}, lens)
	var order []string
	for i := 0; i < len(n.Counters); i += 4 {
		order = append(order, n.Counters[i].Set.Labels[0].Value+n.Counters[i].Addresses[0])
	}
	assert.Equal(t, []string{"00", "01", "02", "03", "04", "10", "11", "12", "13", "14", "20", "21", "22", "23", "24"}, order)
}
