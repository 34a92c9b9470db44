// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop, creationTimestamp: "2026-01-02T03:04:05Z", uid: 1-2-3}
spec:
  hosts: [api.example.com]
  ports: [{number: 443, name: tls, protocol: TLS}]
`

func TestReadServiceEntry(t *testing.T) {
	set := Read("f.yaml", []byte(entry), "")
	require.Empty(t, set.Problems)
	require.Len(t, set.ServiceEntries, 1)
	assert.Equal(t, ServiceEntry{
		Type:     Type{APIVersion: APIVersion, Kind: KindServiceEntry},
		Metadata: Meta{Name: "api", Namespace: "shop", Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
		Spec: ServiceEntrySpec{
			Hosts: []string{"api.example.com"}, Location: MeshExternal, Resolution: None,
			Ports: []Port{{Number: 443, Name: "tls", Protocol: "TLS"}},
		},
	}, set.ServiceEntries[0])
	assert.Equal(t, ID{Kind: KindServiceEntry, Namespace: "shop", Name: "api"}, set.ServiceEntries[0].ID())
}

// What is written is read again, with what a person is to review written out.
func TestWriteServiceEntry(t *testing.T) {
	set := Read("", []byte(entry), "")
	require.Len(t, set.ServiceEntries, 1)
	text, err := yaml.Marshal(set.ServiceEntries[0])
	require.NoError(t, err)
	assert.Contains(t, string(text), "location: MESH_EXTERNAL\n")
	assert.Contains(t, string(text), "resolution: NONE\n")
	assert.Equal(t, set, Read("", text, ""))
}

func TestReadSidecar(t *testing.T) {
	set := Read("", []byte(`
apiVersion: networking.istio.io/v1beta1
kind: Sidecar
metadata: {name: batch}
spec:
  workloadSelector: {labels: {app: batch}}
  outboundTrafficPolicy: {}
  ingress: [{port: {number: 80}, anything: goes}]
  egress:
    - port: {number: 443, protocol: TLS, name: tls}
      hosts: ["./api.example.com"]
    - hosts: ["*/*.svc.cluster.local", "~shop/*"]
`), "closed")
	require.Empty(t, set.Problems)
	require.Len(t, set.Sidecars, 1)
	s := set.Sidecars[0]
	assert.Equal(t, ID{Kind: KindSidecar, Namespace: "closed", Name: "batch"}, s.ID())
	assert.Equal(t, map[string]string{"app": "batch"}, s.Spec.WorkloadSelector.Labels)
	mode, ok := s.Mode()
	assert.True(t, ok)
	assert.Equal(t, RegistryOnly, mode)
	assert.Equal(t, []EgressListener{
		{Port: &Port{Number: 443, Protocol: "TLS", Name: "tls"}, Hosts: []string{"./api.example.com"}},
		{Hosts: []string{"*/*.svc.cluster.local", "~shop/*"}},
	}, s.Spec.Egress)
}

func TestReadMesh(t *testing.T) {
	for name, text := range map[string]string{
		"mesh configuration":           "outboundTrafficPolicy: {mode: REGISTRY_ONLY}\nrootNamespace: root\naccessLogFile: /dev/stdout",
		"values":                       "meshConfig:\n  outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n  rootNamespace: root",
		"ConfigMap":                    "kind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |-\n    outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n    rootNamespace: root",
		"IstioOperator":                "kind: IstioOperator\nmetadata: {name: i}\nspec: {meshConfig: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}, rootNamespace: root}}",
		"IstioOperator without a name": "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {meshConfig: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}, rootNamespace: root}}",
	} {
		t.Run(name, func(t *testing.T) {
			set := Read("", []byte(text), "")
			require.Empty(t, set.Problems)
			require.NotNil(t, set.Mesh)
			assert.Equal(t, RegistryOnly, set.Mesh.Mode())
			assert.Equal(t, "root", set.Mesh.Root())
			assert.Equal(t, []string{"*"}, set.Mesh.ExportTo())
		})
	}
	var none *Mesh
	assert.Equal(t, AllowAny, none.Mode())
	assert.Equal(t, DefaultRootNamespace, none.Root())
}

func TestNotConsidered(t *testing.T) {
	set := Read("", []byte(`
apiVersion: v1
kind: List
items:
  - {apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: v, namespace: n}, spec: {hosts: [a]}}
  - {apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a}}
  - {apiVersion: example.com/v1, kind: Sidecar, metadata: {name: other}, spec: {what: ever}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: istio-ca-root-cert}, data: {root: x}}
  - {apiVersion: v1, kind: Service, metadata: {name: s}, spec: {clusterIP: 10.1.2.3}}
  - {apiVersion: constraints.gatekeeper.sh/v1beta1, kind: K8sRequiredLabels, metadata: {name: k}}
---
# nothing but a comment
---
`), "d")
	assert.Empty(t, set.Problems)
	assert.Equal(t, []Object{
		{ID: ID{"VirtualService", "n", "v"}, Hosts: []string{"a"}},
		{ID: ID{"AuthorizationPolicy", "d", "a"}},
		{ID: ID{"Sidecar", "d", "other"}},
		{ID: ID{"ConfigMap", "d", "istio-ca-root-cert"}},
		{ID: ID{"Service", "d", "s"}, Hosts: []string{"s.d.svc.cluster.local", "10.1.2.3"}},
		{ID: ID{"K8sRequiredLabels", "d", "k"}},
	}, set.NotConsidered)
	assert.Empty(t, set.Sidecars)
}

// A document that cannot be read costs none of the others.
func TestProblems(t *testing.T) {
	set := Read("f.yaml", []byte("a: [\n---\n- 1\n--- {kind: X, metadata: {name: '<b>'}}\n...\nkind: 7\n"+
		"---"+strings.Replace(entry, "hosts:", "hots:", 1)+"---"+entry), "")
	require.Len(t, set.ServiceEntries, 1)
	lines := make([]int, len(set.Problems))
	for i, p := range set.Problems {
		lines[i] = p.Line
		assert.Equal(t, "f.yaml", p.File)
		assert.NotEmpty(t, p.Reason)
	}
	assert.Equal(t, []int{1, 3, 4, 6, 12}, lines)
	assert.Equal(t, "api", set.Problems[4].Resource.Name)
}

func TestTheLastOneCounts(t *testing.T) {
	second := strings.Replace(entry, "api.example.com", "www.example.com", 1)
	set := Join(Read("a", []byte(entry), ""), Read("b", []byte(second), ""))
	require.Len(t, set.ServiceEntries, 1)
	assert.Equal(t, []string{"www.example.com"}, set.ServiceEntries[0].Spec.Hosts)
	set = Read("", []byte(entry+"---"+second), "")
	require.Len(t, set.ServiceEntries, 1)
	assert.Equal(t, []string{"www.example.com"}, set.ServiceEntries[0].Spec.Hosts)
}

func TestBounds(t *testing.T) {
	set := Read("", make([]byte, MaxBytes+1), "")
	assert.Len(t, set.Problems, 1)

	set = Read("", []byte(strings.Repeat("[", maxDepth+2)+strings.Repeat("]", maxDepth+2)), "")
	assert.Len(t, set.Problems, 1)

	set = Read("", []byte(strings.Repeat("--- 1\n", MaxProblems+10)), "")
	assert.Len(t, set.Problems, MaxProblems+1)

	var many strings.Builder
	for i := range MaxResources + 1 {
		fmt.Fprintf(&many, "---\nkind: X\nmetadata: {name: n%d}\n", i)
	}
	set = Read("", []byte(many.String()), "")
	assert.Len(t, set.NotConsidered, MaxResources)
	set = Read("", []byte("kind: List\nitems:"+strings.Repeat("\n- {kind: X, metadata: {name: x}}", MaxResources+1)), "")
	assert.Len(t, set.Problems, 1)
	assert.Len(t, set.NotConsidered, 1)

	set = Read("", []byte("kind: X"+strings.Repeat("\na: b", maxKeys)), "")
	assert.Len(t, set.Problems, 1)

	set = Read("", []byte("kind: "+strings.Repeat("é", MaxBytes/4)), "")
	require.Len(t, set.Problems, 1)
	assert.LessOrEqual(t, len(set.Problems[0].Reason), maxReason+3)
}
