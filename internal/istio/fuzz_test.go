// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/names"
)

// Whatever a record says, its labels are fit for Prometheus, and traffic that
// went to a cluster outside the mesh is no service.
func FuzzDerive(f *testing.F) {
	f.Add("PassthroughCluster", "allow_any", "h.example", "-", "200", "", "", "")
	f.Add("-", "-", "h.example", "UH", "0", "sidecar~1.2.3.4~a-b.c~d", "spiffe://t/ns/a/sa/b", "outbound_.1_._.a.b.svc.x")
	f.Add("inbound-vip|80|http|a.b.svc.x;", "x", "", "NR", "", "router~~.~", ",", `[{"host":"\u0000"}]`)
	f.Fuzz(func(t *testing.T, cluster, route, authority, flags, code, node, san, sni string) {
		var rec accesslog.Record
		for op, v := range map[accesslog.Op]string{
			accesslog.UpstreamCluster: cluster, accesslog.RouteName: route, accesslog.Authority: authority, accesslog.ResponseFlags: flags,
			accesslog.ResponseCode: code, accesslog.NodeID: node, accesslog.NodeCluster: node, accesslog.NodePod: node, accesslog.RequestedServerName: sni,
			accesslog.DownstreamPeerURISAN: san, accesslog.UpstreamPeerURISAN: san, accesslog.ClusterServices: sni, accesslog.UpstreamHost: sni,
		} {
			rec.Set(op, v)
		}
		for _, schema := range contract.Schemas {
			o := defaults
			o.Schema = schema
			facts := defaults.Classify(&rec)
			derived := o.Derive(&rec, &facts)
			ls, verdict := derived.Labels, derived.Verdict
			assert.True(t, verdict.Understood())
			for _, v := range append(ls[:], DestinationIP(&rec)) {
				assert.True(t, utf8.ValidString(v), v)
				assert.LessOrEqual(t, len(v), contract.MaxValueLen)
				assert.False(t, strings.ContainsFunc(v, unicode.IsControl), v)
			}
			if name, outside := names.DestinationOfCluster(strings.TrimSuffix(cluster, ";")); outside && facts.direction == names.Outbound {
				if routed, ok := names.DestinationOfRoute(route); ok {
					name = routed
				}
				assert.Equal(t, name, ls[contract.DestinationServiceName])
			}
		}
	})
}
