// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// isBlocked tells whether an outbound proxy refused traffic whose record names no
// cluster. That is
//   - a connection without a healthy upstream;
//   - a request that was answered 502, in a format without a route. Where the
//     format has one, the route `block_all` says so itself;
//   - a request in such a format whose answer is in doubt: forged columns must not
//     turn what was refused into a service of that host.
func isBlocked(rec *accesslog.Record, f *Facts) bool {
	if f.direction != names.Outbound || f.gateway || f.Ambiguous && !rec.Has(accesslog.UpstreamCluster) ||
		rec.Get(accesslog.UpstreamCluster) != "" || rec.Get(accesslog.UpstreamHost) != "" {
		return false
	}
	if !f.HTTP {
		return hasFlag(rec.Raw(accesslog.ResponseFlags), "UH")
	}
	// Formats without a route have no details either. ALS leaves an empty route out.
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
