package istio

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The README's table is this one.
func TestREADMEShowsPrecedence(t *testing.T) {
	b, err := os.ReadFile("../../processor/istiolabelsprocessor/README.md")
	require.NoError(t, err)
	lines := strings.Split(string(b), "\n")
	for _, row := range identityTable {
		assert.Contains(t, lines, "| "+row.name+" | "+namesOf(row.proxy)+" | "+namesOf(row.peer)+" |")
	}
}

func namesOf(origins []origin) string {
	var all []string
	for _, o := range origins {
		all = append(all, o.name)
	}
	return strings.Join(all, "; ")
}
