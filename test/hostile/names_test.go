// SPDX-License-Identifier: Apache-2.0

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
	// inventedNames is how many a client invents, one with each connection.
	inventedNames = 40_000
	perMessage    = 500
	// maxNames and maxSeries are what the names of a claim may take: the slots of
	// a label and what stands for values without one, with a few series each.
	maxNames, maxSeries = 500, 5000
)

// invention is a name that a client gives without proof, and how the proxy of its
// server passes it on.
type invention struct {
	name string
	// label shows the name.
	label string
	send  func(ctx context.Context, t *testing.T, g *gateway)
	// owner is the workload that reports it, empty where the log does not tell.
	owner string
}

// serverName is the form that the mesh's own proxies use with each other.
func serverName(n int, namespace string) string {
	return fmt.Sprintf("outbound_.80_._.name%d.%s.svc.cluster.local", n, namespace)
}

func peerName(n int) string { return fmt.Sprintf("peer%d", n) }

var inventions = []invention{
	{
		name: "server names in text that does not name its sender", label: "destination_service",
		send: inText(func(n int) string { return serverName(n, "bank") }, ""),
	},
	{
		name: "server names in text", label: "destination_service", owner: "victim",
		send: inText(func(n int) string { return serverName(n, namespace) }, "victim"),
	},
	{
		name: "server names in labels", label: "destination_service", owner: "victim",
		send: inLabels(func(a pcommon.Map, n int) { a.PutStr("requested_server_name", serverName(n, namespace)) }),
	},
	{
		name: "server names by ALS", label: "destination_service", owner: "victim",
		send: byALS(func(c *accesslogv3.AccessLogCommon, n int) {
			c.TlsProperties = &accesslogv3.TLSProperties{TlsSniHostname: serverName(n, namespace)}
		}),
	},
	{
		name: "peers in labels", label: "source_workload", owner: "victim",
		send: inLabels(func(a pcommon.Map, n int) {
			a.PutStr("downstream_peer", fmt.Sprintf(`{"NAMESPACE":"bank","WORKLOAD_NAME":%q}`, peerName(n)))
		}),
	},
	{
		name: "peers by ALS", label: "source_workload", owner: "victim",
		send: byALS(func(c *accesslogv3.AccessLogCommon, n int) {
			peer, err := structpb.NewStruct(map[string]any{"NAMESPACE": "bank", "WORKLOAD_NAME": peerName(n)})
			if err == nil {
				var object *anypb.Any
				object, err = anypb.New(peer)
				c.FilterStateObjects = map[string]*anypb.Any{"downstream_peer": object}
			}
			if err != nil {
				panic(err) // strings only
			}
		}),
	},
}

// TestInventedNames has clients of a workload that name another service, or
// themselves another workload, with each connection.
func TestInventedNames(t *testing.T) {
	t.Parallel()
	for _, x := range inventions {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			siege{
				// Fewer than by default, of which each flush would send all.
				options: options{env: map[string]string{"MAX_SERIES": "20000"}},
				attack:  x.send,
				check:   x.check,
			}.run(t)
		})
	}
}

// inText sends Istio's lines of inbound connections.
func inText(name func(n int) string, workload string) func(context.Context, *testing.T, *gateway) {
	return byOTLP(workload, func(lr plog.LogRecord, n int) {
		lr.Body().SetStr(`[2026-11-23T03:26:42.738Z] "- - -" 0 - - - "-" 11 12 13 - "-" "-" "-" "-" "10.244.0.8:80" inbound|80|| ` +
			"127.0.0.6:44321 10.244.0.8:80 10.244.0.77:34567 " + name(n) + " -\n")
	})
}

// inLabels sends the recommended labels of such connections.
func inLabels(write func(attributes pcommon.Map, n int)) func(context.Context, *testing.T, *gateway) {
	return byOTLP("", func(lr plog.LogRecord, n int) {
		lr.Body().SetStr("TcpConnectionEnd")
		a := lr.Attributes()
		for name, value := range map[string]string{
			"access_log_type": "TcpConnectionEnd", "listener_direction": "1",
			"node_id": nodeID("victim"), "workload_name": "victim", "namespace": namespace,
			"upstream_cluster_raw": "inbound|80||", "upstream_host": "10.244.0.8:80",
			"downstream_local_address": "10.244.0.8:80", "downstream_remote_address": "10.244.0.77:34567",
			"response_flags": "-", "downstream_peer_uri_san": "-", "downstream_local_uri_san": "-",
		} {
			a.PutStr(name, value)
		}
		write(a, n)
	})
}

func byOTLP(workload string, write func(lr plog.LogRecord, n int)) func(context.Context, *testing.T, *gateway) {
	return func(ctx context.Context, t *testing.T, g *gateway) {
		t.Helper()
		client, err := otlpclient.Dial(g.OTLP)
		require.NoError(t, err)
		defer client.Close()
		for from := 0; from < inventedNames && ctx.Err() == nil; from += perMessage {
			logs := plog.NewLogs()
			rl := logs.ResourceLogs().AppendEmpty()
			if workload != "" {
				rl.Resource().Attributes().PutStr("k8s.namespace.name", namespace)
				rl.Resource().Attributes().PutStr("k8s.deployment.name", workload)
			}
			records := rl.ScopeLogs().AppendEmpty().LogRecords()
			for n := from; n < from+perMessage; n++ {
				write(records.AppendEmpty(), n)
			}
			require.NoError(t, client.Send(ctx, logs))
		}
	}
}

// byALS sends entries of such connections.
func byALS(write func(common *accesslogv3.AccessLogCommon, n int)) func(context.Context, *testing.T, *gateway) {
	return func(ctx context.Context, t *testing.T, g *gateway) {
		t.Helper()
		stream := openStream(t, dialGRPC(t, attack.Attacker, g.ALS))
		first := byTCP()
		first.Identifier = identifier(t, nodeID("victim"), "victim")
		require.NoError(t, stream.SendMsg(marshal(t, first)))
		for from := 0; from < inventedNames && ctx.Err() == nil; from += perMessage {
			var entries []*accesslogv3.TCPAccessLogEntry
			for n := from; n < from+perMessage; n++ {
				common := blockedConnection("victim", n)
				common.ResponseFlags = nil
				common.UpstreamCluster = "inbound|80||"
				common.DownstreamLocalAddress = socketAddress("10.244.0.8", 80)
				common.DownstreamRemoteAddress = socketAddress("10.244.0.77", 34567)
				common.UpstreamRemoteAddress = socketAddress("10.244.0.8", 80)
				write(common, n)
				entries = append(entries, &accesslogv3.TCPAccessLogEntry{CommonProperties: common})
			}
			require.NoError(t, stream.SendMsg(marshal(t, byTCP(entries...))))
		}
	}
}

func (x invention) check(t *testing.T, g *gateway) {
	t.Helper()
	const connections = `istio_tcp_connections_closed_total{reporter="destination"}`
	g.settles(t, func() []string {
		if n := g.value(t, "sum("+connections+")"); n != inventedNames {
			return []string{fmt.Sprintf("inbound connections: %g of %d", n, inventedNames)}
		}
		return nil
	})
	values := g.value(t, "count(count by ("+x.label+") ("+connections+"))")
	series := g.value(t, `count({__name__=~"istio_(request|response|tcp).+"})`)
	t.Logf("%g values of %s, %g series", values, x.label, series)
	assert.LessOrEqual(t, values, float64(maxNames), "values of %s", x.label)
	assert.LessOrEqual(t, series, float64(maxSeries), "series")
	if x.owner != "" {
		assert.InDelta(t, inventedNames, g.value(t, `sum(istio_tcp_connections_closed_total{reporter="destination",destination_workload="`+x.owner+`"})`), 0,
			"all show the workload that reports them")
	}
}
