package accesslog

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The processor's README shows the table of operators as it is.
func TestREADMEShowsOperators(t *testing.T) {
	b, err := os.ReadFile("../../processor/istiolabelsprocessor/README.md")
	require.NoError(t, err)
	lines := strings.Split(string(b), "\n")
	for i := range operators {
		assert.Contains(t, lines, readmeRow(&operators[i]))
	}
}

func readmeRow(o *operator) string {
	keys := append([]string{o.key}, o.aliases...)
	spellings := make([]string, 0, len(o.spellings))
	for _, s := range o.spellings {
		spellings = append(spellings, "`%"+s+"%`")
	}
	return fmt.Sprintf("| `%s` | %s |", strings.Join(keys, "`, `"), strings.Join(spellings, ", "))
}
