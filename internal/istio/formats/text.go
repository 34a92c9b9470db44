package formats

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
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

// DefaultText reads every default text format of Istio, with or without a
// column inserted after the time.
var DefaultText = newDefaultLines()

// DefaultLines reads Istio's default lines. It is safe for concurrent use.
type DefaultLines struct {
	// request reads all lines.
	request *logformat.Text
	// connection reads lines of TCP. A client writes into the server name alone, so
	// that all values are certain.
	connection *logformat.Text
	// rawConnection reads lines of TCP whose server name has any bytes.
	rawConnection *logformat.Text
}

func newDefaultLines() *DefaultLines {
	var request, connection, raw []string
	for _, afterTime := range []string{`] "`, `] %` + logformat.InsertedColumn + `% "`} {
		for _, f := range defaultFormats {
			f = strings.Replace(f, `] "`, afterTime, 1)
			request = append(request, f)
			connection = append(connection, connectionLine.Replace(f))
			raw = append(raw, rawServerName.Replace(connectionLine.Replace(f)))
		}
	}
	return &DefaultLines{request: compileDefaults(request), connection: compileDefaults(connection), rawConnection: compileDefaults(raw)}
}

func compileDefaults(formats []string) *logformat.Text {
	f, err := Operators.CompileText(formats...)
	if err != nil {
		panic("built-in format: " + err.Error())
	}
	return f
}

// Parse reads a line as logformat.Text.Parse does.
//
// A line that starts as a connection's but is none is in doubt. Either it is of a
// connection, and its server name could hold columns of a request. Or it is of an
// HTTP/2 request with the method `-`, and its path could hold columns of a
// connection. Only what is the same in both readings is certain.
func (d *DefaultLines) Parse(line string, rec *accesslog.Record, scratch *logformat.Scratch, withOpen bool) bool {
	if quote := strings.IndexByte(line, '"'); quote < 0 || !strings.HasPrefix(line[quote:], `"- - -" `) {
		return d.request.Parse(line, rec, scratch, withOpen)
	}
	if d.connection.Parse(line, rec, scratch, withOpen) {
		return true
	}
	return d.parseDoubtful(line, rec, scratch, withOpen)
}

// parseDoubtful reads a line that only starts as a connection's. It is not
// inlined: a Record takes some kilobytes of stack, which Parse would pay for with
// each line.
//
//go:noinline
func (d *DefaultLines) parseDoubtful(line string, rec *accesslog.Record, scratch *logformat.Scratch, withOpen bool) bool {
	var raw accesslog.Record
	isRaw := d.rawConnection.Parse(line, &raw, scratch, false)
	switch isRequest := d.request.Parse(line, rec, scratch, withOpen); {
	case isRequest && isRaw:
		rec.KeepCommon(&raw)
	case isRaw:
		rec.Fill(&raw)
		rec.Set(accesslog.Protocol, accesslog.Missing)
	default:
		return isRequest
	}
	rec.Ambiguous = true
	return true
}
