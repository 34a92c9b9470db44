// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"errors"
	"strings"
	"unsafe"

	"github.com/valyala/fastjson"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// JSONReader reads access logs that are one JSON object, as Istio's
// `accessLogEncoding: JSON` writes them. It is not safe for concurrent use.
type JSONReader struct {
	parser  fastjson.Parser
	numbers []byte
	// mended is the text of a line that only looked like JSON.
	mended []byte
	// names has the member that each operator's value came from.
	names [accesslog.NumOps]string
	// object is the last line.
	object *fastjson.Object
	// longest is the length of the longest line since Release, in bytes.
	longest int
}

// usualLine is how long a line may be, in bytes, for the memory that it took to be
// used again.
const usualLine = 64 << 10

// Release lets go of the last line. Memory that an unusually long one took is given
// back.
func (r *JSONReader) Release() {
	if r.longest > usualLine {
		*r = JSONReader{}
		return
	}
	r.longest, r.object = 0, nil
}

// maxValues bounds the values of a line: one takes some 80 bytes of memory and as
// little as two of JSON. No access log has so many. A client cannot give it so
// many to hide it, either: Envoy takes 60 KiB of headers.
const maxValues = 1 << 15

var (
	errNotJSON   = errors.New("no JSON object")
	errNotObject = errors.New("JSON, but no object")
)

// LooksLikeJSON tells whether a line holds a JSON object at its start or after
// what a log collector put there.
func LooksLikeJSON(line string) bool {
	return jsonStart(line) >= 0
}

// jsonStart finds the brace that opens the object. Only a collector's words, which
// hold no quotes, may stand before it, and nothing after the object.
func jsonStart(line string) int {
	head := line[:min(len(line), maxPrefix)]
	if quote := strings.IndexByte(head, '"'); quote >= 0 {
		head = head[:quote]
	}
	start := strings.IndexByte(head, '{')
	if start < 0 {
		return -1
	}
	if !strings.HasSuffix(strings.TrimRight(line, " \t\r\n"), "}") {
		return -1
	}
	return start
}

// Parse reads a JSON object into the record. The values that it stores point
// into the reader and last until its next call, so the record is Borrowed. It
// fails if the line holds no JSON object.
func (r *JSONReader) Parse(line string, keys *Keys, rec *accesslog.Record) error {
	start := jsonStart(line)
	r.longest = max(r.longest, len(line))
	if start < 0 || hasTooManyValues(line[start:]) {
		return errNotJSON
	}
	value, err := r.parse(line[start:])
	if err != nil {
		return errNotJSON
	}
	object, err := value.Object()
	if err != nil {
		return errNotObject
	}
	r.object = object
	r.numbers = r.numbers[:0]
	r.names = [accesslog.NumOps]string{}
	rec.Borrowed = true
	object.Visit(func(key []byte, v *fastjson.Value) {
		target, ok := keys.Lookup(borrow(key))
		// Envoy writes no built-in attribute into JSON.
		if !ok || target.isCommon && target.op == accesslog.NodeCluster {
			return
		}
		text, ok := r.text(v)
		if target.isCommon && target.op == accesslog.NodeID && !strings.Contains(text, "~") {
			return // the node of a Kubernetes cluster, not a proxy's id
		}
		if ok && r.isFirst(borrow(key), target, rec) {
			target.Store(text, rec)
		}
	})
	return nil
}

// Text is the member of that name of the object that was parsed last; false if
// it has none that is a string. It lasts until the next call of Parse, which must
// not have failed.
func (r *JSONReader) Text(name string) (string, bool) {
	v := r.object.Get(name)
	if v == nil {
		return "", false
	}
	b, err := v.StringBytes()
	return borrow(b), err == nil
}

// parse reads JSON, and a text format that looks like JSON but has operators
// without quotes: there Envoy writes a bare `-` for a missing value.
func (r *JSONReader) parse(line string) (*fastjson.Value, error) {
	value, err := r.parser.Parse(line)
	if err == nil {
		return value, nil
	}
	var found bool
	if r.mended, found = quoteMissing(r.mended[:0], line); !found {
		return nil, err
	}
	return r.parser.ParseBytes(r.mended)
}

// twice stands in JSONReader.names for a member that came twice.
const twice = "\x00"

// isFirst tells whether a member comes for the first time. Envoy writes each
// once. A client may write a second one by closing a quote in a text that only
// looks like JSON. Then neither is certain.
func (r *JSONReader) isFirst(name string, t Target, rec *accesslog.Record) bool {
	if t.text != nil {
		return true
	}
	switch r.names[t.op] {
	case twice:
		return false
	case name:
		r.names[t.op] = twice
		rec.Unset(t.op)
		rec.Ambiguous = true
		return false
	}
	r.names[t.op] = name
	return true
}

// text is a member's value as Envoy's text formats would show it. Nested
// values stand for the metadata and filter state that Envoy writes as JSON.
func (r *JSONReader) text(v *fastjson.Value) (string, bool) {
	switch v.Type() {
	case fastjson.TypeString:
		b, err := v.StringBytes()
		return borrow(b), err == nil
	case fastjson.TypeNull:
		return missing, true
	case fastjson.TypeNumber, fastjson.TypeObject, fastjson.TypeArray:
		from := len(r.numbers)
		r.numbers = v.MarshalTo(r.numbers)
		return borrow(r.numbers[from:]), true
	default:
		return "", false
	}
}

// borrow views bytes as a string without copying them.
func borrow(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// hasTooManyValues tells whether a line has more than maxValues.
func hasTooManyValues(line string) bool {
	if len(line) <= maxValues {
		return false
	}
	// Marks in strings begin no value. Counting without them is slower.
	marks := strings.Count(line, ",") + strings.Count(line, "[") + strings.Count(line, "{")
	return marks > maxValues && countValues(line) > maxValues
}

// countValues counts what stands before a value in an array or object, outside of
// strings.
func countValues(line string) (n int) {
	inString := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			inString = !inString
		case inString && c == '\\':
			i++
		case !inString && (c == ',' || c == '[' || c == '{'):
			n++
		}
	}
	return n
}
