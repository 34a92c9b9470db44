// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
)

// TestPairing has an intruder that joins under the node ids of honest proxies.
// It sends pairs of entries, so that the gateway believes that these proxies have
// two loggers, and entries without a pair that fill the memory for those that
// wait. The honest proxies have one logger, whose entries of connections are of
// the kind that may wait.
func TestPairing(t *testing.T) {
	t.Parallel()
	for _, source := range []string{attack.Attacker, attack.Bystander} {
		t.Run("from "+source, func(t *testing.T) {
			t.Parallel()
			siege{attack: func(ctx context.Context, t *testing.T, g *gateway) {
				t.Helper()
				a := newIntruder(t, g, source, nodeID("honest-als"))
				b := newIntruder(t, g, source, nodeID("honest-neighbour-als"))
				const rounds, every = 160, 50 * time.Millisecond
				for range rounds {
					if a.pair() != nil || a.fill() != nil || b.pair() != nil {
						break // the gateway sent the intruder away
					}
					sleep(ctx, every)
				}
			}}.run(t)
		})
	}
}

// intruder has a stream of each logger under another proxy's node id.
type intruder struct {
	t         *testing.T
	http, tcp grpc.ClientStream
	sent      int
	padding   string
}

func newIntruder(t *testing.T, g *gateway, source, node string) *intruder {
	t.Helper()
	i := &intruder{t: t, padding: strings.Repeat("x", 2<<10)}
	for _, stream := range []*grpc.ClientStream{&i.http, &i.tcp} {
		*stream = openStream(t, dialGRPC(t, source, g.ALS))
		first := byHTTP()
		first.Identifier = identifier(t, node, "intruder")
		require.NoError(t, (*stream).SendMsg(marshal(t, first)))
	}
	return i
}

// pair sends a connection by both loggers.
func (i *intruder) pair() error {
	i.sent++
	common := blockedConnection("intruder", i.sent)
	err := i.http.SendMsg(marshal(i.t, byHTTP(&accesslogv3.HTTPAccessLogEntry{CommonProperties: common})))
	if err == nil {
		err = i.tcp.SendMsg(marshal(i.t, byTCP(&accesslogv3.TCPAccessLogEntry{CommonProperties: common})))
	}
	return err
}

// fill sends a mebibyte of connections that no other logger will tell of.
func (i *intruder) fill() error {
	var entries []*accesslogv3.HTTPAccessLogEntry
	for range 1 << 20 / len(i.padding) {
		i.sent++
		common := blockedConnection("intruder", i.sent)
		common.UpstreamTransportFailureReason = i.padding
		entries = append(entries, &accesslogv3.HTTPAccessLogEntry{CommonProperties: common})
	}
	return i.http.SendMsg(marshal(i.t, byHTTP(entries...)))
}

// TestForgedPair has an intruder that knows the event of another proxy's entry,
// sends the entry of the other logger before, and would have the honest one taken
// for the second of the two.
func TestForgedPair(t *testing.T) {
	t.Parallel()
	const n = 50
	g := startGateway(t, options{})
	honest := entriesByALS(t, g, "honest", attack.Bystander)
	intruder := newIntruder(t, g, attack.Attacker, nodeID("honest"))
	for k := range n {
		forged := &accesslogv3.TCPAccessLogEntry{CommonProperties: blockedConnection("honest", k)}
		require.NoError(t, intruder.tcp.SendMsg(marshal(t, byTCP(forged))))
	}
	// Nothing tells when a message has arrived but that it is counted.
	g.settles(t, func() []string { return g.notYet(t, "intruder", n) })
	for k := range n {
		require.NoError(t, honest.send(t.Context(), k))
	}
	g.settles(t, func() []string { return g.notYet(t, "honest", n) })
}

// notYet says what is wrong with the number of blocked connections of a workload.
func (g *gateway) notYet(t *testing.T, workload string, want float64) []string {
	t.Helper()
	n := g.value(t, fmt.Sprintf(`sum(istio_tcp_connections_closed_total{destination_service_name="BlackHoleCluster",source_workload=%q})`, workload))
	if n == want {
		return nil
	}
	return []string{fmt.Sprintf("%s: %g of %g", workload, n, want)}
}
