// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// TestRefused shows that a manifest which Envoy refuses does not go unseen. (What
// the control plane refuses ends it; see test/controlplane.)
func TestRefused(t *testing.T) {
	t.Parallel()
	world := mesh.NewWorld(t, programs(t))
	m := world.Launch(t, mesh.Config{
		MeshConfigs: byLabels.meshConfigs, Resources: []string{allFile, "testdata/refused.yaml"},
		GatewayConfigs: []string{gatewayFile, recordsFile},
	})
	refused := strings.Join(m.Refused(t), "\n")
	assert.Contains(t, refused, "lds.update_rejected")
	assert.Contains(t, refused, "AccessLogFlushInterval", "why")
}
