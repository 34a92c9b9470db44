// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
	"github.com/otelcol-istio/otelcol-istio/test/internal/rawgrpc"
)

const (
	// sendInterval of each honest sender, of one record each time.
	sendInterval = 25 * time.Millisecond
	// sendTimeout bounds one request.
	sendTimeout = 30 * time.Second
	// settleTimeout bounds the wait for the totals on a busy machine.
	settleTimeout = 90 * time.Second
	pollInterval  = 200 * time.Millisecond
)

// honest sends records of one workload, each once, as proxies do: nothing is
// sent again. It keeps no time for what is refused.
type honest struct {
	workload string
	source   string
	// send sends record n.
	send func(ctx context.Context, n int) error

	sent int
	errs []error
}

// honestSenders has every way by which proxies send, from one address.
func honestSenders(t *testing.T, g *gateway, name, source string) []*honest {
	t.Helper()
	return []*honest{
		labelsByGRPC(t, g, name+"-labels", source),
		textByHTTP(t, g, name+"-text", source),
		entriesByALS(t, g, name+"-als", source),
		newcomersByALS(t, g, name+"-new", source),
	}
}

// labelsByGRPC has one connection for all.
func labelsByGRPC(t *testing.T, g *gateway, workload, source string) *honest {
	t.Helper()
	conn := dialGRPC(t, source, g.OTLP)
	request := labelsRequest(t, workload)
	return &honest{workload: workload, source: source, send: func(ctx context.Context, _ int) error {
		var answer []byte
		return conn.Invoke(ctx, attack.ExportLogs, request, &answer, grpc.ForceCodecV2(rawgrpc.Codec{}))
	}}
}

// textByHTTP has a new connection for each record.
func textByHTTP(t *testing.T, g *gateway, workload, source string) *honest {
	t.Helper()
	body := attack.Body{Type: attack.Protobuf, Bytes: textRequest(t, workload)}
	return &honest{workload: workload, source: source, send: func(ctx context.Context, _ int) error {
		status, err := attack.Post(ctx, source, g.OTLPHTTP, body)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("refused with %d", status)
		}
		return err
	}}
}

// entriesByALS has one stream for all, of the logger for HTTP, which says of
// connections less than the one for TCP would.
func entriesByALS(t *testing.T, g *gateway, workload, source string) *honest {
	t.Helper()
	conn := dialGRPC(t, source, g.ALS)
	stream := openStream(t, conn)
	first := byHTTP()
	first.Identifier = identifier(t, nodeID(workload), workload)
	require.NoError(t, stream.SendMsg(marshal(t, first)))
	return &honest{workload: workload, source: source, send: func(_ context.Context, n int) error {
		return stream.SendMsg(marshal(t, httpEntry(workload, n)))
	}}
}

// newcomersByALS has a connection and a stream for each record, of the logger
// for TCP, and the server's word that it has read them.
func newcomersByALS(t *testing.T, g *gateway, workload, source string) *honest {
	t.Helper()
	return &honest{workload: workload, source: source, send: func(ctx context.Context, n int) error {
		conn, err := newConn(source, g.ALS)
		if err != nil {
			return err
		}
		defer conn.Close()
		message := byTCP(tcpEntry(workload, n))
		message.Identifier = identifier(t, nodeID(workload), workload)
		var answer []byte
		return conn.Invoke(ctx, attack.StreamAccessLogs, marshal(t, message), &answer, grpc.ForceCodecV2(rawgrpc.Codec{}))
	}}
}

func dialGRPC(t *testing.T, source, endpoint string) *grpc.ClientConn {
	t.Helper()
	conn, err := newConn(source, endpoint)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })
	return conn
}

func newConn(source, endpoint string) (*grpc.ClientConn, error) {
	return grpc.NewClient("passthrough:///"+endpoint,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return attack.Dialer(source).DialContext(ctx, "tcp", address)
		}))
}

func openStream(t *testing.T, conn *grpc.ClientConn) grpc.ClientStream {
	t.Helper()
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, attack.StreamAccessLogs, grpc.ForceCodecV2(rawgrpc.Codec{}))
	require.NoError(t, err)
	return stream
}

// traffic is that of all honest senders.
type traffic struct {
	senders []*honest
	stop    context.CancelFunc
	done    sync.WaitGroup
}

func (g *gateway) start(ctx context.Context, senders ...*honest) *traffic {
	sending, stop := context.WithCancel(ctx)
	all := &traffic{senders: senders, stop: stop}
	for _, h := range senders {
		all.done.Go(func() { h.run(ctx, sending, g.Process.Done()) })
	}
	return all
}

// run sends until sending ends, or the gateway does.
func (h *honest) run(ctx, sending context.Context, gone <-chan struct{}) {
	ticker := time.NewTicker(sendInterval)
	defer ticker.Stop()
	for {
		select {
		case <-sending.Done():
			return
		case <-gone:
			return
		case <-ticker.C:
		}
		once, cancel := context.WithTimeout(ctx, sendTimeout)
		h.sent++
		if err := h.send(once, h.sent); err != nil {
			h.errs = append(h.errs, err)
		}
		cancel()
	}
}

// end lets the senders finish what they are at.
func (a *traffic) end() {
	a.stop()
	a.done.Wait()
}

// known waits until the gateway has counted a record of each sender. Then its streams
// were there before an attack begins.
func (a *traffic) known(t *testing.T, g *gateway) {
	t.Helper()
	g.settles(t, func() (unknown []string) {
		counts := g.blocked(t)
		for _, h := range a.senders {
			if counts[h.workload] == 0 {
				unknown = append(unknown, h.workload)
			}
		}
		return unknown
	})
}

// counted checks that each record was accepted and is counted once.
func (a *traffic) counted(t *testing.T, g *gateway) {
	t.Helper()
	for _, h := range a.senders {
		if len(h.errs) > 0 {
			assert.Fail(t, "honest requests were refused", "%d of %d of %s from %s, the first with: %v", len(h.errs), h.sent, h.workload, h.source, h.errs[0])
		}
	}
	g.settles(t, func() (wrong []string) {
		counts := g.blocked(t)
		for _, h := range a.senders {
			if n := counts[h.workload]; n != h.sent {
				wrong = append(wrong, fmt.Sprintf("%s: %d of %d", h.workload, n, h.sent))
			}
		}
		return wrong
	})
}

// settles waits until nothing is wrong with what Prometheus holds.
func (g *gateway) settles(t *testing.T, wrong func() []string) {
	t.Helper()
	found := wrong()
	for deadline := time.Now().Add(settleTimeout); len(found) > 0 && time.Now().Before(deadline); found = wrong() {
		g.alive(t)
		time.Sleep(pollInterval)
	}
	assert.Empty(t, found, "counted")
}

// blocked is how many blocked connections Prometheus has of each workload whose
// name says that it is honest.
func (g *gateway) blocked(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, s := range g.query(t, `sum by (source_workload) (istio_tcp_connections_closed_total{destination_service_name="BlackHoleCluster",source_workload=~"honest.*"})`) {
		counts[s.Labels["source_workload"]] = int(s.Value)
	}
	return counts
}
