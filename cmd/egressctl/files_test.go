// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A repository of configuration has much that has no part in outbound traffic. It is not
// sent, and errors keep the lines of the files.
func TestRepository(t *testing.T) {
	url := serve(t, to("shop", "api.example.com"))
	dir := t.TempDir()
	entries := do(t, "", "suggest", "-url", url).out
	deployment := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
	write(t, dir, "a.yaml", deployment+"---\n"+entries+"\n---\n"+deployment)
	write(t, dir, "large.json", `{"apiVersion": "v1", "kind": "Secret", "data": {"a": "`+strings.Repeat("a", 1<<20)+`"}}`)
	write(t, dir, "values.yaml", "replicas: 3\n")
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".github"), 0o700))
	write(t, filepath.Join(dir, ".github"), "ci.yaml", "kind: [\n")

	chart := filepath.Join(dir, "chart")
	require.NoError(t, os.MkdirAll(filepath.Join(chart, "templates"), 0o700))
	write(t, chart, "Chart.yaml", "apiVersion: v2\nname: web\n")
	write(t, filepath.Join(chart, "templates"), "a.yaml", "{{- if .Values.a }}\n{{- end }}\n")

	got := do(t, "", "diff", "-url", url, "-f", dir)
	assert.Equal(t, exitWell, got.code, got)
	assert.Contains(t, got.out, "0 missing, 0 changed, 1 unchanged")
	assert.Contains(t, got.err, chart)
	assert.Contains(t, got.err, "3 resources of kinds that have no part in outbound traffic: 2 Deployment, 1 Secret\n")
	assert.Contains(t, got.err, "1 document without")

	write(t, dir, "b.yaml", deployment+"---\n"+deployment+"---\n# of the mesh\napiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: a}\nspec: {egres: []}\n")
	got = do(t, "", "diff", "-url", url, "-f", dir)
	assert.Equal(t, exitError, got.code)
	assert.Contains(t, got.err, filepath.Join(dir, "b.yaml")+":13: ")

	// Somebody who names a file wants to know that it is no use.
	got = do(t, "", "diff", "-url", url, "-f", filepath.Join(dir, "values.yaml"))
	assert.Equal(t, exitError, got.code)
	assert.Contains(t, got.err, filepath.Join(dir, "values.yaml")+":1: ")
}

// Files of which nothing is sent are compared like those that lack everything. The page is
// not to take the files that it has itself.
func TestNothingOfUse(t *testing.T) {
	url := serve(t, to("shop", "api.example.com"))
	got := do(t, "kind: List\nitems: [{kind: Pod}, {kind: Secret}]\n", "diff", "-url", url, "-f", "-")
	assert.Equal(t, exitDiffers, got.code, got)
	assert.Contains(t, got.out, "missing: ServiceEntry shop/api.example.com\n")
	assert.Contains(t, got.err, "1 Pod, 1 Secret")
}
