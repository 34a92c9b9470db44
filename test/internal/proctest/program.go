// SPDX-License-Identifier: Apache-2.0

package proctest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// Program is one that tests run: Variable names it, or it is where the Makefile puts it.
// Path is relative to the folder of the test.
type Program struct{ Variable, Path string }

// Programs that several packages run, each from a folder of test.
var (
	Gateway    = Program{"OTELCOL_ISTIO_BIN", "../../_build/otelcol-istio"}
	Prometheus = Program{"PROMETHEUS_BIN", "../../_build/bin/prometheus"}
	Envoy      = Program{"ENVOY_BIN", "../../_build/venv/bin/envoy"}
)

// Find fails the test if the program is not there: a test that skips itself would show
// nothing.
func (p Program) Find(t testing.TB) string {
	t.Helper()
	path := p.Path
	if set := os.Getenv(p.Variable); set != "" {
		path = set
	}
	_, err := os.Stat(path)
	require.NoError(t, err, "the target of the Makefile that runs this test builds it; %s may name another", p.Variable)
	return path
}
