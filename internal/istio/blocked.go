package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

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
