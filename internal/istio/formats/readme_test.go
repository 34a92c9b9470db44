package formats

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
)

// The processor's README shows the table of operators as it is.
func TestREADMEShowsOperators(t *testing.T) {
	b, err := os.ReadFile("../../../processor/istiolabelsprocessor/README.md")
	require.NoError(t, err)
	lines := strings.Split(string(b), "\n")
	require.Len(t, operators, int(accesslog.NumOps))
	for i := range operators {
		assert.Contains(t, lines, readmeRow(&operators[i]))
	}
}

func readmeRow(o *logformat.Operator) string {
	keys := []string{o.Op.Key()}
	for _, key := range slices.Sorted(maps.Keys(otherKeys)) {
		if otherKeys[key] == o.Op {
			keys = append(keys, key)
		}
	}
	spellings := make([]string, 0, len(o.Spellings))
	for _, s := range o.Spellings {
		spellings = append(spellings, "`%"+s+"%`")
	}
	return fmt.Sprintf("| `%s` | %s |", strings.Join(keys, "`, `"), strings.Join(spellings, ", "))
}
