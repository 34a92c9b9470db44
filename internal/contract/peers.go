// SPDX-License-Identifier: Apache-2.0

package contract

// ClaimedPeer names the limit of peers that nothing but their own word names. All
// labels of a claimed side have one slot together, whose value is what AppendPeer
// writes. Both sides share the limit and the numbers of its slots.
const ClaimedPeer = "claimed_peer"

// Peer is the side of a record that is a claimed peer.
type Peer uint8

const (
	// SourcePeer is a client that says who it is.
	SourcePeer Peer = iota
	// DestinationPeer is a server that says who it is.
	DestinationPeer

	// NumPeers is the number of sides.
	NumPeers
)

// SlotName stands behind SlotPrefix for the slot of the peer: a waypoint's record
// can have two peers that are claimed.
func (p Peer) SlotName() string { return peerSlotNames[p] }

var peerSlotNames = [NumPeers]string{
	SourcePeer:      ClaimedPeer + ".source",
	DestinationPeer: ClaimedPeer + ".destination",
}

// LimitOfSlot is the limit whose numbers a slot has, by what stands behind
// SlotPrefix: the label, or ClaimedPeer for both peers.
func LimitOfSlot(name string) string {
	for _, peer := range peerSlotNames {
		if name == peer {
			return ClaimedPeer
		}
	}
	return name
}

// Labels are those of the peer's side.
func (p Peer) Labels() []Label { return peerLabels[p] }

var peerLabels = [NumPeers][]Label{
	SourcePeer: {
		SourceWorkload, SourceCanonicalService, SourceCanonicalRevision, SourceWorkloadNamespace,
		SourcePrincipal, SourceApp, SourceVersion, SourceCluster,
	},
	DestinationPeer: {
		DestinationWorkload, DestinationWorkloadNamespace, DestinationPrincipal, DestinationApp, DestinationVersion,
		DestinationCanonicalService, DestinationCanonicalRevision, DestinationCluster,
	},
}

// AppendPeer writes what labels say of a peer; a label that is left out is empty.
// No clean value holds the byte that ends each.
func AppendPeer(dst []byte, p Peer, value func(Label) string) []byte {
	for _, l := range peerLabels[p] {
		dst = append(append(dst, value(l)...), '\n')
	}
	return dst
}
