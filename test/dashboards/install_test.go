// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-jsonnet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// texts are the shipped files.
func texts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for file := range ours(t) {
		content, err := os.ReadFile(filepath.Join(shipped, file))
		require.NoError(t, err)
		all[file] = string(content)
	}
	return all
}

// TestConfigMap renders deploy/grafana as `kubectl apply -k` does.
func TestConfigMap(t *testing.T) {
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), shipped)
	require.NoError(t, err)
	require.Equal(t, 1, rendered.Size())
	got := rendered.Resources()[0]
	assert.Equal(t, "ConfigMap", got.GetKind())
	assert.Equal(t, map[string]string{"grafana_dashboard": "1"}, got.GetLabels())
	assert.Equal(t, texts(t), got.GetDataMap())

	// kubectl keeps all of it once more in an annotation, for which the API has 256 KiB.
	applied, err := got.MarshalJSON()
	require.NoError(t, err)
	assert.Less(t, len(applied), 256<<10)
}

// A mixin has dashboards under names of its own, which are those of the files that its
// users write.
func TestMixin(t *testing.T) {
	vm := jsonnet.MakeVM()
	vm.Importer(&jsonnet.FileImporter{JPaths: []string{shipped}})
	evaluated, err := vm.EvaluateAnonymousSnippet("mixin", "(import 'mixin.libsonnet').grafanaDashboards")
	require.NoError(t, err)
	var got map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(evaluated), &got))
	want := texts(t)
	require.Len(t, got, len(want))
	for file, text := range want {
		assert.JSONEq(t, text, string(got["otelcol-istio-"+file]))
	}
}
