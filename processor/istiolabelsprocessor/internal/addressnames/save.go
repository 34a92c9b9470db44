// SPDX-License-Identifier: Apache-2.0

package addressnames // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// SavedVersion is the version of what AppendUnsaved writes.
const SavedVersion = "1"

// saving is what is not saved yet. Its zero value notes nothing.
type saving struct {
	on    bool
	noted []key
}

// key is an address, and the claimant that claimed its name; the claimant of a proven
// name is empty.
type key struct {
	addr     netip.Addr
	claimant Claimant
}

// StartSaving begins to note what changes.
func (n *Names) StartSaving() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.saving.on = true
}

// BeginFold has all names saved once more.
func (n *Names) BeginFold() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.saving.noted = n.saving.noted[:0]
	for _, addr := range n.proven.Keys() {
		n.saving.noted = append(n.saving.noted, key{addr: addr})
	}
	for _, claimant := range n.claimed.byClaimant.Keys() {
		taught, _ := n.claimed.byClaimant.Peek(claimant)
		for _, addr := range taught.Keys() {
			n.saving.noted = append(n.saving.noted, key{addr, claimant})
		}
	}
}

// note says that a name has to be saved. Where more are noted than there can be, it
// is left out until the next fold.
func (n *Names) note(addr netip.Addr, claimant Claimant) {
	if !n.saving.on || len(n.saving.noted) >= n.most {
		return
	}
	n.saving.noted = append(n.saving.noted, key{addr, Claimant{strings.Clone(claimant.Namespace), strings.Clone(claimant.Workload)}})
}

// BeginSave tells whether there is anything to save.
func (n *Names) BeginSave() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.saving.noted) > 0
}

// AppendUnsaved writes some names, that many at most, and tells whether there are
// more. Those that were learned first come first.
func (n *Names) AppendUnsaved(e *state.Encoder, names int) (more bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	count := min(names, len(n.saving.noted))
	for _, k := range n.saving.noted[:count] {
		if known, ok := n.peek(k); ok {
			e.Byte(1) // one more name
			e.Blob(k.addr.AsSlice())
			e.Word(k.claimant.Namespace)
			e.Word(k.claimant.Workload)
			e.String(known.name)
			e.Int(known.until)
		}
	}
	e.Byte(0)
	n.saving.noted = n.saving.noted[count:]
	if len(n.saving.noted) == 0 {
		n.saving.noted = nil
	}
	return len(n.saving.noted) > 0
}

func (n *Names) peek(k key) (fact, bool) {
	if k.claimant == (Claimant{}) {
		return n.proven.Peek(k.addr)
	}
	taught, ok := n.claimed.byClaimant.Peek(k.claimant)
	if !ok {
		return fact{}, false
	}
	return taught.Peek(k.addr)
}
