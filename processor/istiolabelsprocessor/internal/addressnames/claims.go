// SPDX-License-Identifier: Apache-2.0

package addressnames // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"

import (
	"net/netip"
	"strings"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// claims holds a table for each claimant, and is not safe for concurrent use. No
// table is empty. The claimant that was taught last stands in front.
type claims struct {
	max, perClaimant int

	total      int
	byClaimant *simplelru.LRU[Claimant, *table]
}

func newClaims(size, perClaimant int) *claims {
	byClaimant, err := simplelru.NewLRU[Claimant, *table](size, nil)
	if err != nil {
		panic(err) // see newTable
	}
	return &claims{max: size, perClaimant: perClaimant, byClaimant: byClaimant}
}

func (c *claims) learn(addr netip.Addr, claimant Claimant, name string, now, until int64) (save bool) {
	taught, known := c.byClaimant.Get(claimant)
	if !known || !taught.Contains(addr) {
		c.makeRoom(taught)
		if !known {
			taught = newTable(c.perClaimant)
			c.byClaimant.Add(Claimant{Namespace: strings.Clone(claimant.Namespace), Workload: strings.Clone(claimant.Workload)}, taught)
		}
		c.total++
	}
	return learn(taught, addr, name, now, until)
}

// makeRoom lets go of a name where one more would be too many: of the claimant
// that is taught, if it has its share, else of the one taught longest ago. That
// is another one, since a claimant alone is at its share before all is full.
func (c *claims) makeRoom(taught *table) {
	switch {
	case taught != nil && taught.Len() >= c.perClaimant:
		taught.RemoveOldest()
		c.total--
	case c.total >= c.max:
		claimant, oldest, _ := c.byClaimant.GetOldest()
		oldest.RemoveOldest()
		c.total--
		if oldest.Len() == 0 {
			c.byClaimant.Remove(claimant)
		}
	}
}
