// SPDX-License-Identifier: Apache-2.0

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

	// sentServerName is true for a connection that left with a server name of TLS.
	sentServerName bool
	direction      names.Direction
	domains        domains
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
	flags := flag(f.HTTP) | flag(f.GRPC)<<1 | flag(f.Blocked)<<2 | flag(f.Ambiguous)<<3 | flag(f.gateway)<<4 |
		flag(f.sentServerName)<<5
	return append(append(b, byte(f.direction), flags, byte(len(f.Verdict))), f.Verdict...)
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}
