// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// binary is a program that the tests run: a variable names it, or it is where
// the Makefile puts it.
type binary struct {
	variable, path string
}

var (
	envoyBinary      = binary{"ENVOY_BIN", "../../_build/venv/bin/envoy"}
	prometheusBinary = binary{"PROMETHEUS_BIN", "../../_build/bin/prometheus"}
	gatewayBinary    = binary{"OTELCOL_ISTIO_BIN", "../../_build/otelcol-istio"}

	debianPrometheusBinary = binary{"DEBIAN_PROMETHEUS_BIN", "../../_build/debian/usr/bin/prometheus"}
	victoriaMetricsBinary  = binary{"VICTORIA_METRICS_BIN", "../../_build/bin/victoria-metrics"}
)

// find fails the test if the program is not there: a test that skips itself
// would show nothing.
func (b binary) find(t *testing.T) string {
	path := b.path
	if set := os.Getenv(b.variable); set != "" {
		path = set
	}
	_, err := os.Stat(path)
	require.NoError(t, err, "`make test-e2e` builds all that the tests run; %s may name another", b.variable)
	return path
}
