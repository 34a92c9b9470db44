// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"maps"
	"net/netip"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/host"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

const (
	aGateway = "router~10.0.0.1~egress-1.istio-system~istio-system.svc.cluster.local"
	aSidecar = "sidecar~10.0.0.1~sleep-1.default~default.svc.cluster.local"
)

type claim struct {
	name   string
	source contract.NameSource
}

func TestClaimedHost(t *testing.T) {
	passthrough := map[string]string{"upstream_cluster": "PassthroughCluster;", "protocol": "-", "method": "-", "response_code": "0"}
	http := map[string]string{"upstream_cluster": "PassthroughCluster", "protocol": "HTTP/1.1", "method": "GET", "authority": "H.example.:8080"}
	for name, tc := range map[string]struct {
		base, more map[string]string
		fallback   string
		want       claim
	}{
		"sni":                    {passthrough, map[string]string{"requested_server_name": "API.example.com"}, FallbackOutbound, claim{"api.example.com", contract.NameOfServer}},
		"sni, no fallback":       {passthrough, map[string]string{"requested_server_name": "api.example.com"}, FallbackNever, claim{"api.example.com", contract.NameOfServer}},
		"blocked tls":            {passthrough, map[string]string{"upstream_cluster": "BlackHoleCluster", "requested_server_name": "api.example.com"}, FallbackOutbound, claim{"api.example.com", contract.NameOfServer}},
		"bad sni":                {passthrough, map[string]string{"requested_server_name": "invalid:a_b_c.example"}, FallbackOutbound, claim{}},
		"bad sni like a port":    {passthrough, map[string]string{"requested_server_name": "invalid:80"}, FallbackOutbound, claim{}},
		"istio's sni":            {passthrough, map[string]string{"requested_server_name": "outbound_.80_._.bank.vault.svc.cluster.local"}, FallbackOutbound, claim{}},
		"old istio's sni":        {passthrough, map[string]string{"requested_server_name": "outbound|80||bank.vault"}, FallbackOutbound, claim{}},
		"no sni":                 {passthrough, map[string]string{"requested_server_name": "-"}, FallbackOutbound, claim{}},
		"host":                   {http, nil, FallbackOutbound, claim{"h.example", contract.NameOfHost}},
		"sni before host":        {http, map[string]string{"requested_server_name": "sni.example"}, FallbackOutbound, claim{"sni.example", contract.NameOfServer}},
		"istio's sni, host":      {http, map[string]string{"requested_server_name": "outbound_.80_._.a.b.svc.x"}, FallbackOutbound, claim{"h.example", contract.NameOfHost}},
		"host, never":            {http, nil, FallbackNever, claim{}},
		"host of a tcp record":   {http, map[string]string{"access_log_type": "TcpConnectionEnd"}, FallbackAlways, claim{}},
		"host is an address":     {http, map[string]string{"authority": "203.0.113.1:8080"}, FallbackOutbound, claim{}},
		"host is a v6 address":   {http, map[string]string{"authority": "[2001:db8::1]"}, FallbackOutbound, claim{}},
		"host is nonsense":       {http, map[string]string{"authority": "a b\n<c>"}, FallbackOutbound, claim{}},
		"host is a network":      {http, map[string]string{"authority": "10.0.0.0/8"}, FallbackOutbound, claim{}},
		"blocked by route":       {http, map[string]string{"upstream_cluster": "-", "route_name": "block_all"}, FallbackOutbound, claim{"h.example", contract.NameOfHost}},
		"dynamic dns":            {http, map[string]string{"upstream_cluster": "AllowAnyDynamicDNSCluster"}, FallbackOutbound, claim{"h.example", contract.NameOfHost}},
		"service entry":          {http, map[string]string{"upstream_cluster": "outbound|80||api.example.org"}, FallbackOutbound, claim{"h.example", contract.NameOfHost}},
		"kubernetes service":     {http, map[string]string{"upstream_cluster": "outbound|80||a.b.svc.cluster.local", "requested_server_name": "sni.example"}, FallbackOutbound, claim{}},
		"inbound":                {http, map[string]string{"upstream_cluster": "inbound|80||", "requested_server_name": "sni.example"}, FallbackAlways, claim{}},
		"waypoint":               {http, map[string]string{"upstream_cluster": "inbound-vip|80|http|h.example"}, FallbackAlways, claim{}},
		"gateway's sni":          {passthrough, map[string]string{"node_id": aGateway, "requested_server_name": "api.example.com"}, FallbackOutbound, claim{"api.example.com", contract.NameOfServer}},
		"gateway's host":         {http, map[string]string{"node_id": aGateway}, FallbackOutbound, claim{}},
		"gateway's host, always": {http, map[string]string{"node_id": aGateway}, FallbackAlways, claim{"h.example", contract.NameOfHost}},
	} {
		t.Run(name, func(t *testing.T) {
			in := maps.Clone(tc.base)
			maps.Copy(in, tc.more)
			rec := recordOf(t, in)
			o := defaults
			o.HostHeaderFallback = tc.fallback
			name, source := o.ClaimedHost(rec, factsOf(&defaults, rec))
			assert.Equal(t, tc.want, claim{name, source})
		})
	}
}

func TestProvenHost(t *testing.T) {
	entry := map[string]string{
		"upstream_cluster": "outbound|443||API.example.com;", "upstream_host": "203.0.113.10:443",
		"downstream_local_address": "240.240.0.1:443", "protocol": "-", "method": "-",
	}
	proven := netip.MustParseAddr("203.0.113.10")
	for name, tc := range map[string]struct {
		more map[string]string
		want string
		addr netip.Addr
	}{
		"service entry":       {nil, "api.example.com", proven},
		"subset":              {map[string]string{"upstream_cluster": "outbound|443|v1|api.example.com"}, "api.example.com", proven},
		"dns style":           {map[string]string{"upstream_cluster": "outbound_.443_._.api.example.com"}, "api.example.com", proven},
		"gateway":             {map[string]string{"node_id": aGateway}, "api.example.com", proven},
		"ipv6":                {map[string]string{"upstream_host": "[2001:db8::10]:443"}, "api.example.com", netip.MustParseAddr("2001:db8::10")},
		"mapped":              {map[string]string{"upstream_host": "[::ffff:203.0.113.10]:443"}, "api.example.com", proven},
		"no port":             {map[string]string{"upstream_host": "203.0.113.10"}, "api.example.com", proven},
		"client's address":    {map[string]string{"downstream_local_address": "203.0.113.10:443"}, "", netip.Addr{}},
		"its other port":      {map[string]string{"downstream_local_address": "203.0.113.10:80"}, "", netip.Addr{}},
		"its other spelling":  {map[string]string{"downstream_local_address": "[::ffff:203.0.113.10]:443"}, "", netip.Addr{}},
		"meant for nobody":    {map[string]string{"downstream_local_address": "-"}, "", netip.Addr{}},
		"meant for a network": {map[string]string{"downstream_local_address": "203.0.113.0/24"}, "", netip.Addr{}},
		"kubernetes service":  {map[string]string{"upstream_cluster": "outbound|443||a.b.svc.cluster.local"}, "", netip.Addr{}},
		"multicluster":        {map[string]string{"upstream_cluster": "outbound|443||a.b.svc.clusterset.local"}, "", netip.Addr{}},
		"custom domain":       {map[string]string{"upstream_cluster": "outbound|443||a.b.svc.corp.example", "node_id": "sidecar~10.0.0.1~x-1.y~y.svc.corp.example"}, "", netip.Addr{}},
		"svc elsewhere":       {map[string]string{"upstream_cluster": "outbound|443||a.svc.example.com"}, "a.svc.example.com", proven},
		"pattern":             {map[string]string{"upstream_cluster": "outbound|443||*.example.com"}, "", netip.Addr{}},
		"address":             {map[string]string{"upstream_cluster": "outbound|443||203.0.113.10"}, "", netip.Addr{}},
		"passthrough":         {map[string]string{"upstream_cluster": "PassthroughCluster"}, "", netip.Addr{}},
		"dynamic dns":         {map[string]string{"upstream_cluster": "AllowAnyDynamicDNSCluster"}, "", netip.Addr{}},
		"inbound":             {map[string]string{"upstream_cluster": "inbound|443||api.example.com"}, "", netip.Addr{}},
		"waypoint":            {map[string]string{"upstream_cluster": "inbound-vip|443|tcp|api.example.com"}, "", netip.Addr{}},
		"no upstream":         {map[string]string{"upstream_host": "-"}, "", netip.Addr{}},
		"a socket":            {map[string]string{"upstream_host": "/var/run/api.sock"}, "", netip.Addr{}},
		"internal listener":   {map[string]string{"upstream_host": "envoy://connect_originate/10.0.0.1:15008"}, "", netip.Addr{}},
		"zone":                {map[string]string{"upstream_host": "[fe80::1%eth0]:443"}, "", netip.Addr{}},
	} {
		t.Run(name, func(t *testing.T) {
			in := maps.Clone(entry)
			maps.Copy(in, tc.more)
			rec := recordOf(t, in)
			assert.Equal(t, Proven{tc.want, tc.addr}, ProvenHost(rec, factsOf(&defaults, rec)))
		})
	}
	t.Run("ambiguous line", func(t *testing.T) {
		rec := recordOf(t, entry)
		rec.Ambiguous = true
		assert.Zero(t, ProvenHost(rec, factsOf(&defaults, rec)))
	})
}

func TestHostsWithoutAllocations(t *testing.T) {
	rec := recordOf(t, map[string]string{
		"node_id": aSidecar, "upstream_cluster": "outbound|443||api.example.com;", "upstream_host": "[2001:db8::10]:443",
		"downstream_local_address": "[2001:db8::11]:443", "protocol": "HTTP/1.1", "authority": "h.example:8443", "requested_server_name": "sni.example",
	})
	facts := defaults.Classify(rec)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		defaults.ClaimedHost(rec, &facts)
		ProvenHost(rec, &facts)
	}))
}

func BenchmarkClaimedHost(b *testing.B) {
	var rec accesslog.Record
	rec.Set(accesslog.UpstreamCluster, "PassthroughCluster;")
	rec.Set(accesslog.RequestedServerName, "api.example.com")
	facts := defaults.Classify(&rec)
	b.ReportAllocs()
	for b.Loop() {
		defaults.ClaimedHost(&rec, &facts)
	}
}

func BenchmarkProvenHost(b *testing.B) {
	var rec accesslog.Record
	rec.Set(accesslog.UpstreamCluster, "outbound|443||api.example.com;")
	rec.Set(accesslog.UpstreamHost, "203.0.113.10:443")
	rec.Set(accesslog.DownstreamLocalAddress, "240.240.0.1:443")
	facts := defaults.Classify(&rec)
	b.ReportAllocs()
	for b.Loop() {
		ProvenHost(&rec, &facts)
	}
}

// Whatever a record says, its hosts are names, fit to show, and proven only by
// a cluster of the mesh and an address that the client did not choose.
func FuzzHosts(f *testing.F) {
	f.Add("PassthroughCluster", "api.example.com", "h.example:80", "1.2.3.4:443", "1.2.3.4:443", aSidecar)
	f.Add("outbound|443||api.example.com;", "-", "[::1]:80", "[2001:db8::1]:443", "240.240.0.1:443", aGateway)
	f.Add("outbound_.1_._.a.b.svc.x", "outbound_.1_._.a.b.svc.x", "\xff\n", "envoy://x", "10.0.0.0/8", "")
	f.Add("outbound|||*.x", "invalid:80", "a..b", "[fe80::1%x]:1", "-", "")
	f.Fuzz(func(t *testing.T, cluster, sni, authority, upstream, local, node string) {
		var rec accesslog.Record
		for op, v := range map[accesslog.Op]string{
			accesslog.UpstreamCluster: cluster, accesslog.RequestedServerName: sni, accesslog.Authority: authority,
			accesslog.UpstreamHost: upstream, accesslog.DownstreamLocalAddress: local, accesslog.NodeID: node,
		} {
			rec.Set(op, v)
		}
		facts := defaults.Classify(&rec)
		claimed, source := defaults.ClaimedHost(&rec, &facts)
		proven := ProvenHost(&rec, &facts)
		assert.Equal(t, proven.Name != "", proven.Address.IsValid())
		for _, name := range []string{claimed, proven.Name} {
			assert.LessOrEqual(t, len(name), host.MaxName)
			assert.True(t, utf8.ValidString(name))
			assert.False(t, strings.ContainsFunc(name, unicode.IsControl), name)
			assert.Equal(t, name, host.Normal(name))
			assert.Equal(t, name, contract.CleanValue(name))
		}
		assert.Equal(t, claimed == "", source == "")
		if addr := proven.Address; addr.IsValid() {
			assert.Equal(t, addr.String(), rec.Address(accesslog.UpstreamHost))
			assert.NotEqual(t, addr.String(), rec.Address(accesslog.DownstreamLocalAddress))
			assert.Equal(t, names.Outbound, names.DirectionOfCluster(strings.TrimSuffix(cluster, ";")))
			assert.NotContains(t, cluster, PassthroughCluster)
		}
	})
}
