// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Values of connection_security_policy, beside Unknown.
const (
	mutualTLS   = "mutual_tls"
	noMutualTLS = "none"
)

// setOutcome sets protocol, code, status and flags.
func setOutcome(ls *contract.LabelSet, rec *accesslog.Record, f *Facts) {
	ls[contract.ResponseFlags] = rec.Raw(accesslog.ResponseFlags)
	if !f.HTTP {
		ls[contract.RequestProtocol] = "tcp"
		return
	}
	ls[contract.RequestProtocol] = "http"
	ls[contract.ResponseCode] = rec.Get(accesslog.ResponseCode)
	if f.GRPC {
		ls[contract.RequestProtocol] = "grpc"
		ls[contract.GRPCResponseStatus] = grpcStatus(rec.Get(accesslog.GRPCStatusNumber))
	}
}

// securityPolicy is the value of connection_security_policy. A client's proxy
// cannot tell. A server's proxy sees whether both sides had certificates. Its log
// need not say so.
func securityPolicy(rec *accesslog.Record, f *Facts) string {
	mtls := rec.Get(accesslog.ConnectionMTLS)
	switch {
	case f.direction == names.Outbound:
		return Unknown
	case mtls == "true":
		return mutualTLS
	case mtls == "false":
		return noMutualTLS
	case !rec.Has(accesslog.DownstreamPeerURISAN):
		return Unknown
	case rec.Get(accesslog.DownstreamPeerURISAN) != "" && rec.Get(accesslog.DownstreamLocalURISAN) != "":
		return mutualTLS
	default:
		return noMutualTLS
	}
}
