// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func write(t *testing.T, content string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file.yaml")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	return []string{file}
}

const telemetry = `
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: a, namespace: b}
spec: {accessLogging: [{providers: [{name: c}], filter: {expression: "response.code >= 400"}, match: {mode: CLIENT}}]}
`

func TestReadResources(t *testing.T) {
	resources, err := readResources(write(t, "# first\n"+telemetry+"---\n"+telemetry))
	require.NoError(t, err)
	require.Len(t, resources, 2)
	assert.Equal(t, "b", resources[1].Namespace)
}

// TestRefusedResources has what a mesh owner's API server or istiod would refuse.
func TestRefusedResources(t *testing.T) {
	for content, want := range map[string]string{
		"apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: a}\nspec: {accessLog: []}\n":                         "accessLog",
		"apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: a}\nspec: {accessLogging: [{match: {mode: X}}]}\n":   "X",
		"apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: a}\nspec: {accessLogging: [{providers: [{}]}]}\n":    "name",
		"apiVersion: telemetry.istio.io/v1\nkind: Telemetries\nmetadata: {name: a}\nspec: {}\n":                                    "Telemetries",
		"apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: a}\nspecs: {}\n":                                     "specs",
		"apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a}\nspec: {configPatches: [{patch: {}}]}\n": "applyTo",
	} {
		_, err := readResources(write(t, content))
		require.ErrorContains(t, err, want, content)
	}
}

func TestReadMeshConfig(t *testing.T) {
	const head = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n  meshConfig:\n"
	const provider = "    extensionProviders: [{name: a, envoyOtelAls: {service: b.c.svc.cluster.local, port: 4317}}]\n"
	c, err := readMeshConfig(append(write(t, head+"    connectTimeout: 1s\n"), write(t, head+provider)...))
	require.NoError(t, err)
	assert.EqualValues(t, 1, c.GetConnectTimeout().GetSeconds(), "later files leave what they do not name")
	names := []string{}
	for _, p := range c.GetExtensionProviders() {
		names = append(names, p.GetName())
	}
	assert.Contains(t, names, "a")
	assert.Contains(t, names, "envoy", "Istio's own")

	for content, want := range map[string]string{
		head + "    extensionProvider: []\n":                                               "extensionProvider",
		head + "    extensionProviders: [{name: a, envoyOtelAls: {port: 4317}}]\n":         "service",
		"apiVersion: install.istio.io/v1\nkind: IstioOperator\nspec: {}\n":                 "install.istio.io/v1alpha1",
		"apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {}\nspecs: 1\n": "specs",
	} {
		_, err := readMeshConfig(write(t, content))
		require.ErrorContains(t, err, want, content)
	}
}
