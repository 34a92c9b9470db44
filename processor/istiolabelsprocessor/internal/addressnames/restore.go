// SPDX-License-Identifier: Apache-2.0

package addressnames // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"

import (
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/host"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// Restore reads what AppendUnsaved wrote, as of now. What was written later must be
// read later. Names that have expired are left out.
func (n *Names) Restore(d *state.Decoder, now int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for d.Byte() == 1 {
		addr, ok := netip.AddrFromSlice(d.Blob())
		claimant := Claimant{d.Word(), d.Word()}
		name, until := d.String(), d.Int()
		if _, isPlace := placeOf(addr); !ok || !isPlace || len(name) > host.MaxName || claimant != (Claimant{}) && !claimant.isKnown() {
			d.Fail()
			return
		}
		// A clock that was set back makes no name hold for longer than others.
		if until = min(until, now+n.ttl); until > now {
			n.restore(addr, claimant, fact{name: name, until: until, saved: until})
		}
	}
}

// Forget has the names begin with nothing.
func (n *Names) Forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.proven.Purge()
	n.claimed.byClaimant.Purge()
	n.claimed.total = 0
}

func (n *Names) restore(addr netip.Addr, claimant Claimant, known fact) {
	if claimant == (Claimant{}) {
		n.proven.Add(addr, known)
		return
	}
	n.claimed.learn(addr, claimant, known.name, 0, known.until)
	if taught, ok := n.claimed.byClaimant.Peek(claimant); ok {
		taught.Add(addr, known)
	}
}
