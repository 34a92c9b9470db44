// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
)

// The README's example of an overlay of one's own sets what it says.
func TestREADMEOverlay(t *testing.T) {
	_, example, found := strings.Cut(read(t, "deploy/kubernetes/README.md"), "```yaml\n")
	require.True(t, found)
	example, _, _ = strings.Cut(example, "```")
	base, err := filepath.Abs(root + "deploy/kubernetes/gateway")
	require.NoError(t, err)
	directory := t.TempDir()
	relative, err := filepath.Rel(directory, base)
	require.NoError(t, err)
	var file strings.Builder
	for line := range strings.Lines(example) {
		file.WriteString(strings.TrimPrefix(strings.Replace(line, "../otelcol-istio/deploy/kubernetes/gateway", relative, 1), "   "))
	}
	require.NoError(t, os.WriteFile(filepath.Join(directory, "kustomization.yaml"), []byte(file.String()), 0o600))
	g, err := manifests.Read(directory)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(g.Container().Image, "your-registry/otelcol-istio:"), g.Container().Image)
	assert.Equal(t, "http://prometheus.monitoring.svc:9090/api/v1/write", g.Env()["REMOTE_WRITE_ENDPOINT"])
	assert.Equal(t, "my-cluster", g.Env()["CLUSTER_ID"])
}
