// SPDX-License-Identifier: Apache-2.0

package image

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
)

var demoProgram = proctest.Program{Variable: "DEMO_BIN", Path: root + "_build/bin/demo"}

// The image runs what the README begins with, `make run`. It ends well only if
// the totals in Prometheus are what went in.
func TestExample(t *testing.T) {
	images, _ := open(t, "IMAGE", "otelcol-istio").images()
	require.Contains(t, images, runtime.GOARCH, "an image for this machine")
	captures, err := filepath.Abs(root + "testdata/captures")
	require.NoError(t, err)
	gateway := enter(t, images[runtime.GOARCH], volumes{"/captures": captures})

	demo := exec.CommandContext(t.Context(), demoProgram.Find(t),
		"--gateway", gateway, "--prometheus", proctest.Prometheus.Find(t),
		"--config", "/etc/otelcol-istio/gateway.yaml", "--overlay", "/captures/labels.yaml", "--captures", captures)
	said, err := demo.CombinedOutput()
	require.NoError(t, err, "%s", said)
	t.Logf("%s", said)
}
