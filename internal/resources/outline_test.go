// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOutlineUse(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Use
	}{
		{"apiVersion: networking.istio.io/v1\nkind: ServiceEntry", Used},
		{"kind: ServiceEntry", Used}, // a wrong API version must be told
		{"apiVersion: networking.istio.io/v1\nkind: ServiceEntri", Used},
		{"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy", Used},
		{"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute", Used},
		{"apiVersion: v1\nkind: Service", Used},
		{"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy", Used},
		{"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy", Used},
		{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-canary}", Used},
		{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}", OtherKind},
		{"apiVersion: v1\nkind: ConfigMap", OtherKind},
		{"apiVersion: apps/v1\nkind: Deployment", OtherKind},
		{"apiVersion: v1\nkind: Secret", OtherKind},
		{"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: sidecars.networking.istio.io}", OtherKind},
		{"outboundTrafficPolicy: {mode: REGISTRY_ONLY}", Used},
		{"meshConfig: {rootNamespace: istio-config}", Used},
		{"apiVersion: networking.istio.io/v1\nknd: ServiceEntry", Used},
		{"metadata: {name: a}", Used},
		{"replicas: 3\nimage: {tag: v1}", NoResource},
		{"- hosts: all\n  tasks: []", NoResource},
		{"words", NoResource},
		{"kind: [", Used},
		{"{{- if .Values.enabled }}", Used},
		{"null", Used},
		{"kind: List\nitems: []", Used},
		{"kind: [a]", Used},
	} {
		documents := Outline([]byte(tc.text))
		require.Len(t, documents, 1, tc.text)
		assert.Equal(t, tc.want, documents[0].Use, tc.text)
		assert.Equal(t, tc.text, string(documents[0].Text))
	}
	assert.Empty(t, Outline([]byte("# nothing\n---\n\n---\n# more\n")))
}

// A list gives the items that matter. One in which all matter stays as it is, and so does
// one with aliases.
func TestOutlineLists(t *testing.T) {
	const list = `# services
---
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, labels: {version: 1.10}}
- apiVersion: networking.istio.io/v1
  kind: Sidecar
  metadata: {name: web, namespace: shop}
  spec: {workloadSelector: {labels: {version: 1.10}}, egress: [{hosts: ["./*"]}]}
`
	documents := Outline([]byte(list))
	require.Len(t, documents, 2)
	assert.Equal(t, OtherKind, documents[0].Use)
	assert.Equal(t, "Deployment", documents[0].Kind)
	assert.Equal(t, 9, documents[1].Line)
	set := Read("f", documents[1].Text, "")
	require.Empty(t, set.Problems)
	require.Len(t, set.Sidecars, 1)
	assert.Equal(t, map[string]string{"version": "1.10"}, set.Sidecars[0].Spec.WorkloadSelector.Labels)

	for _, whole := range []string{
		strings.Replace(list, "kind: Deployment", "kind: Service", 1),
		strings.Replace(strings.Replace(list, "{version", "&labels {version", 1), "{workloadSelector: {labels: {version: 1.10}}", "{workloadSelector: {labels: *labels}", 1),
	} {
		documents = Outline([]byte(whole))
		require.Len(t, documents, 1, whole)
		assert.Equal(t, 2, documents[0].Line)
	}
}
