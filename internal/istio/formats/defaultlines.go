// SPDX-License-Identifier: Apache-2.0

package formats

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
)

// DefaultText reads every default text format of Istio, with or without a
// column inserted after the time, and without the time.
var DefaultText = newDefaultLines()

// DefaultLines reads Istio's default lines. It is safe for concurrent use.
type DefaultLines struct {
	timed lineKinds
	// untimed reads lines whose time a log agent took off.
	untimed lineKinds
}

func newDefaultLines() *DefaultLines {
	return &DefaultLines{
		timed:   newLineKinds(`[%START_TIME%] "`, `[%START_TIME%] %`+logformat.InsertedColumn+`% "`),
		untimed: newLineKinds(`"`),
	}
}

// Parse reads a line as logformat.Text.Parse does. Several lines are none.
func (d *DefaultLines) Parse(line string, rec *accesslog.Record, scratch *logformat.Scratch, withOpen bool) bool {
	if logformat.HasLineEnd(line) && d.isSeveral(line, scratch) {
		return false
	}
	return d.parse(line, rec, scratch, withOpen)
}

// isSeveral is not inlined: a Record takes some kilobytes of stack.
//
//go:noinline
func (d *DefaultLines) isSeveral(text string, scratch *logformat.Scratch) bool {
	return logformat.IsSeveral(text, func(line string) bool {
		var rec accesslog.Record
		return d.parse(line, &rec, scratch, false)
	})
}

func (d *DefaultLines) parse(line string, rec *accesslog.Record, scratch *logformat.Scratch, withOpen bool) bool {
	quote := strings.IndexByte(line, '"')
	if quote < 0 {
		return false // the request has quotes in every default format
	}
	if d.timed.parse(line, quote, rec, scratch, withOpen) {
		return true
	}
	if !mayStandBefore(strings.TrimLeft(line[:quote], "\r\n")) || !startsRequest(line[quote+1:]) {
		return false
	}
	return d.untimed.parse(line[quote:], 0, rec, scratch, withOpen)
}

// maxName bounds what an agent may have put before a line without a time, in
// bytes.
const maxName = 1024

// mayStandBefore tells whether a line without a time may follow a text. It may
// not follow the mark of a line that a container runtime cut, which ends with a
// client's words, nor another line.
func mayStandBefore(text string) bool {
	return len(text) <= maxName && !strings.Contains(text, " P ") && !strings.Contains(text, "\n")
}

// startsRequest tells whether a method and a space come next.
func startsRequest(s string) bool {
	end := strings.IndexAny(s, " \"")
	return end > 0 && s[end] == ' '
}

// lineKinds reads lines that start alike.
type lineKinds struct {
	// request reads all lines.
	request *logformat.Text
	// connection reads lines of TCP. A client writes into the server name alone, so
	// that all values are certain.
	connection *logformat.Text
	// rawConnection reads lines of TCP whose server name has any bytes.
	rawConnection *logformat.Text
}

// newLineKinds compiles the default formats with each of the starts.
func newLineKinds(starts ...string) lineKinds {
	var request, connection, raw []string
	for _, start := range starts {
		for _, f := range defaultFormats {
			f = strings.Replace(f, `[%START_TIME%] "`, start, 1)
			request = append(request, f)
			connection = append(connection, connectionLine.Replace(f))
			raw = append(raw, rawServerName.Replace(connectionLine.Replace(f)))
		}
	}
	return lineKinds{request: compileDefaults(request), connection: compileDefaults(connection), rawConnection: compileDefaults(raw)}
}

func compileDefaults(formats []string) *logformat.Text {
	f, err := Operators.CompileText(formats...)
	if err != nil {
		panic("built-in format: " + err.Error())
	}
	return f
}

// parse reads a line whose first quote stands at the given place.
//
// A line that starts as a connection's but is none is in doubt. Either it is of a
// connection, and its server name could hold columns of a request. Or it is of an
// HTTP/2 request with the method `-`, and its path could hold columns of a
// connection. Only what is the same in both readings is certain.
func (k *lineKinds) parse(line string, quote int, rec *accesslog.Record, scratch *logformat.Scratch, withOpen bool) bool {
	if strings.HasPrefix(line[quote:], joinedConnection) && isJoined(line) {
		line = line[:quote] + spacedConnection + line[quote+len(joinedConnection):]
	}
	if !strings.HasPrefix(line[quote:], spacedConnection) {
		return k.parseRequest(line, rec, scratch, withOpen)
	}
	if k.connection.Parse(line, rec, scratch, withOpen) {
		return true
	}
	return k.parseDoubtful(line, rec, scratch, withOpen)
}

func (k *lineKinds) parseRequest(line string, rec *accesslog.Record, scratch *logformat.Scratch, withOpen bool) bool {
	if !k.request.Parse(line, rec, scratch, withOpen) {
		return false
	}
	if rec.Ambiguous && isJoined(line) {
		rec.Ambiguous = false
		return k.request.Parse(spacedProtocol.Replace(line), rec, scratch, withOpen)
	}
	return true
}

// Istio 1.0.3 to 1.0.6 wrote no space before the protocol.
const (
	joinedConnection = `"- --" `
	spacedConnection = `"- - -" `
)

var spacedProtocol = strings.NewReplacer(`HTTP/1.0" `, ` HTTP/1.0" `, `HTTP/1.1" `, ` HTTP/1.1" `, `HTTP/2" `, ` HTTP/2" `)

// isJoined tells whether a line can be one of those versions. A line of any other
// has a protocol with a space before it, which no client takes away.
func isJoined(line string) bool {
	return !strings.Contains(line, " HTTP/") && !strings.Contains(line, spacedConnection)
}

// parseDoubtful reads a line that only starts as a connection's. It is not
// inlined: a Record takes some kilobytes of stack, which parse would pay for with
// each line.
//
//go:noinline
func (k *lineKinds) parseDoubtful(line string, rec *accesslog.Record, scratch *logformat.Scratch, withOpen bool) bool {
	var raw accesslog.Record
	isRaw := k.rawConnection.Parse(line, &raw, scratch, false)
	switch isRequest := k.request.Parse(line, rec, scratch, withOpen); {
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
