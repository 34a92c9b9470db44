// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The README's example is a valid configuration.
func TestREADMEExample(t *testing.T) {
	b, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, example, found := strings.Cut(string(b), "```yaml\n")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```")
	var config struct {
		Processors map[string]map[string]any `yaml:"processors"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(example), &config))
	newTest(t, config.Processors["istio_labels"])
}
