package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// SafeValue makes a value fit to be a label (see contract.CleanValue). The
// result never shares memory with its argument.
func SafeValue(v string) string {
	return strings.Clone(contract.CleanValue(v))
}
