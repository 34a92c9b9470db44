// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

const (
	// gatewayFile is the configuration as shipped.
	gatewayFile = "../../config/gateway.yaml"
	recordsFile = "testdata/records.yaml"
)

// programs are those that `make test-mesh` builds.
func programs(t *testing.T) mesh.Programs {
	t.Helper()
	find := func(variable string) string {
		path := os.Getenv(variable)
		require.NotEmpty(t, path, "`make test-mesh` builds all that the tests run, and names it")
		_, err := os.Stat(path)
		require.NoError(t, err, variable)
		return path
	}
	return mesh.Programs{
		ControlPlane: find("CONTROL_PLANE_BIN"), Envoy: find("ENVOY_BIN"),
		Gateway: find("OTELCOL_ISTIO_BIN"), Prometheus: find("PROMETHEUS_BIN"),
	}
}
