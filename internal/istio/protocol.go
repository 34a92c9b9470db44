// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// isHTTP tells a request from a TCP connection.
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
	// A format without the protocol: only requests have a code or a host. That
	// there is no method proves nothing: HTTP/2 takes `-` for one.
	code := rec.Get(accesslog.ResponseCode)
	return code != "" && code != "0" || rec.Get(accesslog.Authority) != ""
}
