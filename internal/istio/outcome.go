package istio

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// setOutcome sets protocol, code, status and flags.
func setOutcome(ls *contract.LabelSet, rec *accesslog.Record, f Facts) {
	ls[contract.ResponseFlags] = rec.Raw(accesslog.ResponseFlags)
	if !f.HTTP {
		ls[contract.RequestProtocol] = "tcp"
		return
	}
	ls[contract.RequestProtocol] = "http"
	ls[contract.ResponseCode] = rec.Get(accesslog.ResponseCode)
	if f.GRPC {
		ls[contract.RequestProtocol] = "grpc"
		ls[contract.GRPCResponseStatus] = rec.Get(accesslog.GRPCStatusNumber)
	}
}

// securityPolicy: a client's proxy cannot tell; a server's proxy sees whether
// both sides had certificates, where its log says so at all.
func securityPolicy(rec *accesslog.Record, f Facts) string {
	mtls := rec.Get(accesslog.ConnectionMTLS)
	switch {
	case f.direction == outbound:
		return Unknown
	case mtls == "true":
		return "mutual_tls"
	case mtls == "false":
		return none
	case !rec.Has(accesslog.DownstreamPeerURISAN):
		return Unknown
	case rec.Get(accesslog.DownstreamPeerURISAN) != "" && rec.Get(accesslog.DownstreamLocalURISAN) != "":
		return "mutual_tls"
	default:
		return none
	}
}
