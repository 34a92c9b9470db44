// SPDX-License-Identifier: Apache-2.0

package image

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// The image runs what the README begins with, `make run`. It ends well only if
// the totals in Prometheus are what went in.
func TestExample(t *testing.T) {
	images, _ := open(t, "IMAGE", "otelcol-istio").images()
	require.Contains(t, images, runtime.GOARCH, "an image for this machine")
	captures, err := filepath.Abs(root + "testdata/captures")
	require.NoError(t, err)
	gateway := enter(t, images[runtime.GOARCH], volumes{"/captures": captures})

	demo := exec.CommandContext(t.Context(), built(t, "DEMO_BIN", "demo"),
		"--gateway", gateway, "--prometheus", built(t, "PROMETHEUS_BIN", "prometheus"),
		"--config", "/etc/otelcol-istio/gateway.yaml", "--overlay", "/captures/labels.yaml", "--captures", captures)
	said, err := demo.CombinedOutput()
	require.NoError(t, err, "%s", said)
	t.Logf("%s", said)
}

func built(t *testing.T, variable, program string) string {
	path := os.Getenv(variable)
	if path == "" {
		path = root + "_build/bin/" + program
	}
	_, err := os.Stat(path)
	require.NoError(t, err, "`make test-image` builds it; %s may name another", variable)
	return path
}
