// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	servicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
)

const (
	// hold is how long an attacker holds what it has.
	hold = 6 * time.Second
	// closedBy is when the gateway has to have closed a request that stands still.
	closedBy = 45 * time.Second
)

// TestOccupation has clients that hold what others need and finish nothing.
func TestOccupation(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name   string
		attack func(ctx context.Context, t *testing.T, g *gateway)
		// says is what tells of it afterwards.
		says account
	}{
		{"118 messages over gRPC, each one byte short", unfinishedMessages(118, attack.ExportLogs, toOTLP), limitedConnections("in_flight_memory")},
		{"160 messages over gRPC, each one byte short", unfinishedMessages(160, attack.ExportLogs, toOTLP), limitedConnections("in_flight_memory")},
		{"160 messages by ALS, each one byte short", unfinishedMessages(160, attack.StreamAccessLogs, toALS), limitedConnections("in_flight_memory")},
		{"18 bodies, each one byte short", unfinishedBodies(18), refused("in_flight_memory")},
		{"50000 ALS streams", emptyStreams(50_000, func(int) []byte { return nil }), limitedStreams("max_streams")},
		{"50000 ALS streams of as many proxies", emptyStreams(50_000, func(n int) []byte {
			first := byHTTP()
			first.Identifier = &servicev3.StreamAccessLogsMessage_Identifier{Node: &corev3.Node{Id: nodeID(strconv.Itoa(n))}}
			b, err := proto.Marshal(first)
			if err != nil {
				panic(err) // strings only
			}
			return attack.Message(b, false)
		}), limitedStreams("max_streams")},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			siege{attack: x.attack, check: x.says.check}.run(t)
		})
	}
}

func toOTLP(g *gateway) string     { return g.OTLP }
func toOTLPHTTP(g *gateway) string { return g.OTLPHTTP }
func toALS(g *gateway) string      { return g.ALS }

// unfinishedMessages opens streams on one connection, each with a message of
// which the last byte never comes.
func unfinishedMessages(n int, method string, endpoint func(*gateway) string) func(context.Context, *testing.T, *gateway) {
	message := attack.Unfinished(grpcSize)
	return func(ctx context.Context, t *testing.T, g *gateway) {
		t.Helper()
		conn := dialHTTP2(ctx, t, endpoint(g))
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				// What the gateway refuses is an error here; some of it must come through.
				if s, err := conn.OpenGRPC(method, false); err == nil {
					_ = s.Write(message)
				}
			})
		}
		wg.Wait()
		t.Logf("all sent; the connection's state: %v", conn.Err())
		sleep(ctx, hold)
	}
}

func unfinishedBodies(n int) func(context.Context, *testing.T, *gateway) {
	return func(ctx context.Context, t *testing.T, g *gateway) {
		t.Helper()
		conns, err := attack.UnfinishedPosts(ctx, attack.Attacker, g.OTLPHTTP, n, httpSize, httpSize-1)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conns.Close() })
		sleep(ctx, hold)
	}
}

// emptyStreams opens streams without entries, each with these bytes first.
func emptyStreams(n int, first func(n int) []byte) func(context.Context, *testing.T, *gateway) {
	return func(ctx context.Context, t *testing.T, g *gateway) {
		t.Helper()
		conn := dialHTTP2(ctx, t, g.ALS)
		opened := 0
		for n := range n {
			s, err := conn.OpenGRPC(attack.StreamAccessLogs, false)
			if err != nil {
				break
			}
			_ = s.Write(first(n)) // the gateway may have refused the stream
			opened++
		}
		t.Logf("%d streams opened; the connection's state: %v", opened, conn.Err())
		sleep(ctx, hold)
	}
}

// TestUnfinishedRequestsEnd shows that requests over HTTP that stand still are
// closed, be it in their headers or in their bodies.
func TestUnfinishedRequestsEnd(t *testing.T) {
	t.Parallel()
	siege{attack: func(ctx context.Context, t *testing.T, g *gateway) {
		t.Helper()
		began := time.Now()
		bodies, err := attack.UnfinishedPosts(ctx, attack.Attacker, g.OTLPHTTP, 500, 100, 1)
		require.NoError(t, err)
		t.Cleanup(func() { _ = bodies.Close() })
		headers, err := attack.UnfinishedHeaders(ctx, attack.Attacker, g.OTLPHTTP, 100)
		require.NoError(t, err)
		t.Cleanup(func() { _ = headers.Close() })
		deadline := began.Add(closedBy)
		assert.Zero(t, bodies.OpenAfter(deadline), "requests whose bodies stand still are open after %s", closedBy)
		assert.Zero(t, headers.OpenAfter(deadline), "requests whose headers stand still are open after %s", closedBy)
	}}.run(t)
}

// TestIdleConnections has more connections than the gateway may have files.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	const files, connections = 256, 300
	for _, x := range []struct {
		name string
		to   []func(*gateway) string
	}{
		{"to OTLP over gRPC", []func(*gateway) string{toOTLP}},
		{"to every port", []func(*gateway) string{toOTLP, toOTLPHTTP, toALS}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			siege{crowd: true, options: options{openFiles: files}, attack: func(ctx context.Context, t *testing.T, g *gateway) {
				t.Helper()
				for range 2 { // who was thrown out comes again
					for _, endpoint := range x.to {
						conns, err := attack.Idle(ctx, attack.Attacker, endpoint(g), connections)
						if assert.NoError(t, err) {
							t.Cleanup(func() { _ = conns.Close() })
						}
					}
					g.healthy(ctx, t)
					sleep(ctx, hold/2)
				}
				g.healthy(ctx, t)
			}, check: limitedConnections("max_connections").check}.run(t)
		})
	}
}

// healthy asks the health check over a connection of its own.
func (g *gateway) healthy(ctx context.Context, t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.Health, http.NoBody)
	require.NoError(t, err)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if assert.NoError(t, err, "the health check does not answer") {
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		assert.NoError(t, resp.Body.Close())
	}
}

// sleep waits, or until the attack is over anyway.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
