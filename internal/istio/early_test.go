package istio

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// What is asked before the labels are there agrees with them.
func FuzzBeforeLabels(f *testing.F) {
	f.Add("PassthroughCluster", "allow_any", "h.example", "", "", "spiffe://t/ns/a/sa/b", "2")
	f.Add("outbound|443||api.example.com", "-", "-", "", "", "", "2")
	f.Add("inbound|80||", "default", "h.example", "sidecar~1.2.3.4~a-b.c~d", "w", "spiffe://t/ns/a/sa/b", "1")
	f.Add("inbound-vip|80|http|a.b.svc.x;", "x", "", "waypoint~1.2.3.4~a-b.c~d", "", ",", "")
	f.Add("-", "block_all", "\xffx", "router~1.2.3.4~a.b~c", "\x00", "", "")
	f.Fuzz(func(t *testing.T, cluster, route, authority, node, workload, san, direction string) {
		var rec accesslog.Record
		for op, v := range map[accesslog.Op]string{
			accesslog.UpstreamCluster: cluster, accesslog.RouteName: route, accesslog.Authority: authority, accesslog.ListenerDirection: direction,
			accesslog.NodeID: node, accesslog.NodeCluster: node, accesslog.NodeWorkload: workload, accesslog.NodeNamespace: workload,
			accesslog.DownstreamLocalURISAN: san, accesslog.UpstreamLocalURISAN: san, accesslog.Protocol: "HTTP/1.1", accesslog.Method: "GET",
			accesslog.RequestedServerName: "outbound_.80_._.a.b.svc.cluster.local",
		} {
			rec.Set(op, v)
		}
		facts := defaults.Classify(&rec)
		derived := defaults.Derive(&rec, &facts)
		inputs := ReporterInputsOf(&rec, &facts)
		copied := inputs.Clone()
		assert.Equal(t, inputs, copied)
		assert.Equal(t, derived.Reporter, copied.Reporter())
		assert.Equal(t, derived.Labels[contract.DestinationServiceName], defaults.ServiceName(&rec, &facts))
		if name, ok := defaults.Outside(&rec, &facts); ok {
			assert.Equal(t, derived.Labels[contract.DestinationServiceName], name)
		}
	})
}
