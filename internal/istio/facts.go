package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Facts is what Classify finds of a record before its labels are spelled out.
// Records with the same Facts and the same Inputs have the same labels.
type Facts struct {
	Verdict contract.Verdict
	// HTTP tells a request (gRPC included) from a TCP connection.
	HTTP bool
	// GRPC tells a gRPC request from another one.
	GRPC bool
	// Blocked is true for traffic that was refused before a cluster was chosen
	// and whose record does not name the cluster: see BlockedWithoutCluster.
	Blocked bool
	// Ambiguous is true for a line that can be read in several ways. The values
	// in doubt are absent.
	Ambiguous bool

	direction names.Direction
	domains   domains
	// gateway is true for an ingress or egress gateway.
	gateway bool
}

// Protocol of the labels that the record gets.
func (f *Facts) Protocol() contract.Protocol {
	if f.HTTP {
		return contract.HTTP
	}
	return contract.TCP
}

// AppendKey spells the facts out: equal facts give equal bytes. The first byte
// is below 16.
func (f *Facts) AppendKey(b []byte) []byte {
	b = append(b, byte(f.direction))
	for _, is := range [...]bool{f.HTTP, f.GRPC, f.Blocked, f.Ambiguous, f.gateway} {
		b = append(b, flag(is))
	}
	return append(append(b, byte(len(f.Verdict))), f.Verdict...)
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}
