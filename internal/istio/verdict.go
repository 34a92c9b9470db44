// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
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

// verdictOf tells the end of a request or connection from any other record, by
// ACCESS_LOG_TYPE where the record has it. Nothing in a line of text tells a
// periodic record from an end, except that older proxies had no duration to
// write.
func verdictOf(rec *accesslog.Record, f *Facts) contract.Verdict {
	kind := rec.Get(accesslog.AccessLogType)
	switch kind {
	case typeTCPConnectionEnd, typeDownstreamEnd:
	case "", typeNotSet:
		if isListenerLevel(rec, f.HTTP, kind) {
			return contract.VerdictListener
		}
		if rec.Raw(accesslog.Duration) == accesslog.Missing {
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
	if names.IsTunnel(upstreamCluster(rec)) || isHBONE(rec, f) {
		return contract.VerdictTunnel
	}
	if f.HTTP {
		return contract.VerdictHTTP
	}
	return contract.VerdictTCP
}

// isListenerLevel tells whether a connection matched no filter chain: it has the
// flag NR and no type of a proxy's own. Istio logs it but has no metric for it.
func isListenerLevel(rec *accesslog.Record, http bool, kind string) bool {
	if http || !hasFlag(rec.Raw(accesslog.ResponseFlags), "NR") {
		return false
	}
	if kind == typeNotSet || rec.Get(accesslog.ResponseCodeDetails) == "filter_chain_not_found" {
		return true
	}
	return rec.Get(accesslog.UpstreamCluster) == ""
}

// isHBONE tells whether a request was to open a tunnel and failed before a cluster
// was chosen. A client may send CONNECT to that port of any address: a request
// that left the mesh, or was kept from it, is no tunnel.
func isHBONE(rec *accesslog.Record, f *Facts) bool {
	_, outside := names.DestinationOfRoute(rec.Get(accesslog.RouteName))
	return f.HTTP && !outside && !f.Blocked && rec.Get(accesslog.UpstreamCluster) == "" && rec.Get(accesslog.Method) == "CONNECT" &&
		strings.HasSuffix(rec.Get(accesslog.DownstreamLocalAddress), hbonePort)
}

// hbonePort is the port of HBONE listeners.
const hbonePort = ":15008"
