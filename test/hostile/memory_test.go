// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
)

// What a request may hold: the defaults of OTLP over gRPC and over HTTP.
const (
	grpcSize = 4 << 20
	httpSize = 20 << 20
)

// TestMemory has requests that are small on the wire or cheap to write, and
// large once they are decoded.
func TestMemory(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name   string
		attack func(ctx context.Context, t *testing.T, g *gateway)
		// says is what tells of it afterwards.
		says account
	}{
		{"empty ALS entries", alsMessages(1, true, func() []byte { return attack.EmptyEntries(grpcSize - 1<<10) }), limitedStreams("compressed_stream")},
		{"empty names in ALS entries", alsMessages(8, true, func() []byte { return attack.EmptySANs(grpcSize - 1<<10) }), limitedStreams("compressed_stream")},
		{"empty ALS entries, not compressed", alsMessages(4, false, func() []byte { return attack.EmptyEntries(grpcSize - 1<<10) }), lostEntries("too_many_entries")},
		{"empty names in ALS entries, not compressed", alsMessages(8, false, func() []byte { return attack.EmptySANs(grpcSize - 1<<10) }), lostEntries("too_large")},
		{"many empty names in ALS entries, not compressed", alsMessages(8, false, func() []byte { return attack.EmptySANs(200 << 10) }), lostEntries("too_many_attributes")},
		{"empty records over gRPC", otlpMessages(8, func() []byte { return attack.EmptyRecords(grpcSize - 1<<10) }), refused("too_much_memory")},
		{"empty attributes over gRPC", otlpMessages(8, func() []byte { return attack.EmptyAttributes(grpcSize - 1<<10) }), refused("too_many_attributes")},
		{"empty records", posts(4, attack.Protobuf, true, func() []byte { return attack.EmptyRecords(httpSize - 1<<10) }), refused("too_much_memory")},
		{"empty attributes", posts(4, attack.Protobuf, true, func() []byte { return attack.EmptyAttributes(httpSize - 1<<10) }), refused("too_many_attributes")},
		{"empty scopes", posts(4, attack.Protobuf, true, func() []byte { return attack.EmptyScopes(httpSize - 1<<10) }), refused("too_much_memory")},
		{"empty resources", posts(4, attack.Protobuf, true, func() []byte { return attack.EmptyResources(httpSize - 1<<10) }), refused("too_much_memory")},
		{"nested arrays", posts(1, attack.Protobuf, false, func() []byte { return attack.NestedArrays(httpSize - 1<<10) }), refused("too_deep")},
		{"nested arrays in JSON", posts(1, attack.JSON, true, func() []byte { return attack.NestedArraysJSON(httpSize - 1<<10) }), refused("too_deep")},
		{"nested arrays in a JSON field that OTLP does not have", posts(1, attack.JSON, true, func() []byte { return attack.NestedUnknownJSON(httpSize - 1<<10) }), refused("too_deep")},
		{"empty records in JSON", posts(4, attack.JSON, true, func() []byte { return attack.EmptyRecordsJSON(httpSize - 1<<10) }), refused("too_much_memory")},
		{"empty values in JSON", posts(4, attack.JSON, true, func() []byte { return attack.EmptyValuesJSON(httpSize - 1<<10) }), refused("too_much_memory")},
		{"numbers in JSON arrays", posts(60, attack.JSON, false, func() []byte { return attack.OnesJSON(4 << 20) }), refused("malformed")},
		// Nothing is wrong with these requests but their number.
		{"bodies of text that are JSON with arrays", posts(60, attack.Protobuf, false, func() []byte { return attack.Ones(4, 1<<20-1<<10) }), account{}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			siege{attack: x.attack, check: x.says.check}.run(t)
		})
	}
}

// posts sends a body so many times at once, compressed or not.
func posts(n int, kind string, compressed bool, bytes func() []byte) func(context.Context, *testing.T, *gateway) {
	return func(ctx context.Context, t *testing.T, g *gateway) {
		t.Helper()
		body := attack.Body{Type: kind, Bytes: bytes()}
		require.LessOrEqual(t, len(body.Bytes), httpSize)
		if compressed {
			body.Bytes, body.Encoding = attack.Gzip(body.Bytes), "gzip"
		}
		answers := answers{}
		answers.collect(n, func() (any, error) { return attack.Post(ctx, attack.Attacker, g.OTLPHTTP, body) })
		t.Logf("%d bytes, answered with %v", len(body.Bytes), answers.seen)
	}
}

// otlpMessages sends a message so many times at once over one connection.
func otlpMessages(n int, bytes func() []byte) func(context.Context, *testing.T, *gateway) {
	return grpcMessages(n, attack.ExportLogs, true, func(*testing.T) []byte { return bytes() }, func(g *gateway) string { return g.OTLP })
}

// alsMessages does the same, with an identifier of its own in front.
func alsMessages(n int, compressed bool, bytes func() []byte) func(context.Context, *testing.T, *gateway) {
	return grpcMessages(n, attack.StreamAccessLogs, compressed, func(t *testing.T) []byte {
		t.Helper()
		first := byHTTP()
		first.Identifier = identifier(t, nodeID("intruder"), "intruder")
		b, err := attack.Append(proto.Message(first), bytes())
		require.NoError(t, err)
		return b
	}, func(g *gateway) string { return g.ALS })
}

func grpcMessages(n int, method string, compressed bool, message func(*testing.T) []byte, endpoint func(*gateway) string) func(context.Context, *testing.T, *gateway) {
	return func(ctx context.Context, t *testing.T, g *gateway) {
		t.Helper()
		b := message(t)
		require.LessOrEqual(t, len(b), grpcSize)
		if compressed {
			b = attack.Gzip(b)
		}
		conn := dialHTTP2(ctx, t, endpoint(g))
		answers := answers{}
		answers.collect(n, func() (any, error) {
			s, err := conn.OpenGRPC(method, compressed)
			if err == nil {
				err = s.Write(attack.Message(b, compressed))
			}
			if err == nil {
				err = s.End()
			}
			if err != nil {
				return nil, err
			}
			return s.Answer()
		})
		t.Logf("%d bytes, answered with %v", len(b), answers.seen)
	}
}

// dialHTTP2 connects the attacker. The connection ends with the test.
func dialHTTP2(ctx context.Context, t *testing.T, endpoint string) *attack.HTTP2 {
	t.Helper()
	conn, err := attack.DialHTTP2(ctx, attack.Attacker, endpoint)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// answers counts what requests were answered with.
type answers struct {
	mu   sync.Mutex
	seen map[any]int
}

func (a *answers) collect(n int, request func() (any, error)) {
	a.seen = map[any]int{}
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			answer, err := request()
			if err != nil {
				answer = err.Error()
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			a.seen[answer]++
		})
	}
	wg.Wait()
}
