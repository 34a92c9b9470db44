package istio

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxValue bounds a label's value, in bytes. The longest host name has 253,
// with a port 259; Envoy lets a Host header be thousands.
const MaxValue = 260

// SafeValue makes a value fit to be a label: valid UTF-8, at most MaxValue
// bytes, without control characters. Prometheus refuses a whole request for one
// label that is not UTF-8, and a client may write such. The result never shares
// memory with its argument.
func SafeValue(v string) string {
	if len(v) <= MaxValue && isPlain(v) {
		return strings.Clone(v)
	}
	var b strings.Builder
	for _, r := range v {
		if unicode.IsControl(r) {
			r = utf8.RuneError
		}
		if b.Len()+utf8.RuneLen(r) > MaxValue {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isPlain(v string) bool {
	for i := range len(v) {
		if c := v[i]; c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}
