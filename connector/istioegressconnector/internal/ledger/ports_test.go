// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// onPort is a connection of the workload that scans to a port of a host.
func onPort(host string, port int) *Observation {
	o := connection("shop", "scan", host)
	o.Key.Port, o.Key.NameSource, o.Key.Traffic = uint16(port), egress.NoName, egress.TCP
	return o
}

// scan adds a connection to so many ports of each host.
func scan(l *Ledger, hosts, ports int) (sent int64) {
	for h := range hosts {
		for p := range ports {
			l.Add(onPort("10.0."+strconv.Itoa(h/256)+"."+strconv.Itoa(h%256), p+1), nil)
			sent++
		}
	}
	return sent
}

// rowsOf has the rows of other ports apart.
func rowsOf(l *Ledger) (ports, others []egress.Row) {
	for _, r := range l.Rows() {
		if r.OtherPorts {
			others = append(others, r)
		} else {
			ports = append(ports, r)
		}
	}
	return ports, others
}

// Who scans the ports of an address hides nothing of what it does later.
func TestPortScan(t *testing.T) {
	o := withMetrics(1000)
	l := New(o)
	sent := scan(l, 1, 24_000)
	ports, others := rowsOf(l)
	assert.Len(t, ports, egress.MaxPorts)
	require.Len(t, others, 1)
	assert.Zero(t, others[0].Port)
	assert.Equal(t, "10.0.0.0", others[0].Destination)
	assert.Equal(t, sent-egress.MaxPorts, others[0].Connections)
	assert.Zero(t, l.Stats().Overflow)

	for i := range 500 {
		later := onPort(strconv.Itoa(i)+".example.org", 443)
		later.Time += int64(1+i) * second
		require.Len(t, l.Add(later, nil), 1)
	}
	assert.Zero(t, l.Stats().Overflow, "later destinations have rows of their own")
	assert.Equal(t, total(l.Rows()), sums(collectorOf(l).collect()), "the metrics are those of the rows")

	blocked := onPort("10.0.0.0", 1)
	blocked.Key.Decision = egress.Blocked
	l.Add(blocked, nil)
	ports, _ = rowsOf(l)
	assert.True(t, slices.ContainsFunc(ports, func(r egress.Row) bool { return r.Decision == egress.Blocked }), "another decision has ports of its own")
}

// The ports of many addresses take half of the workload's share. The rest is for
// destinations that are new.
func TestPortScanOfManyAddresses(t *testing.T) {
	l := New(options)
	sent := scan(l, 100, egress.MaxPorts)
	before := l.Stats()
	for i := range 100 {
		l.Add(onPort(strconv.Itoa(i)+".example.org", 443), nil)
	}
	assert.Equal(t, before.Overflow, l.Stats().Overflow)
	assert.Zero(t, before.Overflow)
	assert.Equal(t, sent+100, total(l.Rows()).Connections)
}

// A row of other ports is told of once. Its ports get rows of their own when others have
// gone.
func TestOtherPortsAreOneRow(t *testing.T) {
	l := New(options)
	for p := range egress.MaxPorts {
		l.Add(onPort("10.0.0.1", 1+p), nil)
	}
	for i, port := range []int{1000, 1001, 1000} {
		o := onPort("10.0.0.1", port)
		o.Time += second
		contacts := l.Add(o, nil)
		if i > 0 {
			assert.Empty(t, contacts)
			continue
		}
		require.Len(t, contacts, 1)
		assert.True(t, contacts[0].Key.OtherPorts)
	}
	l.Expire(noon + options.Retention.Nanoseconds() + 1)
	ports, others := rowsOf(l)
	assert.Empty(t, ports)
	require.Len(t, others, 1)

	o := onPort("10.0.0.1", 1000)
	o.Time += second
	l.Add(o, nil)
	ports, others = rowsOf(l)
	require.Len(t, ports, 1)
	assert.EqualValues(t, 1, ports[0].Connections)
	assert.EqualValues(t, 3, others[0].Connections)
}

// The row goes with its series, and its place is free then.
func TestOtherPortsExpire(t *testing.T) {
	l := New(withMetrics(1000))
	scan(l, 1, 100)
	c := collectorOf(l)
	c.collect()
	late := noon + options.Retention.Nanoseconds() + 1
	l.Expire(late)
	n := c.collect()
	assert.True(t, n.Counters[0].Ended)
	l.Expire(late)
	assert.Zero(t, l.Stats().Rows)
	assert.Empty(t, l.workloads)
}

func TestRestoreOfOtherPorts(t *testing.T) {
	l := saved(withMetrics(1000))
	scan(l, 3, 100)
	values := save(l, 7)
	again := restore(t, withMetrics(1000), values)
	assert.ElementsMatch(t, l.Rows(), again.Rows())
	assert.False(t, again.Unsaved())
	again.Add(onPort("10.0.0.1", 5000), nil)
	ports, others := rowsOf(again)
	assert.Len(t, ports, 3*egress.MaxPorts)
	assert.Len(t, others, 3)
}

// Rows that were saved before there was a bound of ports are added up, addresses
// included, and that is saved.
func TestRestoreOfManyPorts(t *testing.T) {
	l := saved(withMetrics(1000))
	scan(l, 1, 1)
	var r Restorer
	for _, v := range save(l, 10) {
		require.NoError(t, r.Read(v))
	}
	for i := range 100 {
		row := *r.rows[1]
		row.Port, row.Addresses = uint16(100+i), []string{"203.0.113." + strconv.Itoa(i%4)}
		r.rows[uint64(2+i)] = &row
	}
	// The number of its row is higher than those of the ports that it gets.
	other := *r.rows[1]
	other.Port, other.OtherPorts, other.Addresses = 0, true, []string{"203.0.113.9"}
	r.rows[200] = &other
	o := withMetrics(1000)
	restored := r.Ledger(o)
	ports, others := rowsOf(restored)
	assert.Len(t, ports, egress.MaxPorts)
	require.Len(t, others, 1)
	assert.EqualValues(t, 102, total(restored.Rows()).Connections)
	assert.Len(t, others[0].Addresses, 5)

	restored.BeginFold()
	again := restore(t, withMetrics(1000), save(restored, 10))
	assert.ElementsMatch(t, restored.Rows(), again.Rows())
}
