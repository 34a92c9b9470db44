package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Values of ACCESS_LOG_TYPE. Source: Envoy's AccessLogType.
const (
	typeNotSet               = "NotSet"
	typeTCPUpstreamConnected = "TcpUpstreamConnected"
	typeTCPPeriodic          = "TcpPeriodic"
	typeTCPConnectionEnd     = "TcpConnectionEnd"
	typeTCPConnectionStart   = "TcpConnectionStart"
	typeDownstreamStart      = "DownstreamStart"
	typeDownstreamPeriodic   = "DownstreamPeriodic"
	typeDownstreamEnd        = "DownstreamEnd"
	typeTunnelEstablished    = "DownstreamTunnelSuccessfullyEstablished"
)

// verdict tells ends from what is no end, by ACCESS_LOG_TYPE where the record
// has it. Nothing in a line of text tells a periodic record from an end, except
// that older proxies had no duration to write.
func (f Facts) verdict(rec *accesslog.Record) contract.Verdict {
	kind := rec.Get(accesslog.AccessLogType)
	switch kind {
	case typeTCPConnectionEnd, typeDownstreamEnd:
	case "", typeNotSet:
		if isListenerLevel(rec, f.HTTP, kind) {
			return contract.VerdictListener
		}
		if rec.Raw(accesslog.Duration) == "-" {
			return contract.VerdictPeriodic
		}
	case typeTCPUpstreamConnected, typeTCPConnectionStart, typeDownstreamStart:
		return contract.VerdictConnect
	case typeTCPPeriodic, typeDownstreamPeriodic:
		return contract.VerdictPeriodic
	case typeTunnelEstablished:
		return contract.VerdictTunnel
	default:
		return contract.VerdictUpstream
	}
	if isTunnel(trimCluster(rec.Get(accesslog.UpstreamCluster))) || f.isHBONE(rec) {
		return contract.VerdictTunnel
	}
	if f.HTTP {
		return contract.VerdictHTTP
	}
	return contract.VerdictTCP
}

// isListenerLevel holds for a connection that matched no filter chain: flag NR
// and no proxy's own type. Istio logs it but has no metric for it.
func isListenerLevel(rec *accesslog.Record, http bool, kind string) bool {
	if http || !hasFlag(rec.Raw(accesslog.ResponseFlags), "NR") {
		return false
	}
	if kind == typeNotSet || rec.Get(accesslog.ResponseCodeDetails) == "filter_chain_not_found" {
		return true
	}
	return rec.Get(accesslog.UpstreamCluster) == ""
}

// isHBONE holds for the request that opens a tunnel, where it failed before a
// cluster was chosen. A client may send CONNECT to that port of any address:
// what went out or was refused as such is no tunnel.
func (f Facts) isHBONE(rec *accesslog.Record) bool {
	_, out := routeDestination(rec.Get(accesslog.RouteName))
	return f.HTTP && !out && !f.Blocked && rec.Get(accesslog.UpstreamCluster) == "" && rec.Get(accesslog.Method) == "CONNECT" &&
		strings.HasSuffix(rec.Get(accesslog.DownstreamLocalAddress), hbonePort)
}

// hbonePort is the port of HBONE listeners.
const hbonePort = ":15008"

// isTunnel holds for the clusters that carry HBONE: what is inside a tunnel is
// logged by itself.
func isTunnel(cluster string) bool {
	switch cluster {
	case "connect_originate", "connect_terminate", "inner_connect_originate", "forward_inner_connect", "main_internal", "encap":
		return true
	default:
		return false
	}
}
