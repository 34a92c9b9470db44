package hostile

import (
	"context"
	"fmt"
	"testing"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

const (
	// inventions is how many names a client invents, one with each connection.
	inventions = 40_000
	perMessage = 500
	// maxNames and maxSeries are what the names of a claim may take: the slots of
	// a label and what stands for values without one, with a few series each.
	maxNames, maxSeries = 500, 5000
)

// invention is a name that a client gives without proof.
type invention struct {
	// als and otlp write name n into an entry and a record.
	als  func(common *accesslogv3.AccessLogCommon, n int)
	otlp func(attributes pcommon.Map, n int)
	// label shows the name.
	label string
}

func inventedService(n int) string {
	return fmt.Sprintf("outbound_.80_._.name%d.bank.svc.cluster.local", n)
}

func inventedPeer(n int) map[string]any {
	return map[string]any{"NAME": fmt.Sprintf("peer%d-7656cf8794-cgsm5", n), "NAMESPACE": "bank", "WORKLOAD": fmt.Sprintf("peer%d", n)}
}

// Workloads of an inbound listener that takes TLS without mutual TLS, or none.
var invented = map[string]invention{
	"server names": {
		als: func(c *accesslogv3.AccessLogCommon, n int) {
			c.TlsProperties = &accesslogv3.TLSProperties{TlsVersion: accesslogv3.TLSProperties_TLSv1_3, TlsSniHostname: inventedService(n)}
		},
		otlp:  func(a pcommon.Map, n int) { a.PutStr("requested_server_name", inventedService(n)) },
		label: "destination_service",
	},
	"peers": {
		als: func(c *accesslogv3.AccessLogCommon, n int) {
			peer, err := structpb.NewStruct(inventedPeer(n))
			if err == nil {
				var object *anypb.Any
				object, err = anypb.New(peer)
				c.FilterStateObjects = map[string]*anypb.Any{"downstream_peer": object}
			}
			if err != nil {
				panic(err) // strings only
			}
		},
		otlp: func(a pcommon.Map, n int) {
			a.PutStr("downstream_peer", fmt.Sprintf(`{"NAME":"peer%d-7656cf8794-cgsm5","NAMESPACE":"bank","WORKLOAD":"peer%d"}`, n, n))
		},
		label: "source_workload",
	},
}

// TestInventedNames has clients of a workload that name another service, or
// themselves another workload, with each connection.
func TestInventedNames(t *testing.T) {
	t.Parallel()
	for name, x := range invented {
		for way, send := range map[string]func(context.Context, *testing.T, *gateway, invention){"ALS": x.sendALS, "labels": x.sendLabels} {
			t.Run(name+" by "+way, func(t *testing.T) {
				t.Parallel()
				siege{
					// Fewer than by default, of which each flush would send all.
					options: options{env: map[string]string{"MAX_SERIES": "20000"}},
					attack:  func(ctx context.Context, t *testing.T, g *gateway) { t.Helper(); send(ctx, t, g, x) },
					check:   func(t *testing.T, g *gateway) { t.Helper(); x.check(t, g) },
				}.run(t)
			})
		}
	}
}

func (invention) sendALS(ctx context.Context, t *testing.T, g *gateway, x invention) {
	t.Helper()
	stream := openStream(t, dialGRPC(t, attack.Attacker, g.ALS))
	first := byTCP()
	first.Identifier = identifier(t, nodeID("victim"), "victim")
	require.NoError(t, stream.SendMsg(marshal(t, first)))
	for from := 0; from < inventions && ctx.Err() == nil; from += perMessage {
		var entries []*accesslogv3.TCPAccessLogEntry
		for n := from; n < from+perMessage; n++ {
			common := blockedConnection("victim", n)
			common.ResponseFlags = nil
			common.UpstreamCluster = "inbound|80||"
			common.DownstreamLocalAddress = socketAddress("10.244.0.8", 80)
			common.DownstreamRemoteAddress = socketAddress("10.244.0.77", 34567)
			common.UpstreamRemoteAddress = socketAddress("10.244.0.8", 80)
			x.als(common, n)
			entries = append(entries, &accesslogv3.TCPAccessLogEntry{CommonProperties: common})
		}
		require.NoError(t, stream.SendMsg(marshal(t, byTCP(entries...))))
	}
}

func (invention) sendLabels(ctx context.Context, t *testing.T, g *gateway, x invention) {
	t.Helper()
	client, err := otlpclient.Dial(g.OTLP)
	require.NoError(t, err)
	defer client.Close()
	for from := 0; from < inventions && ctx.Err() == nil; from += perMessage {
		logs := plog.NewLogs()
		records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
		for n := from; n < from+perMessage; n++ {
			lr := records.AppendEmpty()
			lr.Body().SetStr("TcpConnectionEnd")
			a := lr.Attributes()
			for name, value := range map[string]string{
				"access_log_type": "TcpConnectionEnd", "listener_direction": "1",
				"node_id": nodeID("victim"), "workload_name": "victim", "namespace": namespace,
				"upstream_cluster_raw": "inbound|80||", "upstream_host": "10.244.0.8:80",
				"downstream_local_address": "10.244.0.8:80", "downstream_remote_address": "10.244.0.77:34567", "response_flags": "-",
			} {
				a.PutStr(name, value)
			}
			x.otlp(a, n)
		}
		require.NoError(t, client.Send(ctx, logs))
	}
}

func (x invention) check(t *testing.T, g *gateway) {
	t.Helper()
	const connections = `istio_tcp_connections_closed_total{reporter="destination"}`
	g.settles(t, func() []string {
		if n := g.value(t, "sum("+connections+")"); n != inventions {
			return []string{fmt.Sprintf("inbound connections: %g of %d", n, inventions)}
		}
		return nil
	})
	assert.LessOrEqual(t, g.value(t, "count(count by ("+x.label+") ("+connections+"))"), float64(maxNames), "values of %s", x.label)
	assert.LessOrEqual(t, g.value(t, `count({__name__=~"istio_.+"})`), float64(maxSeries), "series")
	assert.InDelta(t, inventions, g.value(t, `sum(istio_tcp_connections_closed_total{reporter="destination",destination_workload="victim"})`), 0,
		"all show the workload that reports them")
}
