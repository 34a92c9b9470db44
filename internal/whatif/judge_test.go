// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// entryOf is a ServiceEntry of namespace `closed` that is only seen there.
func entryOf(name, spec string) string {
	return fmt.Sprintf("---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\n"+
		"metadata: {name: %s, namespace: closed}\nspec: {exportTo: ['.'], location: MESH_EXTERNAL, %s}\n", name, spec)
}

func sidecarOf(name, spec string) string {
	return fmt.Sprintf("---\napiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: %s, namespace: closed}\nspec: {%s}\n", name, spec)
}

func portOf(number int, protocol string) string {
	return fmt.Sprintf("ports: [{number: %d, name: p, protocol: %q}]", number, protocol)
}

func read(t *testing.T, docs ...string) resources.Set {
	t.Helper()
	set := resources.Read("", []byte(strings.Join(docs, "")), "closed")
	require.Empty(t, set.Problems)
	return set
}

func judgeOf(t testing.TB, q Question) *Judge {
	t.Helper()
	j, err := NewJudge(q)
	require.NoError(t, err)
	return j
}

var (
	batch = Workload{Namespace: "closed", App: "batch"}
	addrA = netip.MustParseAddr("203.0.113.10")
	addrB = netip.MustParseAddr("203.0.113.11")
)

func tlsTo(name string) Traffic {
	return Traffic{Address: addrA, Port: 443, Kind: TLS, Name: name}
}

func idOf(kind, name string) resources.ID {
	return resources.ID{Kind: kind, Namespace: "closed", Name: name}
}

func TestMode(t *testing.T) {
	anyMode := sidecarOf("s", "outboundTrafficPolicy: {mode: ALLOW_ANY}")
	for name, c := range map[string]struct {
		q    Question
		want Outcome
		by   []resources.ID
	}{
		"Istio's default":               {Question{}, Passes, nil},
		"the question's":                {Question{Mode: resources.RegistryOnly}, Blocked, nil},
		"the mesh configuration's":      {Question{Resources: read(t, "outboundTrafficPolicy: {mode: REGISTRY_ONLY}")}, Blocked, nil},
		"a Sidecar's":                   {Question{Mode: resources.RegistryOnly, Resources: read(t, anyMode)}, Passes, []resources.ID{idOf("Sidecar", "s")}},
		"one that is forced":            {Question{Force: resources.RegistryOnly, Resources: read(t, anyMode)}, Blocked, nil},
		"a Sidecar's egress proxy":      {Question{Resources: read(t, sidecarOf("s", "outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: out.example, port: {number: 80}}}"))}, Elsewhere, []resources.ID{idOf("Sidecar", "s")}},
		"a mode that resolves requests": {Question{Mode: resources.AllowAnyDynamicDNS}, Passes, nil},
	} {
		t.Run(name, func(t *testing.T) {
			v := judgeOf(t, c.q).Traffic(batch, tlsTo("www.example.com"))
			assert.Equal(t, c.want, v.Outcome)
			assert.Equal(t, c.by, v.By)
		})
	}
}

func TestAllowAnyDynamicDNS(t *testing.T) {
	j := judgeOf(t, Question{Mode: resources.AllowAnyDynamicDNS, ProvenNames: ProvenNames{addrB: {{Name: "api.example.com"}}}})
	forged := Traffic{Address: addrB, Port: 80, Kind: HTTP, Name: "www.example.com"}
	v := j.Traffic(batch, forged)
	assert.Equal(t, Elsewhere, v.Outcome)
	assert.Equal(t, "www.example.com:80", v.Where)
	forged.Name = "203.0.113.11"
	assert.Equal(t, Passes, j.Traffic(batch, forged).Outcome)
}

func TestVerdicts(t *testing.T) {
	for name, c := range map[string]struct {
		docs    []string
		traffic Traffic
		want    Outcome
		reason  Reason
		where   string
	}{
		"an entry with a port of its own at the endpoints": {
			[]string{entryOf("e", "hosts: [www.example.com], resolution: DNS, ports: [{number: 80, name: p, protocol: HTTP, targetPort: 443}]")},
			Traffic{Address: addrA, Port: 80, Kind: HTTP, Name: "www.example.com"},
			Elsewhere, ReasonEntry, "www.example.com:443",
		},
		"endpoints at other addresses": {
			[]string{entryOf("e", "hosts: [www.example.com], resolution: STATIC, endpoints: [{address: 10.0.0.1}, {address: 10.0.0.2, ports: {p: 8443}}], "+portOf(443, "TLS"))},
			tlsTo("www.example.com"), Elsewhere, ReasonEntry, "10.0.0.1:443, 10.0.0.2:8443",
		},
		"an endpoint that is a host": {
			[]string{entryOf("e", "hosts: [www.example.com], resolution: DNS, endpoints: [{address: www.example.com}], "+portOf(443, "TLS"))},
			tlsTo("www.example.com"), Passes, ReasonEntry, "",
		},
		"no endpoints": {
			[]string{entryOf("e", "hosts: [www.example.com], resolution: STATIC, "+portOf(443, "TLS"))},
			tlsTo("www.example.com"), Blocked, ReasonNoEndpoints, "",
		},
		"endpoints that are workloads": {
			[]string{entryOf("e", "hosts: [www.example.com], resolution: STATIC, workloadSelector: {labels: {a: b}}, "+portOf(443, "TLS"))},
			tlsTo("www.example.com"), Unknown, ReasonNotConsidered, "",
		},
		"a port that another host takes over": {
			[]string{entryOf("e", "hosts: [api.example.com], resolution: DNS, "+portOf(443, "TCP"))},
			Traffic{Address: addrA, Port: 443, Kind: TCP},
			Unknown, ReasonWhoIsThere, "api.example.com:443",
		},
		"two entries for one host that differ": {
			[]string{
				entryOf("e", "hosts: [www.example.com], resolution: DNS, "+portOf(80, "HTTP")),
				entryOf("f", "hosts: [www.example.com], resolution: NONE, "+portOf(443, "TLS")),
			},
			tlsTo("www.example.com"), Blocked, ReasonNoCluster, "",
		},
		"a wildcard that is not the first on its HTTP port": {
			[]string{
				entryOf("e", "hosts: ['*.example.com'], resolution: DYNAMIC_DNS, "+portOf(80, "HTTP")),
				entryOf("f", "hosts: ['*.example.org'], resolution: DYNAMIC_DNS, "+portOf(80, "HTTP")),
			},
			Traffic{Address: addrA, Port: 80, Kind: HTTP, Name: "www.example.org"},
			Blocked, ReasonNoResolver, "",
		},
		"one of several addresses as a Host": {
			[]string{entryOf("e", "hosts: [a.example.com], resolution: NONE, addresses: [203.0.113.10, 203.0.113.11], "+portOf(80, "HTTP"))},
			Traffic{Address: addrA, Port: 80, Kind: HTTP, Name: "203.0.113.10"},
			Unknown, ReasonAnyAddress, "",
		},
		"one of several addresses that a Sidecar imports by an exact host": {
			[]string{
				entryOf("e", "hosts: [a.example.com], resolution: NONE, addresses: [203.0.113.10, 203.0.113.11], "+portOf(9000, "TCP")),
				sidecarOf("s", "egress: [{hosts: [./a.example.com]}]"),
			},
			Traffic{Address: addrA, Port: 9000},
			Unknown, ReasonAnyAddress, "",
		},
		"several addresses that a Sidecar imports beside a wildcard": {
			[]string{
				entryOf("e", "hosts: [a.example.com], resolution: NONE, addresses: [203.0.113.10, 203.0.113.11], "+portOf(9000, "TCP")),
				sidecarOf("s", "egress: [{hosts: ['*/*.svc.cluster.local', ./a.example.com]}]"),
			},
			Traffic{Address: addrA, Port: 9000},
			Passes, ReasonEntry, "",
		},
		"an address that is not known": {
			[]string{entryOf("e", "hosts: [a.example.com], resolution: NONE, addresses: [203.0.113.10], "+portOf(443, "TCP"))},
			Traffic{Port: 443, Kind: TLS, Name: "www.example.com"},
			Unknown, ReasonNoAddress, "",
		},
		"an address that Istio made up": {
			nil, Traffic{Address: netip.MustParseAddr("240.240.1.2"), Port: 443, Kind: TLS, Name: "www.example.com"}, Unknown, ReasonNotConsidered, "",
		},
		"a name of a Service": {
			nil, Traffic{Address: addrA, Port: 80, Kind: HTTP, Name: "cart.shop.svc.cluster.local"}, Unknown, ReasonNotConsidered, "",
		},
		"a port that is an HTTP proxy": {
			[]string{sidecarOf("s", "egress: [{port: {number: 3128, protocol: HTTP_PROXY, name: p}, hosts: ['*/*']}]")},
			Traffic{Address: addrA, Port: 3128, Kind: HTTP, Name: "www.example.com"},
			Unknown, ReasonNotConsidered, "",
		},
		"MySQL on the port of another entry": {
			[]string{
				entryOf("e", "hosts: [a.example.com], resolution: NONE, "+portOf(3306, "TLS")),
				entryOf("f", "hosts: [b.example.com], resolution: NONE, "+portOf(3306, "MySQL")),
			},
			Traffic{Address: addrA, Port: 3306},
			Blocked, ReasonNoEntry, "",
		},
		"a server that speaks first where the proxy looks for TLS": {
			[]string{entryOf("e", "hosts: [a.example.com], resolution: NONE, "+portOf(25, "TLS"))},
			Traffic{Address: addrA, Port: 25, Start: ServerFirst},
			Blocked, ReasonWaits, "",
		},
		"a network that has all addresses": {
			[]string{entryOf("e", "hosts: [a.example.com], resolution: NONE, addresses: [0.0.0.0/0], "+portOf(9000, "TCP"))},
			Traffic{Address: addrB, Port: 9000},
			Passes, ReasonEntry, "",
		},
		"a server name in a network": {
			[]string{entryOf("e", "hosts: [a.example.com], resolution: NONE, addresses: [203.0.113.0/24], "+portOf(443, "TLS"))},
			tlsTo("b.example.com"), Blocked, ReasonNoEntry, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := judgeOf(t, Question{Resources: read(t, c.docs...), Mode: resources.RegistryOnly}).Traffic(batch, c.traffic)
			assert.Equal(t, c.want, v.Outcome, "%+v", v)
			assert.Equal(t, c.reason, v.Reason)
			assert.Equal(t, c.where, v.Where)
			assert.NotEmpty(t, v.Text)
		})
	}
}

func TestLabels(t *testing.T) {
	set := read(t,
		entryOf("e", "hosts: [www.example.com], resolution: DNS, "+portOf(443, "TLS")),
		sidecarOf("s", "workloadSelector: {labels: {app: batch, version: v2}}, egress: [{hosts: [./other.example.com]}]"),
	)
	j := judgeOf(t, Question{Resources: set, Mode: resources.RegistryOnly})
	for name, c := range map[string]struct {
		w    Workload
		want Outcome
	}{
		"another app":                 {Workload{Namespace: "closed", App: "report"}, Passes},
		"all labels":                  {Workload{Namespace: "closed", Labels: map[string]string{"app": "batch", "version": "v2"}}, Blocked},
		"all labels, another version": {Workload{Namespace: "closed", Labels: map[string]string{"app": "batch", "version": "v1"}}, Passes},
		"the version is not known":    {batch, Unknown},
		"nothing is known":            {Workload{Namespace: "closed"}, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, j.Traffic(c.w, tlsTo("www.example.com")).Outcome)
		})
	}
	v := j.Traffic(batch, tlsTo("other.example.com"))
	assert.Equal(t, Blocked, v.Outcome, "the Sidecar makes no difference here")
}

func TestNotConsidered(t *testing.T) {
	set := read(t, `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v}
spec: {hosts: ["*.example.com"]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: d}
spec: {host: other.example.com}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: n}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: elsewhere, namespace: open}
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: f, namespace: istio-system}
`)
	j := judgeOf(t, Question{Resources: set, Mode: resources.RegistryOnly})
	v := j.Traffic(batch, tlsTo("www.example.com"))
	assert.Equal(t, []resources.ID{
		idOf("NetworkPolicy", "n"), {Kind: "EnvoyFilter", Namespace: "istio-system", Name: "f"}, idOf("VirtualService", "v"),
	}, v.NotConsidered)
	v = j.Traffic(Workload{Namespace: "far"}, tlsTo("www.example.org"))
	assert.Equal(t, []resources.ID{{Kind: "EnvoyFilter", Namespace: "istio-system", Name: "f"}}, v.NotConsidered)
}

// A verdict names refused entries once, and not all of them.
func TestRefusedEntries(t *testing.T) {
	docs := []string{entryOf("tls", "hosts: [a.example.com], resolution: NONE, "+portOf(3306, "TLS"))}
	for i := range maxRefused + 1 {
		docs = append(docs, entryOf(fmt.Sprint("my", i), fmt.Sprintf("hosts: [b%d.example.com, c%d.example.com], resolution: NONE, ", i, i)+portOf(3306, "MySQL")))
	}
	v := judgeOf(t, Question{Resources: read(t, docs...), Mode: resources.RegistryOnly}).Traffic(batch, Traffic{Address: addrA, Port: 3306})
	assert.Len(t, v.By, maxRefused)
	assert.Len(t, slices.Compact(slices.Clone(v.By)), maxRefused)
	one := judgeOf(t, Question{Resources: read(t, docs[:2]...), Mode: resources.RegistryOnly}).Traffic(batch, Traffic{Address: addrA, Port: 3306})
	assert.Equal(t, []resources.ID{idOf("ServiceEntry", "my0")}, one.By)
	assert.Equal(t, one.Text, v.Text)
}

// Memory and time do not grow with what somebody posts.
func TestBounds(t *testing.T) {
	addresses := make([]string, 256)
	hosts := make([]string, 256)
	for i := range addresses {
		addresses[i], hosts[i] = fmt.Sprintf("10.0.0.%d", i), fmt.Sprintf("h%d.example.com", i)
	}
	e := resources.ServiceEntry{Spec: resources.ServiceEntrySpec{Hosts: hosts, Addresses: addresses}}
	_, err := NewJudge(Question{Resources: resources.Set{ServiceEntries: []resources.ServiceEntry{e}}})
	require.Error(t, err)

	var docs []string
	for i := range maxScopes + 10 {
		docs = append(docs, sidecarOf(fmt.Sprint("s", i), fmt.Sprintf("workloadSelector: {labels: {app: a%d}}, egress: [{hosts: ['*/*']}]", i)))
	}
	j := judgeOf(t, Question{Resources: read(t, docs...), Mode: resources.RegistryOnly})
	for i := range docs {
		v := j.Traffic(Workload{Namespace: "closed", App: fmt.Sprint("a", i)}, tlsTo("www.example.com"))
		assert.Equal(t, Blocked, v.Outcome)
		assert.LessOrEqual(t, len(j.scopes), maxScopes+maxCandidates)
	}
	v := j.Traffic(Workload{Namespace: "closed"}, tlsTo("www.example.com"))
	assert.Equal(t, ReasonLabels, v.Reason)
}
