package istio

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// SafeValue makes a value fit to be a label: valid UTF-8, at most
// contract.MaxValueLen bytes, without control characters. Prometheus refuses a whole request for one
// label that is not UTF-8, and a client may write such. The result never shares
// memory with its argument.
func SafeValue(v string) string {
	if len(v) <= contract.MaxValueLen && isPlain(v) {
		return strings.Clone(v)
	}
	var b strings.Builder
	for _, r := range v {
		if unicode.IsControl(r) {
			r = utf8.RuneError
		}
		if b.Len()+utf8.RuneLen(r) > contract.MaxValueLen {
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
