// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The changes begin with the version that the build stamps.
func TestChangelog(t *testing.T) {
	b, err := os.ReadFile(root + "builder-config.yaml")
	require.NoError(t, err)
	var builder struct{ Dist struct{ Version string } }
	require.NoError(t, yaml.Unmarshal(b, &builder))
	first := regexp.MustCompile(`(?m)^## (\S+)`).FindStringSubmatch(pages(t)["CHANGELOG.md"])
	require.NotNil(t, first)
	assert.Equal(t, builder.Dist.Version, first[1])
}
