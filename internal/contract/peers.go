package contract

// ClaimedPeer stands behind SlotPrefix for a peer that nothing but its own word
// names: all labels of its side have one slot together, whose value is what
// AppendPeer writes.
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
