// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	meshapi "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/util/protomarshal"
)

const deploy = "../../deploy/"

// With proxy-metrics-off.yaml proxies get no filter that counts. Without it they do.
func TestProxyMetricsOff(t *testing.T) {
	for name, test := range map[string]struct {
		files []string
		want  bool
	}{
		"Istio's default": {nil, true},
		"turned off":      {[]string{deploy + "istio/proxy-metrics-off.yaml"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			resources, err := readResources(test.files)
			require.NoError(t, err)
			config := mesh.DefaultMeshConfig()
			config.DefaultProviders = &meshapi.MeshConfig_DefaultProviders{Metrics: []string{"prometheus"}}
			objects, err := readCluster(append(write(t, cluster), write(t, services)...))
			require.NoError(t, err)
			s := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{MeshConfig: config, Configs: resources, KubernetesObjects: objects})
			counts := false
			listeners := s.Listeners(s.SetupProxy(&model.Proxy{ConfigNamespace: "own"}))
			require.NotEmpty(t, listeners)
			for _, l := range listeners {
				text, err := protomarshal.ToJSON(l)
				require.NoError(t, err)
				counts = counts || strings.Contains(text, `"istio.stats"`)
			}
			assert.Equal(t, test.want, counts)
		})
	}
}

const onNodes = `
apiVersion: v1
kind: Pod
metadata: {name: gateway-1, namespace: own, labels: {app: gateway}}
spec: {nodeName: first}
status: {podIP: 10.0.1.1}
---
apiVersion: v1
kind: Pod
metadata: {name: gateway-2, namespace: own, labels: {app: gateway}}
spec: {nodeName: second}
status: {podIP: 10.0.2.1}
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: own}
spec: {%sclusterIP: 10.1.0.2, selector: {app: gateway}, ports: [{name: grpc-otlp, port: 4317, protocol: TCP}]}
`

// With internalTrafficPolicy: Local a proxy gets the gateway of its own node, and
// else all of them.
func TestNodeLocalService(t *testing.T) {
	for policy, want := range map[string][]string{
		"":                               {"10.0.1.1", "10.0.2.1"},
		"internalTrafficPolicy: Local, ": {"10.0.2.1"},
	} {
		objects, err := readCluster(write(t, fmt.Sprintf(onNodes, policy)))
		require.NoError(t, err)
		s := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{KubernetesObjects: objects})
		proxy := s.SetupProxy(&model.Proxy{ConfigNamespace: "own", Metadata: &model.NodeMetadata{NodeName: "second", ClusterID: "Kubernetes"}})
		var got []string
		for _, assignment := range s.Endpoints(proxy) {
			if !strings.HasPrefix(assignment.GetClusterName(), "outbound|4317|") {
				continue
			}
			for _, locality := range assignment.GetEndpoints() {
				for _, e := range locality.GetLbEndpoints() {
					got = append(got, e.GetEndpoint().GetAddress().GetSocketAddress().GetAddress())
				}
			}
		}
		assert.ElementsMatch(t, want, got, policy)
	}
}
