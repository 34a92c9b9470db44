// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/otelcol-istio/otelcol-istio/test/internal/manifests"
)

const pagePort = "https-page"

func readPage(t *testing.T) gateway {
	t.Helper()
	return readGateway(t, "page", "gateway.yaml", "storage.yaml", "page.yaml")
}

// The page's port is one on its whole way: configuration, container, service, ingress.
func TestPagePort(t *testing.T) {
	g := readPage(t)
	page := g.config.Extensions.EgressPage
	number := port(t, page.endpoint)
	assert.Contains(t, g.Container().Ports, corev1.ContainerPort{Name: pagePort, ContainerPort: number})
	require.NotNil(t, g.PageService)
	assert.Equal(t, map[string]int32{pagePort: number}, served(t, g.PageService))
	selects(t, metav1.SetAsLabelSelector(g.PageService.Spec.Selector), &g.StatefulSet.Spec.Template, "Service of the page")
	assert.Equal(t, namespace, g.PageService.Namespace)

	require.NotNil(t, g.Ingress)
	assert.Equal(t, namespace, g.Ingress.Namespace)
	require.Len(t, g.Ingress.Spec.Rules, 1)
	rule := g.Ingress.Spec.Rules[0]
	require.Len(t, rule.HTTP.Paths, 1)
	backend := rule.HTTP.Paths[0].Backend.Service
	assert.Equal(t, &networkingv1.IngressServiceBackend{
		Name: g.PageService.Name, Port: networkingv1.ServiceBackendPort{Name: pagePort},
	}, backend)
	require.Len(t, g.Ingress.Spec.TLS, 1)
	assert.Equal(t, []string{rule.Host}, g.Ingress.Spec.TLS[0].Hosts)
	assert.Equal(t, "HTTPS", g.Ingress.Annotations["nginx.ingress.kubernetes.io/backend-protocol"])
}

// The page is for the ingress controller and the other gateways. All other ports stay
// as they are without it.
func TestPageNetworkPolicy(t *testing.T) {
	g, base := readPage(t), readGateway(t, "gateway", "gateway.yaml", "storage.yaml")
	rules := g.NetworkPolicy.Spec.Ingress
	require.Len(t, rules, len(base.NetworkPolicy.Spec.Ingress)+1)
	last := len(rules) - 1
	assert.Equal(t, base.NetworkPolicy.Spec.Ingress, rules[:last])
	rule := rules[last]
	require.Len(t, rule.Ports, 1)
	assert.Equal(t, pagePort, rule.Ports[0].Port.StrVal)
	for name, test := range map[string]struct {
		namespace, pod labels.Set
		admitted       bool
	}{
		"ingress controller":                     {labels.Set{"kubernetes.io/metadata.name": "ingress-nginx"}, labels.Set{"app": "nginx"}, true},
		"gateway":                                {labels.Set{"kubernetes.io/metadata.name": namespace}, g.StatefulSet.Spec.Template.Labels, true},
		"another pod of the gateway's own":       {labels.Set{"kubernetes.io/metadata.name": namespace}, labels.Set{"app": "grafana"}, false},
		"a pod of the name in another namespace": {labels.Set{"kubernetes.io/metadata.name": "shop"}, g.StatefulSet.Spec.Template.Labels, false},
	} {
		admitted := slices.ContainsFunc(rule.From, func(peer networkingv1.NetworkPolicyPeer) bool {
			inNamespace := peer.NamespaceSelector == nil && test.namespace["kubernetes.io/metadata.name"] == namespace ||
				peer.NamespaceSelector != nil && matches(t, peer.NamespaceSelector, test.namespace)
			return inNamespace && (peer.PodSelector == nil || matches(t, peer.PodSelector, test.pod))
		})
		assert.Equal(t, test.admitted, admitted, name)
	}
}

func matches(t *testing.T, selector *metav1.LabelSelector, set labels.Set) bool {
	t.Helper()
	s, err := metav1.LabelSelectorAsSelector(selector)
	require.NoError(t, err)
	return s.Matches(set)
}

// The gateways find one another by the headless service, by a name that the page's
// certificate is for.
func TestPagePeers(t *testing.T) {
	g := readPage(t)
	page := g.config.Extensions.EgressPage
	assert.Equal(t, g.Headless.Name+"."+namespace+".svc.cluster.local", page.Peers.DNS)
	endpoint, err := url.Parse(page.Peers.Endpoint)
	require.NoError(t, err)
	assert.Equal(t, "https", endpoint.Scheme)
	assert.Equal(t, g.PageService.Name+"."+namespace+".svc", endpoint.Hostname())
	assert.Equal(t, strconv.Itoa(int(port(t, page.endpoint))), endpoint.Port())
	assert.NotEmpty(t, page.Auth.Authenticator)
	assert.NotEmpty(t, page.Peers.Auth.Authenticator)
}

// What the configuration reads is what the Secrets hold, on a volume that only reads.
func TestPageFiles(t *testing.T) {
	g := readPage(t)
	page := g.config.Extensions.EgressPage
	base := readGateway(t, "gateway", "gateway.yaml", "storage.yaml")
	mounts := g.Container().VolumeMounts
	at := slices.IndexFunc(mounts, func(m corev1.VolumeMount) bool { return m.Name == "page" })
	require.NotEqual(t, -1, at)
	assert.True(t, mounts[at].ReadOnly)
	assert.ElementsMatch(t, base.Container().VolumeMounts, slices.Delete(slices.Clone(mounts), at, at+1))

	held := map[string]bool{}
	for _, v := range g.StatefulSet.Spec.Template.Spec.Volumes {
		if v.Name != mounts[at].Name {
			continue
		}
		for _, source := range v.Projected.Sources {
			for _, item := range source.Secret.Items {
				held[path.Join(mounts[at].MountPath, item.Path)] = true
			}
		}
	}
	assert.Equal(t, g.knobs["PAGE_FILES"], mounts[at].MountPath)
	for _, file := range []string{page.TLS.CertFile, page.TLS.KeyFile, page.Peers.TLS.CAFile} {
		assert.True(t, held[file], file)
	}
	for _, name := range []string{"htpasswd", "username", "password"} {
		assert.True(t, held[path.Join(mounts[at].MountPath, name)], name)
		assert.Contains(t, strings.ReplaceAll(read(t, "config/page.yaml"), "${env:PAGE_FILES:-"+mounts[at].MountPath+"}", mounts[at].MountPath), path.Join(mounts[at].MountPath, name))
	}
	assert.Len(t, held, 6)
}

// Nothing else changes: probes, resources, security.
func TestPageContainer(t *testing.T) {
	g, err := manifests.Read(folder + "page")
	require.NoError(t, err)
	base, err := manifests.Read(folder + "gateway")
	require.NoError(t, err)
	got, want := g.Container(), base.Container()
	got.Args, got.Ports, got.VolumeMounts = want.Args, want.Ports, want.VolumeMounts
	assert.Equal(t, want, got)
}
