// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// TestConfigMap renders deploy/grafana as `kubectl apply -k` does.
func TestConfigMap(t *testing.T) {
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), shipped)
	require.NoError(t, err)
	require.Equal(t, 1, rendered.Size())
	got := rendered.Resources()[0]
	assert.Equal(t, "ConfigMap", got.GetKind())
	assert.Equal(t, map[string]string{"grafana_dashboard": "1"}, got.GetLabels())
	want := map[string]string{}
	for file := range ours(t) {
		content, err := os.ReadFile(filepath.Join(shipped, file))
		require.NoError(t, err)
		want[file] = string(content)
	}
	assert.Equal(t, want, got.GetDataMap())

	// kubectl keeps all of it once more in an annotation, for which the API has 256 KiB.
	applied, err := got.MarshalJSON()
	require.NoError(t, err)
	assert.Less(t, len(applied), 256<<10)
}
