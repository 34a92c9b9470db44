// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

func TestNodeID(t *testing.T) {
	attributes := func(raw map[string]any) pcommon.Map {
		m := pcommon.NewMap()
		assert.NoError(t, m.FromRaw(raw))
		return m
	}
	none := attributes(nil)
	onResource := attributes(map[string]any{"cluster_name": "web.shop", "node_name": shopNode})
	onRecord := attributes(map[string]any{"method": "GET", "node_id": bankNode})
	assert.Equal(t, shopNode, NodeID(none, onResource))
	assert.Equal(t, bankNode, NodeID(onRecord, onResource), "the first one")
	assert.Empty(t, NodeID(none))
	assert.Empty(t, NodeID(attributes(map[string]any{"node_id": map[string]any{"a": "b"}})))
}

func TestNamespaceOf(t *testing.T) {
	for nodeID, want := range map[string]string{
		shopNode: "shop",
		"router~fd00::1~gateway.v2.istio-system~x": "istio-system",
		"sidecar~10.0.0.1~alone~x":                 "",
		"anything":                                 "",
		"~~~":                                      "",
	} {
		assert.Equal(t, want, NamespaceOf(nodeID), nodeID)
	}
}
