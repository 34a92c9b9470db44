package accesslog

import (
	"errors"
	"strings"
	"unsafe"

	"github.com/valyala/fastjson"
)

// JSONReader reads access logs that are one JSON object, as Istio's
// `accessLogEncoding: JSON` writes them. It is not safe for concurrent use.
type JSONReader struct {
	parser  fastjson.Parser
	numbers []byte
	// names has the member that each operator's value came from.
	names [NumOps]string
}

// twice stands in names for a member that came twice.
const twice = "\x00"

// isFirst tells whether a member comes for the first time. Envoy writes each
// once; a second one is a client's, who could close a quote of a text that only
// looks like JSON, and puts both in doubt.
func (r *JSONReader) isFirst(name string, t Target, rec *Record) bool {
	if t.format != nil {
		return true
	}
	switch r.names[t.op] {
	case twice:
		return false
	case name:
		r.names[t.op] = twice
		rec.unset(t.op)
		rec.Ambiguous = true
		return false
	}
	r.names[t.op] = name
	return true
}

// A value takes some 80 bytes of memory and two of JSON. No access log has more
// members than these, and few lines are so long that they are worth counting.
const (
	maxValues   = 1 << 16
	longForJSON = 1 << 20
)

// errors of JSONReader.
var (
	errNotJSON   = errors.New("no JSON object")
	errNotObject = errors.New("JSON, but no object")
)

// LooksLikeJSON tells whether a line holds a JSON object at its start or after
// what a log collector put there.
func LooksLikeJSON(line string) bool {
	return jsonStart(line) >= 0
}

// jsonStart finds the brace that opens the object: nothing but a collector's
// words, which hold no quotes, may stand before it, and none after it.
func jsonStart(line string) int {
	head := line[:min(len(line), maxPrefix)]
	start := strings.IndexByte(head, '{')
	if start < 0 || strings.IndexByte(head[:start], '"') >= 0 {
		return -1
	}
	if !strings.HasSuffix(strings.TrimRight(line, " \t\r\n"), "}") {
		return -1
	}
	return start
}

// Parse reads a JSON object into the record. The values it stores point into
// the reader and last until its next call: the record is Borrowed.
func (r *JSONReader) Parse(line string, keys *Keys, rec *Record) error {
	start := jsonStart(line)
	if start < 0 || len(line) > longForJSON && strings.Count(line, ",") > maxValues {
		return errNotJSON
	}
	value, err := r.parser.Parse(line[start:])
	if err != nil {
		return errNotJSON
	}
	object, err := value.Object()
	if err != nil {
		return errNotObject
	}
	r.numbers = r.numbers[:0]
	r.names = [NumOps]string{}
	rec.Borrowed = true
	object.Visit(func(key []byte, v *fastjson.Value) {
		target, ok := keys.Lookup(borrow(key))
		if !ok {
			return
		}
		if text, ok := r.text(v); ok && r.isFirst(borrow(key), target, rec) {
			target.Store(text, rec)
		}
	})
	return nil
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
