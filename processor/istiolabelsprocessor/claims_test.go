// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

const (
	mutualClient = "spiffe://cluster.local/ns/default/sa/sleep"
	mutualServer = "spiffe://cluster.local/ns/foo/sa/httpbin"
)

// inbound is a record of the proxy of httpbin in namespace foo.
func inbound(more map[string]any) map[string]any {
	m := recommended(map[string]any{
		"listener_direction": "1", "upstream_cluster_raw": "inbound|8080||", "route_name": "default",
		"upstream_host": "10.44.1.27:80", "downstream_local_address": "10.44.1.27:80",
		"node_id":       "sidecar~10.44.1.27~httpbin-6b8c5d7f9-abcde.foo~foo.svc.cluster.local",
		"workload_name": "httpbin", "namespace": "foo", "canonical_name": "httpbin", "app": "httpbin",
	})
	maps.Copy(m, more)
	return m
}

func serverName(host string) map[string]any {
	return map[string]any{"requested_server_name": "outbound_.80_._." + host}
}

func clientCalled(n int) map[string]any {
	return map[string]any{"downstream_peer": fmt.Sprintf(
		`{"workload":"w%d","namespace":"n%d","service":"s%d","revision":"r%d","app":"a%d","version":"v%d","cluster":"c%d"}`, n, n, n, n, n, n, n)}
}

func with(ms ...map[string]any) map[string]any {
	all := map[string]any{}
	for _, m := range ms {
		maps.Copy(all, m)
	}
	return all
}

var (
	withCertificates = map[string]any{"downstream_peer_uri_san": mutualClient, "downstream_local_uri_san": mutualServer, "connection_mtls": "true"}
	withoutAny       = map[string]any{"connection_mtls": "-"}
)

// distinct counts the values of labels over records.
func (p *testProcessor) distinct(t *testing.T, labels []contract.Label, records []map[string]any) map[contract.Label]map[any]int {
	t.Helper()
	ld := plog.NewLogs()
	to := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, r := range records {
		require.NoError(t, to.AppendEmpty().Attributes().FromRaw(r))
	}
	values := map[contract.Label]map[any]int{}
	for _, rl := range p.process(t, ld).ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, lr := range sl.LogRecords().All() {
				all := seen(rl, sl, lr)
				for _, l := range labels {
					if values[l] == nil {
						values[l] = map[any]int{}
					}
					values[l][all[l.String()]]++
				}
			}
		}
	}
	return values
}

// A server name without a certificate of the mesh is a client's word for the
// service, whatever its form.
func TestClaimedServerNamesAreBounded(t *testing.T) {
	labels := []contract.Label{contract.DestinationService, contract.DestinationServiceName, contract.DestinationServiceNamespace}
	for name, tc := range map[string]struct {
		host    string
		own     map[string]any
		bounded bool
	}{
		"own namespace, no certificate":   {"h%d.foo.svc.cluster.local", inbound(withoutAny), true},
		"own namespace, certificate":      {"h%d.foo.svc.cluster.local", inbound(withCertificates), false},
		"no namespace known":              {"h%d.n%[1]d.svc.cluster.local", recommended(map[string]any{"listener_direction": "1", "upstream_cluster_raw": "inbound|8080||"}), true},
		"other domain":                    {"httpbin.foo.svc.d%d.example", inbound(withoutAny), true},
		"no Kubernetes form, certificate": {"h%d.example", inbound(withCertificates), true},
	} {
		t.Run(name, func(t *testing.T) {
			const sent = 1000
			var records []map[string]any
			for n := range sent {
				records = append(records, with(tc.own, serverName(fmt.Sprintf(tc.host, n))))
			}
			got := newTest(t, nil).distinct(t, labels, records)
			if !tc.bounded {
				assert.Len(t, got[contract.DestinationService], sent)
				return
			}
			for _, l := range labels {
				assert.LessOrEqual(t, len(got[l]), 401, l)
			}
			assert.Positive(t, got[contract.DestinationService]["other"])
		})
	}
}

// Where a claimed service has no slot, nothing of the claim is left, and what the
// proxy says of itself stays.
func TestServiceWithoutSlot(t *testing.T) {
	p := newTest(t, map[string]any{"limits": map[string]any{"destination_service": map[string]any{"limit": 1}}})
	label := func(host string) map[string]any {
		return p.label(t, attributeLogs(t, inbound(with(withoutAny, serverName(host)))))
	}
	assert.Equal(t, "a.foo.svc.cluster.local", label("a.foo.svc.cluster.local")["destination_service"])
	got := label("vault.foo.svc.cluster.local")
	assert.Equal(t, "other", got["destination_service"])
	assert.Equal(t, "other", got["destination_service_name"])
	assert.Equal(t, "foo", got["destination_service_namespace"])
	assert.Equal(t, "httpbin", got["destination_workload"])
	assert.Empty(t, slotsOf(got))
	got = label("httpbin.foo.svc.cluster.local")
	assert.Equal(t, "httpbin.foo.svc.cluster.local", got["destination_service"], "made of what the proxy says of itself")
	assert.Empty(t, slotsOf(got))
}

// No server name turns what came in into traffic that left the mesh.
func TestServerNamesThatCallThemselvesClusters(t *testing.T) {
	for _, host := range []string{"BlackHoleCluster", "PassthroughCluster.foo.svc.cluster.local"} {
		got := newTest(t, nil).label(t, attributeLogs(t, inbound(with(withoutAny, serverName(host)))))
		assert.Equal(t, "httpbin", got["destination_service_name"], host)
	}
}

// A peer that only its own word names has one slot for all of its labels.
func TestClaimedPeersAreBounded(t *testing.T) {
	kubernetes := map[string]any{"upstream_cluster_raw": "outbound|80||b.foo.svc.cluster.local", "route_name": "default", "namespace": "default", "workload_name": "sleep"}
	server := func(n int) map[string]any {
		return map[string]any{"upstream_peer": clientCalled(n)["downstream_peer"]}
	}
	for name, tc := range map[string]struct {
		peer    contract.Peer
		record  func(n int) map[string]any
		bounded bool
	}{
		"client, no certificate": {contract.SourcePeer, func(n int) map[string]any { return inbound(with(withoutAny, clientCalled(n))) }, true},
		"client, certificate":    {contract.SourcePeer, func(n int) map[string]any { return inbound(with(withCertificates, clientCalled(n))) }, false},
		"server, no certificate": {contract.DestinationPeer, func(n int) map[string]any { return recommended(with(kubernetes, server(n))) }, true},
		"server, certificate": {contract.DestinationPeer, func(n int) map[string]any {
			return recommended(with(kubernetes, server(n), map[string]any{"upstream_peer_uri_san": mutualServer, "upstream_local_uri_san": mutualClient}))
		}, false},
		"server, known to the control plane": {contract.DestinationPeer, func(n int) map[string]any {
			return recommended(with(kubernetes, map[string]any{"upstream_workload": fmt.Sprintf("w%d;foo;s%d;v1;c", n, n)}))
		}, false},
		"server, a certificate that nobody verified": {contract.DestinationPeer, func(n int) map[string]any {
			return recommended(with(kubernetes, map[string]any{"upstream_peer_uri_san": fmt.Sprintf("spiffe://x/ns/n%d/sa/a", n), "upstream_local_uri_san": "-"}))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			const sent = 1000
			var records []map[string]any
			for n := range sent {
				records = append(records, tc.record(n))
			}
			most := 0
			for l, values := range newTest(t, nil).distinct(t, tc.peer.Labels(), records) {
				most = max(most, len(values))
				assert.True(t, !tc.bounded || len(values) <= 401, l)
			}
			assert.Equal(t, !tc.bounded, most == sent)
		})
	}
}

// Where a claimed peer has no slot, every label of its side says so.
func TestPeerWithoutSlot(t *testing.T) {
	p := newTest(t, map[string]any{"limits": map[string]any{"claimed_peer": map[string]any{"limit": 1}}})
	label := func(n int) map[string]any {
		return p.label(t, attributeLogs(t, inbound(with(withoutAny, clientCalled(n)))))
	}
	first := label(1)
	assert.Equal(t, "w1", first["source_workload"])
	assert.Equal(t, []string{contract.SourcePeer.SlotName()}, slotsOf(first))
	got := label(2)
	for _, l := range contract.SourcePeer.Labels() {
		want := "other"
		if l == contract.SourcePrincipal {
			want = "unknown" // nobody claimed one
		}
		assert.Equal(t, want, got[l.String()], l)
	}
	assert.Empty(t, slotsOf(got))
	assert.Equal(t, "httpbin", got["destination_workload"])
	assert.Equal(t, first, label(1))
}

// What a peer claims is charged to the workload that reports it: a new peer each
// time leaves the slots of others alone.
func TestClaimsCountAgainstTheReporter(t *testing.T) {
	p := newTest(t, nil)
	for n := range 2000 {
		p.process(t, attributeLogs(t, inbound(with(withoutAny, clientCalled(n), serverName(fmt.Sprintf("h%d.foo.svc.cluster.local", n))))))
	}
	for n := range 50 {
		host := fmt.Sprintf("a%d.bank.svc.cluster.local", n)
		got := p.label(t, attributeLogs(t, inbound(with(withoutAny, clientCalled(1_000_000+n), serverName(host),
			map[string]any{"namespace": "bank", "workload_name": "vault", "canonical_name": "vault", "node_id": "-"}))))
		assert.Equal(t, fmt.Sprintf("w%d", 1_000_000+n), got["source_workload"])
		assert.Equal(t, host, got["destination_service"])
	}
}

// Labels of the user's own stand for the reporter where the record names none.
func TestReporterByUsersLabels(t *testing.T) {
	p := newTest(t, map[string]any{"labels": map[string]any{"source_workload": `attributes["who"]`, "source_workload_namespace": `attributes["who"]`}})
	for n := range 2000 {
		p.process(t, attributeLogs(t, recommended(map[string]any{"who": "flood", "authority": fmt.Sprintf("h%d.example", n)})))
	}
	got := p.label(t, attributeLogs(t, recommended(map[string]any{"who": "victim", "authority": "bank.example"})))
	assert.Equal(t, "bank.example", got["destination_service"])
}
