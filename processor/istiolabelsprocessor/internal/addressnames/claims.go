// SPDX-License-Identifier: Apache-2.0

package addressnames // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"

import (
	"net/netip"
	"strings"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// claims holds a table for each source, and is not safe for concurrent use. No
// table is empty. The source that was taught last stands in front.
type claims struct {
	max, perSource int

	total    int
	bySource *simplelru.LRU[Source, *table]
}

func newClaims(size, perSource int) *claims {
	bySource, err := simplelru.NewLRU[Source, *table](size, nil)
	if err != nil {
		panic(err) // see newTable
	}
	return &claims{max: size, perSource: perSource, bySource: bySource}
}

func (c *claims) learn(addr netip.Addr, source Source, name string, now, until int64) (save bool) {
	taught, known := c.bySource.Get(source)
	if !known || !taught.Contains(addr) {
		c.makeRoom(taught)
		if !known {
			taught = newTable(c.perSource)
			c.bySource.Add(Source{Namespace: strings.Clone(source.Namespace), Workload: strings.Clone(source.Workload)}, taught)
		}
		c.total++
	}
	return learn(taught, addr, name, now, until)
}

// makeRoom lets go of a name where one more would be too many: of the source
// that is taught, if it has its share, else of the one taught longest ago. That
// is another one, since a source alone is at its share before all is full.
func (c *claims) makeRoom(taught *table) {
	switch {
	case taught != nil && taught.Len() >= c.perSource:
		taught.RemoveOldest()
		c.total--
	case c.total >= c.max:
		source, oldest, _ := c.bySource.GetOldest()
		oldest.RemoveOldest()
		c.total--
		if oldest.Len() == 0 {
			c.bySource.Remove(source)
		}
	}
}
