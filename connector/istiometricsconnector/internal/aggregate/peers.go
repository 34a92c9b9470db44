package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// Of the bits that say which labels of a key may lose their value's slot, the
// highest say so of peers, whose labels have one slot together. A key has fewer
// labels.
const (
	firstPeerBit = 64 - contract.NumPeers
	// PeerBits are those of all peers.
	PeerBits uint64 = (1<<contract.NumPeers - 1) << firstPeerBit
)

// PeerBit is that of a peer.
func PeerBit(p contract.Peer) uint64 { return 1 << (firstPeerBit + p) }

// peerLabel is what Slots call a peer of the set. It is spelled out once.
func (s *Set) peerLabel(p contract.Peer) Label {
	if s.peers[p] == "" {
		s.peers[p] = string(contract.AppendPeer(nil, p, func(l contract.Label) string {
			for part := range parts(s.key) {
				if part.is(l) {
					return part.value
				}
			}
			return ""
		}))
	}
	return Label{contract.ClaimedPeer, s.peers[p]}
}
