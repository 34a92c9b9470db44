// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the API server would drop or refuse, we refuse.
func TestReadRefuses(t *testing.T) {
	const head = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n"
	for name, c := range map[string]struct{ manifest, want string }{
		"unknown field":     {head + "automountToken: false\n", `unknown field "automountToken"`},
		"wrong type":        {head + "automountServiceAccountToken: [1]\n", "cannot unmarshal"},
		"unknown kind":      {"apiVersion: v1\nkind: ServiceAcount\nmetadata: {name: a}\n", `no kind "ServiceAcount"`},
		"unexpected object": {"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "not expected"},
		"second of a kind":  {head + "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: b}\n", "a second"},
		"missing objects":   {head, "an object is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte("resources: [m.yaml]\n"), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "m.yaml"), []byte(c.manifest), 0o600))
			_, err := Read(folder)
			assert.ErrorContains(t, err, c.want)
		})
	}
}
