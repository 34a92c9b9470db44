// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// TestMemory holds the README's figures for what a series group takes, and
// shows that it is given back.
func TestMemory(t *testing.T) {
	const n = 10_000
	o := testOptions(contract.SchemaIstio)
	o.Metrics = metricsOf(contract.SchemaIstio, make([]float64, 19), make([]float64, 19))
	o.Exemplars = false
	o.IdleTimeout = idleTimeout
	for _, test := range []struct {
		name  string
		most  int // bytes each, of which labels are as many as they are long
		apply func(s *State, i int)
	}{
		{"address of requests", 400, func(s *State, i int) {
			apply(s, 1, keyOf(contract.HTTP, source), connection(fmt.Sprintf("198.51.%d.%d", i/256, i%256)))
		}},
		{"address of connections", 500, func(s *State, i int) {
			apply(s, 1, keyOf(contract.TCP, source), connection(fmt.Sprintf("198.51.%d.%d", i/256, i%256)))
		}},
		{"set of requests", 4096, func(s *State, i int) {
			labels := make([]Label, 0, contract.NumLabels)
			for _, l := range contract.SchemaIstio.Labels(contract.HTTP) {
				labels = append(labels, Label{l.String(), fmt.Sprint("some-usual-value-", i)})
			}
			apply(s, 1, keyOf(contract.HTTP, labels...), request(""))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := New(o, 1)
			empty := heap()
			for i := range n {
				test.apply(s, i)
			}
			each := int(heap()-empty) / n
			t.Logf("%d bytes each", each)
			assert.Less(t, each, test.most)
			collect(s, 10, 0, true, nil)
			collect(s, 20, idleTimeout, true, nil)
			assert.Less(t, int64(heap())-int64(empty), int64(n*test.most/20), "memory is given back")
			runtime.KeepAlive(s)
		})
	}
}

// A batch of an unusual size does not keep its memory.
func TestBatchGivesMemoryBack(t *testing.T) {
	fill := func(b *Batch, groups, each int) {
		for i := range groups {
			b.Begin(Labels{}, []Slot{{Label: "a", Packed: 1}}, func(dst []byte) []byte { return append(dst, make([]byte, 1000)...) })
			for range each {
				b.Add().Addresses[0] = strconv.Itoa(i)
			}
		}
	}
	var b Batch
	fill(&b, 50, 10)
	b.Reset()
	usual := b
	assert.NotZero(t, cap(b.keys)*cap(b.slots)*cap(b.groups)*cap(b.observations), "memory of a usual one is used again")
	fill(&b, 3000, 1)
	assert.Greater(t, cap(b.keys), keptKeys)
	b.Reset()
	assert.Zero(t, cap(b.keys)+cap(b.slots)+cap(b.groups)+cap(b.observations))
	fill(&b, 1, 1)
	assert.Equal(t, Observation{Values: NoValues, Addresses: Addresses{"0"}}, *b.At(0))
	assert.Zero(t, usual.Len())
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
