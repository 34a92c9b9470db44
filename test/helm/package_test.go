// SPDX-License-Identifier: Apache-2.0

package helm

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/chart/v2/util"
)

// What `helm package` writes gives the same as the folder: no file is left out.
func TestPackage(t *testing.T) {
	c, err := loader.LoadDir(chart)
	require.NoError(t, err)
	archive, err := util.Save(c, t.TempDir())
	require.NoError(t, err)
	packed, err := loader.LoadFile(archive)
	require.NoError(t, err)
	eachSetting(t, func(t *testing.T, _ string, r release, values map[string]any) {
		want, err := render(r, values)
		require.NoError(t, err)
		got, err := renderChart(packed, r, values)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	})
}
