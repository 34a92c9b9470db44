// SPDX-License-Identifier: Apache-2.0

package series

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// gauges makes points of one metric, each with the attribute set.
func gauges(sets ...int) pmetric.Metrics {
	md := pmetric.NewMetrics()
	m := md.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	m.SetName("m")
	points := m.SetEmptyGauge().DataPoints()
	for _, set := range sets {
		p := points.AppendEmpty()
		p.Attributes().PutStr("set", strconv.Itoa(set))
		p.Attributes().PutStr("none", "")
		p.SetIntValue(1)
	}
	return md
}

// wiresOf returns the labels of the sets of a batch.
func wiresOf(sets []*Set) (wires []string) {
	for _, s := range sets {
		wires = append(wires, string(s.wire))
	}
	return wires
}

// TestFindSetInAnyOrder: what came after a point the last time is a guess.
func TestFindSetInAnyOrder(t *testing.T) {
	r, err := NewReader(nil, 1<<20)
	require.NoError(t, err)
	for _, order := range [][]int{{1, 2, 3}, {1, 2, 3}, {3, 2, 1}, {2, 2, 2}, {1, 12, 3}, {1}, {}, {4, 1, 2, 3}} {
		fresh, err := NewReader(nil, 1<<20)
		require.NoError(t, err)
		assert.Equal(t, wiresOf(fresh.Read(gauges(order...))), wiresOf(r.Read(gauges(order...))), order)
		r.Done()
	}
	sets, _ := r.Cached()
	assert.Equal(t, 5, sets)
}

// TestFindSetAfterDrop: an entry that went is not found by the one before it.
func TestFindSetAfterDrop(t *testing.T) {
	r, err := NewReader(nil, 1<<20)
	require.NoError(t, err)
	for range 2 {
		r.Read(gauges(1, 2))
		r.Done()
	}
	r.cache.drop(func(*entry) bool { return true })
	r.Read(gauges(1, 2))
	sets, _ := r.Cached()
	assert.Equal(t, 2, sets)
}

// TestFindSetOfAnotherResource: equal attributes of another resource are another
// set.
func TestFindSetOfAnotherResource(t *testing.T) {
	r, err := NewReader(nil, 1<<20)
	require.NoError(t, err)
	for _, instance := range []string{"a", "b", "a", "", "b"} {
		md := gauges(1, 1)
		md.ResourceMetrics().At(0).Resource().Attributes().PutStr("service.instance.id", instance)
		sets := r.Read(md)
		require.Len(t, sets, 1)
		got := map[string]string{}
		for name, value := range sets[0].Labels() {
			got[string(name)] = string(value)
		}
		want := map[string]string{"set": "1", "instance": instance}
		if instance == "" {
			delete(want, "instance")
		}
		assert.Equal(t, want, got)
		r.Done()
	}
}
