// SPDX-License-Identifier: Apache-2.0

package helm

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
)

// For the same settings the chart and the folders give the same objects, but for
// what the table of differences has.
func TestSameAsKustomize(t *testing.T) {
	used := map[string]bool{}
	eachSetting(t, func(t *testing.T, folder string, r release, values map[string]any) {
		got := alike(t, helmObjects(t, r, values), ofHelm, used)
		want := alike(t, kustomizeObjects(t, folder), ofKustomize, used)
		require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
		for name := range want {
			assert.Equal(t, want[name], got[name], name)
		}
	})
	for _, d := range differences {
		assert.True(t, used[d.what], "nothing differs in this any more: %s", d.what)
	}
}

// alike takes the differences out of each object. It notes those that there were
// in used.
func alike(t *testing.T, all objects, s side, used map[string]bool) map[string]map[string]any {
	t.Helper()
	plain := map[string]map[string]any{}
	for _, object := range all {
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		require.NoError(t, err)
		for _, d := range differences {
			if d.side == s && d.remove(fields) {
				used[d.what] = true
			}
		}
		sortByName(fields)
		metadata := fields["metadata"].(map[string]any)
		namespace, _ := metadata["namespace"].(string)
		name := fields["kind"].(string) + " " + namespace + "/" + metadata["name"].(string)
		require.NotContains(t, plain, name)
		plain[name] = fields
	}
	return plain
}
