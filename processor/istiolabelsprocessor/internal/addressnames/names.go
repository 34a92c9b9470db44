// SPDX-License-Identifier: Apache-2.0

package addressnames // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"

import (
	"net/netip"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
)

// Kind is the evidence for a name.
type Kind uint8

// Kinds of evidence.
const (
	// Proven by the mesh's configuration, for every claimant.
	Proven Kind = iota
	// Claimed by a client, for its own workload.
	Claimed
)

// Claimant is the workload that a record came from. One of which either part is
// empty is unknown, and so could be any: it claims nothing, and gets no claims.
type Claimant struct{ Namespace, Workload string }

func (s Claimant) isKnown() bool {
	return s.Namespace != "" && s.Workload != "" &&
		len(s.Namespace) <= contract.MaxValueLen && len(s.Workload) <= contract.MaxValueLen
}

// Options are the bounds, in names. Values less than 1 count as 1.
type Options struct {
	MaxProven, MaxClaimed int
	// MaxPerClaimant is how many of MaxClaimed one claimant may hold.
	MaxPerClaimant int
	// TTL is how long a name holds after it was last taught.
	TTL time.Duration
}

// Names holds what was learned. It is safe for concurrent use.
type Names struct {
	ttl int64
	// most is how many names there can be.
	most int

	mu      sync.Mutex
	proven  *table
	claimed *claims
	saving  saving
}

// New returns Names that know nothing yet.
func New(o Options) *Names {
	maxClaimed := max(o.MaxClaimed, 1)
	return &Names{
		ttl:     int64(o.TTL),
		most:    max(o.MaxProven, 1) + maxClaimed,
		proven:  newTable(max(o.MaxProven, 1)),
		claimed: newClaims(maxClaimed, min(max(o.MaxPerClaimant, 1), maxClaimed)),
	}
}

// Learn takes in that an address has a name, as of now. The name is expected
// in one spelling (see host.Name). The claimant matters for claims alone. What
// cannot be learned is left out: names that are empty or too long, claims of
// unknown claimants, and addresses that are another place on each machine.
func (n *Names) Learn(addr netip.Addr, claimant Claimant, name string, kind Kind, now int64) {
	addr, ok := placeOf(addr)
	if !ok || name == "" || len(name) > host.MaxName {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch kind {
	case Proven:
		if learn(n.proven, addr, name, now, now+n.ttl) {
			n.note(addr, Claimant{})
		}
	case Claimed:
		if claimant.isKnown() {
			if n.claimed.learn(addr, claimant, name, now, now+n.ttl) {
				n.note(addr, claimant)
			}
		}
	}
}

// Name is the name of an address for a claimant, as of now, and its kind: a proven one, else
// one that the claimant itself claimed.
func (n *Names) Name(addr netip.Addr, claimant Claimant, now int64) (name string, kind Kind, ok bool) {
	addr, ok = placeOf(addr)
	if !ok {
		return "", 0, false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if name, ok = find(n.proven, addr, now); ok {
		return name, Proven, true
	}
	if taught, known := n.claimed.byClaimant.Peek(claimant); known {
		name, ok = find(taught, addr, now)
		return name, Claimed, ok
	}
	return "", 0, false
}

// Stats says how much is remembered, conflicts included, and what expired and
// was not replaced yet.
type Stats struct{ Proven, Claimed, Claimants int }

// Stats counts what is remembered.
func (n *Names) Stats() Stats {
	n.mu.Lock()
	defer n.mu.Unlock()
	return Stats{Proven: n.proven.Len(), Claimed: n.claimed.total, Claimants: n.claimed.byClaimant.Len()}
}

// placeOf is an address in the one spelling that it is kept under. ok is false
// for those which are another place for each workload, or none.
func placeOf(addr netip.Addr) (_ netip.Addr, ok bool) {
	addr = addr.Unmap().WithZone("")
	return addr, addr.IsValid() && !addr.IsUnspecified() && !addr.IsLoopback() && !addr.IsLinkLocalUnicast() && !addr.IsMulticast()
}
