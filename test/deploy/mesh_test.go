// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

const namespace = "observability"

type provider struct {
	Service string
	Port    int32
}

// The providers of deploy/istio find the service that is applied, and on their
// port the receiver that understands them.
func TestProviders(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		host := g.Service.Name + "." + g.Service.Namespace + ".svc.cluster.local"
		ports := served(t, g.Service)
		for file, name := range map[string]string{"mesh-config.yaml": "grpc-otlp", "mesh-config-als.yaml": "grpc-als"} {
			var operator struct {
				Spec struct {
					MeshConfig struct {
						ExtensionProviders []struct {
							OTLP *provider `yaml:"envoyOtelAls"`
							ALS  *provider `yaml:"envoyHttpAls"`
						} `yaml:"extensionProviders"`
					} `yaml:"meshConfig"`
				}
			}
			require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/istio/"+file)), &operator))
			require.Len(t, operator.Spec.MeshConfig.ExtensionProviders, 1)
			p := operator.Spec.MeshConfig.ExtensionProviders[0]
			got := p.OTLP
			if name == "grpc-als" {
				got = p.ALS
			}
			assert.Equal(t, &provider{Service: host, Port: ports[name]}, got, file)
		}
	})
}

// Behind a sidecar nobody could tell where a record comes from: there is none, or
// it takes no traffic.
func TestNoTrafficThroughSidecar(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		pod := g.StatefulSet.Spec.Template
		if pod.Labels["sidecar.istio.io/inject"] == "false" {
			return
		}
		for _, annotation := range []string{"includeInboundPorts", "includeOutboundIPRanges"} {
			value, ok := pod.Annotations["traffic.sidecar.istio.io/"+annotation]
			assert.True(t, ok, annotation)
			assert.Empty(t, value, annotation)
		}
	})
}

// Records come from pods that have a proxy, in any namespace; metrics go to
// whoever asks in the cluster; nobody else gets in.
func TestNetworkPolicy(t *testing.T) {
	eachGateway(t, func(t *testing.T, g gateway) {
		policy := g.NetworkPolicy.Spec
		assert.Equal(t, []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}, policy.PolicyTypes)
		meshed := labels.Set{"app": "sleep", "service.istio.io/canonical-name": "sleep", "security.istio.io/tlsMode": "istio"}
		plain := labels.Set{"app": "sleep"}
		assert.ElementsMatch(t, []string{"grpc-otlp", "http-otlp", "grpc-als", "http-metrics"}, open(t, policy, meshed))
		assert.Equal(t, []string{"http-metrics"}, open(t, policy, plain))
	})
}

// open are the ports that the policy lets a pod of another namespace reach.
func open(t *testing.T, policy networkingv1.NetworkPolicySpec, pod labels.Set) (ports []string) {
	for _, rule := range policy.Ingress {
		admitted := slices.ContainsFunc(rule.From, func(peer networkingv1.NetworkPolicyPeer) bool {
			require.Nil(t, peer.IPBlock)
			require.NotNil(t, peer.NamespaceSelector, "other namespaces")
			require.Empty(t, *peer.NamespaceSelector, "any namespace")
			if peer.PodSelector == nil {
				return true
			}
			s, err := metav1.LabelSelectorAsSelector(peer.PodSelector)
			require.NoError(t, err)
			return s.Matches(pod)
		})
		for _, p := range rule.Ports {
			if admitted {
				ports = append(ports, p.Port.StrVal)
			}
		}
	}
	return ports
}
