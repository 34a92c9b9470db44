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
		assert.Contains(t, lines, "| "+row.name+" | "+names(row.own)+" | "+names(row.peer)+" |")
	}
}

func names(sources []source) string {
	var all []string
	for _, s := range sources {
		all = append(all, s.name)
	}
	return strings.Join(all, "; ")
}
