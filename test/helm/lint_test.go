// SPDX-License-Identifier: Apache-2.0

package helm

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// `helm lint --strict` finds nothing, whatever the settings are.
func TestLint(t *testing.T) {
	eachSetting(t, func(t *testing.T, _ string, r release, values map[string]any) {
		result := lint.RunAll(chart, values, r.namespace)
		for _, message := range result.Messages {
			assert.Less(t, message.Severity, support.WarningSev, message.Error())
		}
	})
}

// The chart has the version of the programs.
func TestVersion(t *testing.T) {
	text, err := os.ReadFile(root + "builder-config.yaml")
	require.NoError(t, err)
	var builder struct{ Dist struct{ Version string } }
	require.NoError(t, yaml.Unmarshal(text, &builder))
	require.NotEmpty(t, builder.Dist.Version)
	c, err := loader.LoadDir(chart)
	require.NoError(t, err)
	assert.Equal(t, builder.Dist.Version, c.Metadata.Version)
	assert.Equal(t, builder.Dist.Version, c.Metadata.AppVersion)
}
