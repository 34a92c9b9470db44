// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bufio"
	"bytes"
	"io"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Environment variables that name the programs of `make demo`.
const (
	envDemo       = "DEMO_BIN"
	envGateway    = "OTELCOL_ISTIO_BIN"
	envPrometheus = "PROMETHEUS_BIN"
)

var pageAddress = regexp.MustCompile(`The page: (http://\S+)`)

// demo runs `make demo`, which is the built gateway with recorded traffic of real
// proxies, and returns the URL of its page. It must end well.
func demo(t *testing.T) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), required(t, envDemo), "--stay",
		"--gateway", required(t, envGateway), "--prometheus", required(t, envPrometheus))
	command.Dir = "../.."
	var errors bytes.Buffer
	command.Stderr = &errors
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = time.Minute
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	var url string
	for lines := bufio.NewScanner(out); url == "" && lines.Scan(); {
		if found := pageAddress.FindStringSubmatch(lines.Text()); found != nil {
			url = found[1]
		}
	}
	t.Cleanup(func() {
		_, _ = io.Copy(io.Discard, out)
		_ = command.Wait() // an interrupt is no error of its own
		require.Equal(t, 0, command.ProcessState.ExitCode(), errors.String())
	})
	require.NotEmpty(t, url, "demo names no page: %s", &errors)
	return url
}

// documented are the views whose pictures stand in docs/page.md.
var documented = map[string]string{"overview": "/", "destinations": "/destinations?sort=count&order=desc", "about": "/about"}

// TestDemo has a person look at the recorded traffic: what make run prints is on the
// page, under each filter, sorted by each column.
func TestDemo(t *testing.T) {
	url := demo(t)
	b := newTab(t)
	b.useScreen(1280, 800, "light")
	for view, path := range documented {
		b.open(url + path)
		b.screenshot(view)
	}
	b.requireQuiet()
}
