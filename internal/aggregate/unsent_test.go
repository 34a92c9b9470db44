// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestUnsent(t *testing.T) {
	s := New(testOptions(contract.SchemaIstio), 1)
	assert.Zero(t, s.Unsent())
	apply(s, 1, keyOf(contract.TCP, source), connection("a"), connection("a"), connection("b"))
	assert.Equal(t, Unsent{Records: 3, Series: 8}, s.Unsent())

	collect(s, 2, 2, false, nil)
	assert.Equal(t, Unsent{Records: 3, Series: 8}, s.Unsent(), "it was refused")
	apply(s, 2, keyOf(contract.TCP, source), connection("b"))
	n, _ := collect(s, 3, 3, true, func() { apply(s, 3, keyOf(contract.TCP, source), connection("a")) })
	assert.Len(t, n.Groups, 2)
	assert.Equal(t, Unsent{Records: 1, Series: 4}, s.Unsent(), "one came in after it was collected")

	collect(s, 4, 4, true, nil)
	assert.Zero(t, s.Unsent())
}

// A request is counted in a target and beside it, and is one record.
func TestUnsentRequests(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	s := New(o, 1)
	apply(s, 1, keyOf(contract.HTTP, source), request("a"), request("a"))
	n, _ := collect(s, 2, 2, false, nil)
	counters, histograms := 0, 0
	for i := range n.Counters {
		if n.Counters[i].Set != nil {
			counters++
		}
	}
	for i := range s.layouts[0][contract.HTTP].histograms {
		histograms += s.layouts[0][contract.HTTP].histograms[i].series()
	}
	assert.Equal(t, Unsent{Records: 2, Series: counters + histograms}, s.Unsent())

	// Without a counter that has addresses the set counts the records.
	o.Metrics = nil
	for _, m := range testOptions(contract.SchemaIstio).Metrics {
		if m.Kind == Histogram {
			o.Metrics = append(o.Metrics, m)
		}
	}
	s = New(o, 1)
	apply(s, 1, keyOf(contract.HTTP, source), request("a"), request("a"))
	assert.Equal(t, Unsent{Records: 2, Series: histograms}, s.Unsent())
}

func TestCollectUnsent(t *testing.T) {
	o := testOptions(contract.SchemaIstio)
	o.IdleTimeout = 10
	s := New(o, 1)
	apply(s, 1, keyOf(contract.TCP, source), connection("a"), connection("b"), connection("c"))
	n := new(Snapshot)
	c := s.Collect(2, 2)
	for c.Append(n, 1) {
	}
	c.Accept(n.Groups[:1])
	apply(s, 3, keyOf(contract.TCP, source), connection("c"))

	n.Reset()
	c = s.CollectUnsent(100, 100)
	for c.Append(n, 1) {
	}
	var addresses []string
	for _, p := range n.Counters {
		if p.Metric == n.Counters[0].Metric {
			addresses = append(addresses, p.Addresses[0])
			assert.False(t, p.Ended, "what was not sent does not end")
		}
	}
	assert.Equal(t, []string{"b", "c"}, addresses)
	c.Accept(n.Groups)
	assert.Zero(t, s.Unsent())
}
