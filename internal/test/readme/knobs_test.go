package readme

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var variable = regexp.MustCompile(`\$\{env:([^}:]*)(?::-([^}]*))?\}`)

// Each variable of the gateway's configuration has one row, with its default,
// and each row is a variable.
func TestKnobs(t *testing.T) {
	defaults := map[string]string{}
	for _, found := range variable.FindAllStringSubmatch(read(t, "config/gateway.yaml"), -1) {
		name, value := found[1], found[2]
		if name == "NAME" {
			continue // the comment that explains them
		}
		if before, ok := defaults[name]; ok {
			assert.Equal(t, before, value, "%s has two defaults", name)
		}
		defaults[name] = value
	}
	require.NotEmpty(t, defaults)

	shown := map[string]string{}
	for _, row := range table(t, "| variable | default | |") {
		names := codes(row[0])
		require.Len(t, names, 1, "one variable a row: %s", row[0])
		require.NotContains(t, shown, names[0], "one row a variable")
		value := ""
		if words := codes(row[1]); len(words) > 0 {
			value = words[0]
		}
		assert.NotEmpty(t, row[1], names[0])
		assert.NotEmpty(t, row[2], names[0])
		shown[names[0]] = value
	}
	assert.Equal(t, defaults, shown)
}
