// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// previousFolder holds the files and the built gateway of another commit.
var previousFolder = proctest.Program{Variable: "PREVIOUS", Path: "../../_build/previous"}

// program is a built gateway with the configuration of its commit.
type program struct{ binary, config string }

func (p program) start(t *testing.T, o *outage) *gateway {
	t.Helper()
	env := map[string]string{"FLUSH_INTERVAL": "1s", "DESTINATION_HOST": "false"}
	for name, value := range o.env {
		env[name] = value
	}
	g, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
		Binary: p.binary, Env: env,
		Configs: []string{filepath.Join(p.config, "gateway.yaml"), filepath.Join(p.config, "storage.yaml")},
	})
	require.NoError(t, err)
	proctest.EndWith(t, g.Process)
	return &gateway{Gateway: g, prometheus: o.prometheus}
}

// setAside is how many states are of no use, and the lines of the log that say so.
func (g *gateway) setAside(t *testing.T) (states int, lines []string) {
	t.Helper()
	for line := range strings.Lines(g.Process.Log()) {
		if strings.Contains(line, "set aside") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	for _, component := range []string{"connector_istio_metrics", "connector_istio_egress", "processor_istio_labels"} {
		states += g.telemetry(t, "otelcol_"+component+"_state_set_aside", "")
	}
	return states, lines
}

// TestUpgrade replaces a gateway of the commit before by this one, with its volume, and
// then the other way round. Series go on. What a program cannot use of the other's
// state is set aside, with a line of the log for each, and no record is missing.
func TestUpgrade(t *testing.T) {
	folder := previousFolder.Find(t)
	previous := program{filepath.Join(folder, "_build/otelcol-istio"), filepath.Join(folder, "config")}
	this := program{proctest.Gateway.Find(t), "../../config"}
	p := startPrometheus(t)
	o := &outage{front: newFront(t, p), env: map[string]string{
		"STATE_DIRECTORY": t.TempDir(), "SHUTDOWN_TIMEOUT": "5s", "INSTANCE_ID": "gateway-of-" + t.Name(), "REMOTE_WRITE_ENDPOINT": p.WriteURL(),
	}}
	o.gateway = &gateway{prometheus: p}
	anew := false
	for _, step := range []struct {
		what string
		program
	}{{"the commit before", previous}, {"this commit", this}, {"back again", previous}, {"this commit once more", this}} {
		o.gateway = step.start(t, o)
		states, lines := o.setAside(t)
		t.Logf("%s: %d set aside %q", step.what, states, lines)
		assert.Len(t, lines, states, step.what)
		if step.what == "this commit" {
			assert.Zero(t, states, "its series go on")
		}
		o.load(t)
		require.NoError(t, o.Stop())
		assert.InDelta(t, o.sent, o.total(t), 0, step.what)
		if anew = anew || states > 0; !anew {
			o.neverFalls(t, requests)
		}
	}
}
