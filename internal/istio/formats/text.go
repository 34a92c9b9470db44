// SPDX-License-Identifier: Apache-2.0

package formats

import (
	"strings"
)

// The pieces of Istio's and Envoy's default lines. What stands between the
// response flags and the bytes, and whether a route ends the line, tells the
// layouts apart.
const (
	lineStart = `[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% `
	lineBytes = `%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" ` +
		`%UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME%`
	lineRoute = ` %ROUTE_NAME%`

	details   = `%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" `
	mixer     = `"%DYNAMIC_METADATA(istio.mixer:status)%" `
	transport = `"%UPSTREAM_TRANSPORT_FAILURE_REASON%" `
)

// defaultFormats are the text formats that Istio had by default, the newest
// first. Source: envoy access logs published for Istio 1.0 to 1.31.
var defaultFormats = []string{
	lineStart + details + lineBytes + lineRoute,           // 1.9 and later
	lineStart + transport + lineBytes + lineRoute,         // 1.8
	lineStart + mixer + transport + lineBytes + lineRoute, // 1.4 to 1.7
	lineStart + mixer + transport + lineBytes,             // 1.2, 1.3
	lineStart + mixer + lineBytes,                         // 1.1
	lineStart + lineBytes,                                 // 1.0
}

// The columns of a line that requests fill, and what stands there for a TCP
// connection.
var connectionLine = strings.NewReplacer(
	`"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%"`, `"- - -"`,
	`%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%"`, `- "-" "-" "-" "-"`,
)

// rawServerName makes the server name an open column. Before 1.31.2 Envoy wrote it
// as it came, so that it could hold any bytes.
var rawServerName = strings.NewReplacer(`%REQUESTED_SERVER_NAME%`, `%REQ(REQUESTED_SERVER_NAME)%`)
