// SPDX-License-Identifier: Apache-2.0

package lastheard

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var start = time.Unix(1_700_000_000, 0)

func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

func TestHeard(t *testing.T) {
	table := New(10, time.Hour)
	table.Heard("a", "10.0.0.1", at(0))
	table.Heard("b", "10.0.0.2", at(1))
	table.Heard("a", "10.0.0.1", at(2))
	table.Heard("a", "10.0.0.3", at(3)) // who claims to be a does not hide that a is silent
	table.Heard("", "10.0.0.4", at(4))
	table.Heard(strings.Repeat("x", maxNodeID+1), "10.0.0.4", at(4))
	assert.Equal(t, map[Proxy]time.Time{
		{"a", "10.0.0.1"}: at(2),
		{"b", "10.0.0.2"}: at(1),
		{"a", "10.0.0.3"}: at(3),
	}, maps.Collect(table.All(at(5))))
	assert.Equal(t, map[Proxy]time.Time{{"a", "10.0.0.3"}: at(3)}, maps.Collect(table.All(at(3603))))
	assert.Empty(t, maps.Collect(table.All(at(3604))))
	assert.Empty(t, table.clients)
	var none *Table
	none.Heard("a", "10.0.0.1", at(0))
}

// Whoever invents node ids removes nobody else's.
func TestInventedNodes(t *testing.T) {
	const honest, most = 50, 100
	table := New(most, time.Hour)
	want := map[Proxy]time.Time{}
	for i := range honest {
		p := Proxy{fmt.Sprint("honest-", i), fmt.Sprint("10.0.0.", i)}
		table.Heard(p.NodeID, p.Client, at(i))
		want[p] = at(i)
	}
	for i := range 10 * most {
		table.Heard(fmt.Sprint("invented-", i), "10.9.9.9", at(honest+i))
	}
	late := Proxy{"late", "10.0.1.1"}
	table.Heard(late.NodeID, late.Client, at(20*most))
	want[late] = at(20 * most)
	got := maps.Collect(table.All(at(20 * most)))
	require.Len(t, got, most)
	for p, heard := range want {
		assert.Equal(t, heard, got[p], p)
	}
}

// With an entry each, the one that was not heard for longest goes.
func TestFull(t *testing.T) {
	table := New(3, time.Hour)
	for i := range 3 {
		table.Heard("node", strconv.Itoa(i), at(i))
	}
	table.Heard("node", "0", at(3))
	table.Heard("node", "3", at(4))
	assert.Equal(t, map[Proxy]time.Time{{"node", "0"}: at(3), {"node", "2"}: at(2), {"node", "3"}: at(4)}, maps.Collect(table.All(at(4))))
	table.Heard("node", "4", at(3603)) // the time of the second is over
	assert.Len(t, maps.Collect(table.All(at(3603))), 3)
}

func BenchmarkHeard(b *testing.B) {
	table := New(1000, time.Hour)
	for i := range 1000 {
		table.Heard(fmt.Sprint("sidecar~10.0.0.1~sleep-1.default~default.svc.cluster.local", i), strconv.Itoa(i), at(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		table.Heard("sidecar~10.0.0.1~sleep-1.default~default.svc.cluster.local7", "7", start)
	}
}
