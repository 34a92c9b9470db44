package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Facts is what can be said of one record before its labels are spelled out.
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
	// Ambiguous is true for a line whose middle can be read in several ways.
	Ambiguous bool

	direction direction
	gateway   bool
}

// Classify reads the facts off a record.
func Classify(rec *accesslog.Record) Facts {
	f := Facts{HTTP: isHTTP(rec), Ambiguous: rec.Ambiguous}
	f.direction, f.gateway = directionOf(rec)
	f.GRPC = f.HTTP && isGRPC(rec.Get(accesslog.ContentType))
	f.Blocked = f.isBlocked(rec)
	f.Verdict = f.verdict(rec)
	return f
}

// Protocol of the labels that the record gets.
func (f Facts) Protocol() contract.Protocol {
	if f.HTTP {
		return contract.HTTP
	}
	return contract.TCP
}

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

func isHTTP(rec *accesslog.Record) bool {
	switch kind := rec.Get(accesslog.AccessLogType); {
	case strings.HasPrefix(kind, "Tcp"):
		return false
	case strings.HasPrefix(kind, "Downstream"):
		return true
	}
	if rec.Get(accesslog.Protocol) != "" || rec.Get(accesslog.Method) != "" {
		return true
	}
	if rec.Has(accesslog.Protocol) {
		return false
	}
	if rec.Ambiguous {
		return true
	}
	// A format without protocol: only requests have a code or a host. No method
	// proves nothing: HTTP/2 takes `-` for one.
	code := rec.Get(accesslog.ResponseCode)
	return code != "" && code != "0" || rec.Get(accesslog.Authority) != ""
}

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

// isBlocked holds for a connection without a healthy upstream and without a
// cluster, and for a request that was answered 502 without a cluster in a
// format that has no route, or whose answer somebody made illegible there:
// forging columns must not turn what was refused into a service of that host.
// HTTP with a route says block_all itself.
func (f Facts) isBlocked(rec *accesslog.Record) bool {
	if f.direction != outbound || f.gateway || f.Ambiguous && !rec.Has(accesslog.UpstreamCluster) ||
		rec.Get(accesslog.UpstreamCluster) != "" || rec.Get(accesslog.UpstreamHost) != "" {
		return false
	}
	if !f.HTTP {
		return hasFlag(rec.Raw(accesslog.ResponseFlags), "UH")
	}
	// Layouts without a route have no details either; ALS leaves an empty route out.
	return !rec.Has(accesslog.RouteName) && !rec.Has(accesslog.ResponseCodeDetails) && (f.Ambiguous ||
		rec.Get(accesslog.ResponseCode) == "502" && rec.Get(accesslog.ResponseFlags) == "")
}

// hasFlag looks for a flag in a list such as `UF,URX`.
func hasFlag(flags, flag string) bool {
	for flags != "" {
		var f string
		if f, flags, _ = strings.Cut(flags, ","); f == flag {
			return true
		}
	}
	return false
}

// localInbound are the addresses from which an inbound proxy connects to its
// own application.
var localInbound = []string{"127.0.0.6:", "[::6]:"}

// directionOf finds the side of the proxy that wrote the record, from the
// surest sign to the weakest: the listener's own direction, the proxy's type,
// the cluster, the route, addresses, certificates. Without any sign it is
// outbound, so that traffic which left no trace but its refusal shows.
// gateway is true for an ingress or egress gateway.
func directionOf(rec *accesslog.Record) (d direction, gateway bool) {
	node := nodeID{}
	if id := rec.Get(accesslog.NodeID); id != "" {
		node = parseNodeID(id)
	}
	cluster := clusterDirection(trimCluster(rec.Get(accesslog.UpstreamCluster)))
	switch {
	case cluster == waypoint || node.kind == nodeWaypoint:
		return waypoint, false
	case node.kind == nodeRouter:
		return outbound, true
	}
	switch rec.Get(accesslog.ListenerDirection) {
	case "1":
		return inbound, false
	case "2":
		return outbound, false
	}
	if cluster != unknownDirection {
		return cluster, false
	}
	if _, ok := routeDestination(rec.Get(accesslog.RouteName)); ok {
		return outbound, false
	}
	return directionOfConnection(rec, node.ip), false
}

func directionOfConnection(rec *accesslog.Record, ownIP string) direction {
	if ownIP != "" {
		switch ownIP {
		case addressOf(rec.Get(accesslog.DownstreamLocalAddress)):
			return inbound
		case addressOf(rec.Get(accesslog.DownstreamDirectRemoteAddress)):
			return outbound
		}
	}
	local := rec.Get(accesslog.UpstreamLocalAddress)
	for _, prefix := range localInbound {
		if strings.HasPrefix(local, prefix) {
			return inbound
		}
	}
	if rec.Get(accesslog.DownstreamLocalURISAN) != "" {
		return inbound
	}
	return outbound
}

// AppendKey spells the facts out: equal facts give equal bytes.
func (f Facts) AppendKey(b []byte) []byte {
	flags := byte(f.direction)
	for i, on := range []bool{f.HTTP, f.Blocked, f.Ambiguous, f.gateway} {
		if on {
			flags |= 0x10 << i
		}
	}
	if f.GRPC {
		flags |= 0x08 // above the directions
	}
	return append(append(b, flags, byte(len(f.Verdict))), f.Verdict...)
}
