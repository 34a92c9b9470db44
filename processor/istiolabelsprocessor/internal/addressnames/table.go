// SPDX-License-Identifier: Apache-2.0

package addressnames // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"

import (
	"net/netip"
	"strings"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// table holds names of one kind, the one that was taught last in front. Finding
// a name does not move it, so that the oldest is also the first to expire.
type table = simplelru.LRU[netip.Addr, fact]

// fact is what is known of an address: its name, or, if that is empty, that it
// was taught several. It holds before until.
type fact struct {
	name  string
	until int64
	// saved is the time until which it holds in what is saved.
	saved int64
}

func newTable(size int) *table {
	t, err := simplelru.NewLRU[netip.Addr, fact](size, nil)
	if err != nil {
		panic(err) // a size less than 1, which New lets none be
	}
	return t
}

// learn puts a name into a table, or finds that it is at odds with another.
// It tells whether that has to be saved.
func learn(t *table, addr netip.Addr, name string, now, until int64) (save bool) {
	known, ok := t.Peek(addr)
	before := known.name
	switch {
	case !ok || now >= known.until:
		known.name = strings.Clone(name)
	case known.name != name:
		known.name = ""
	}
	known.until = max(known.until, until)
	// That it holds for longer is saved when half of that is over: else each record
	// would be a change.
	save = !ok || known.name != before || known.until-known.saved > (until-now)/2
	if save {
		known.saved = known.until
	}
	t.Add(addr, known)
	return save
}

// find is the name of an address, if it has one that has not expired.
func find(t *table, addr netip.Addr, now int64) (string, bool) {
	known, ok := t.Peek(addr)
	if !ok || known.name == "" || now >= known.until {
		return "", false
	}
	return known.name, true
}
