// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"strconv"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// lists of the only row of a ledger.
func lists(t *testing.T, l *Ledger) egress.Lists {
	t.Helper()
	rows := l.Rows()
	require.Len(t, rows, 1)
	return rows[0].Lists()
}

// An address is proven once the proxy chose it, however often the client chose it, too.
func TestProvenAddresses(t *testing.T) {
	l := saved(options)
	var values [][]byte
	for _, step := range []struct {
		address string
		proven  bool
		want    uint8
	}{
		{"203.0.113.1", false, 0},
		{"203.0.113.2", true, 0b10},
		{"203.0.113.2", false, 0b10},
		{"203.0.113.1", true, 0b11},
		{"203.0.113.3", false, 0b11},
	} {
		o := connection("shop", "web", "api.example.com")
		o.Address, o.Proven = step.address, step.proven
		l.Add(o, nil)
		values = append(values, save(l, 1)...)
		assert.Equal(t, step.want, lists(t, l).ProvenAddresses)
		assert.Equal(t, lists(t, l), lists(t, restore(t, options, values)))
	}
}

// A workload that sends another name each time fills four places of its own row.
func TestClientNamesAreBounded(t *testing.T) {
	l := saved(options)
	var values [][]byte
	for n := range 1000 {
		o := connection("shop", "web", "api.example.com")
		o.ClientName = strconv.Itoa(n) + ".example.org"
		l.Add(o, nil)
		if n < 10 {
			values = append(values, save(l, 1)...)
		}
	}
	values = append(values, save(l, 1)...)
	got := lists(t, l)
	assert.Equal(t, []string{"0.example.org", "1.example.org", "2.example.org", "3.example.org"}, got.ClientNames)
	assert.True(t, got.MoreClientNames)
	assert.Equal(t, got, lists(t, restore(t, options, values)))

	l.BeginFold()
	assert.Equal(t, got, lists(t, restore(t, options, save(l, 1))), "a fold has them all")
	size := len(values[len(values)-1])
	assert.Less(t, size, 60, "what is saved already is not saved again")
}

// Overflow rows add up several destinations: they have no names.
func TestOverflowRowsHaveNoClientNames(t *testing.T) {
	o := options
	o.MaxRows = MinRows
	l := New(o)
	for n := range 1000 {
		c := connection("shop", "web", strconv.Itoa(n))
		c.ClientName = "evil.example.org"
		l.Add(c, nil)
	}
	require.Positive(t, l.Stats().Overflow)
	for _, r := range l.Rows() {
		assert.Equal(t, r.Overflow, len(r.ClientNames) == 0)
	}
}

// What is added twice costs no memory, and what was passed in is not kept.
func TestListsAreCopied(t *testing.T) {
	l := New(options)
	o := connection("shop", "web", "api.example.com")
	o.ClientName = "evil.example.org"
	l.Add(o, nil)
	got := lists(t, l)
	assert.NotSame(t, unsafe.StringData(o.Address), unsafe.StringData(got.Addresses[0]))
	assert.NotSame(t, unsafe.StringData(o.ClientName), unsafe.StringData(got.ClientNames[0]))
	assert.Zero(t, testing.AllocsPerRun(100, func() { l.Add(o, nil) }))
}
