// SPDX-License-Identifier: Apache-2.0

package reference

import (
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// noFlags is what %RESPONSE_FLAGS% writes where there are none. A proxy says so
// by sending none.
const noFlags = "-"

// flag is one of Envoy's response flags.
type flag struct {
	short string
	is    func(*accesslogv3.ResponseFlags) bool
}

// responseFlags are Envoy's short names in Envoy's order. Source: Envoy's
// CoreResponseFlag and CORE_RESPONSE_FLAGS.
var responseFlags = []flag{
	{"LH", (*accesslogv3.ResponseFlags).GetFailedLocalHealthcheck},
	{"UH", (*accesslogv3.ResponseFlags).GetNoHealthyUpstream},
	{"UT", (*accesslogv3.ResponseFlags).GetUpstreamRequestTimeout},
	{"LR", (*accesslogv3.ResponseFlags).GetLocalReset},
	{"UR", (*accesslogv3.ResponseFlags).GetUpstreamRemoteReset},
	{"UF", (*accesslogv3.ResponseFlags).GetUpstreamConnectionFailure},
	{"UC", (*accesslogv3.ResponseFlags).GetUpstreamConnectionTermination},
	{"UO", (*accesslogv3.ResponseFlags).GetUpstreamOverflow},
	{"NR", (*accesslogv3.ResponseFlags).GetNoRouteFound},
	{"DI", (*accesslogv3.ResponseFlags).GetDelayInjected},
	{"FI", (*accesslogv3.ResponseFlags).GetFaultInjected},
	{"RL", (*accesslogv3.ResponseFlags).GetRateLimited},
	{"UAEX", func(f *accesslogv3.ResponseFlags) bool { return f.GetUnauthorizedDetails() != nil }},
	{"RLSE", (*accesslogv3.ResponseFlags).GetRateLimitServiceError},
	{"DC", (*accesslogv3.ResponseFlags).GetDownstreamConnectionTermination},
	{"URX", (*accesslogv3.ResponseFlags).GetUpstreamRetryLimitExceeded},
	{"SI", (*accesslogv3.ResponseFlags).GetStreamIdleTimeout},
	{"IH", (*accesslogv3.ResponseFlags).GetInvalidEnvoyRequestHeaders},
	{"DPE", (*accesslogv3.ResponseFlags).GetDownstreamProtocolError},
	{"UMSDR", (*accesslogv3.ResponseFlags).GetUpstreamMaxStreamDurationReached},
	{"RFCF", (*accesslogv3.ResponseFlags).GetResponseFromCacheFilter},
	{"NFCF", (*accesslogv3.ResponseFlags).GetNoFilterConfigFound},
	{"DT", (*accesslogv3.ResponseFlags).GetDurationTimeout},
	{"UPE", (*accesslogv3.ResponseFlags).GetUpstreamProtocolError},
	{"NC", (*accesslogv3.ResponseFlags).GetNoClusterFound},
	{"OM", (*accesslogv3.ResponseFlags).GetOverloadManager},
	{"DF", (*accesslogv3.ResponseFlags).GetDnsResolutionFailure},
	{"DR", (*accesslogv3.ResponseFlags).GetDownstreamRemoteReset},
}

func (w *writer) flags(f *accesslogv3.ResponseFlags) {
	w.op(accesslog.ResponseFlags).SetStr(formatFlags(f))
}

// formatFlags writes flags as %RESPONSE_FLAGS% does.
func formatFlags(f *accesslogv3.ResponseFlags) string {
	if f == nil {
		return noFlags
	}
	text := ""
	for _, flag := range responseFlags {
		switch {
		case !flag.is(f):
		case text == "":
			text = flag.short // the usual case: one, and no copy
		default:
			text += "," + flag.short
		}
	}
	if text == "" {
		return noFlags
	}
	return text
}
