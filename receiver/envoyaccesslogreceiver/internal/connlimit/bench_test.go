// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

// What a request costs with all limits, and without any. 20 kB are some 20 records.
func BenchmarkRequest(b *testing.B) {
	for _, bytes := range []int{200, 20_000, 500_000} {
		b.Run(name(bytes)+"/limited", func(b *testing.B) {
			f := start(b, Limits{}, admission.Options{MaxBytes: 128 << 20})
			run(b, f, bytes)
		})
		b.Run(name(bytes)+"/unlimited", func(b *testing.B) {
			f := &fixture{service: &service{}}
			// The Collector's servers always have a stats handler, so gRPC's part of it is
			// no cost of ours.
			server := grpc.NewServer(grpc.StatsHandler(noStats{}))
			server.RegisterService(&serviceDesc, f.service)
			l := listen(b)
			f.grpc = l.Addr().String()
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = server.Serve(l)
			}()
			b.Cleanup(func() {
				server.Stop()
				<-done
			})
			run(b, f, bytes)
		})
	}
}

func name(bytes int) string {
	return map[int]string{200: "200B", 20_000: "20kB", 500_000: "500kB"}[bytes]
}

func run(b *testing.B, f *fixture, bytes int) {
	c := f.client(b, 1)
	require.NoError(b, f.export(b.Context(), c, bytes))
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, f.export(b.Context(), c, bytes))
	}
}

// What an open stream without a message takes, with its share of one connection.
func BenchmarkIdleStream(b *testing.B) {
	f := start(b, Limits{MaxStreams: 1 << 30}, admission.Options{MaxBytes: 128 << 20})
	a := f.attack(b, 1, logs)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := 0
	for b.Loop() {
		_, err := a.open(0)
		require.NoError(b, err)
		n++
	}
	eventually(b, func() bool { return f.Stats().Streams == n }, "all are open")
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc+after.StackInuse-before.HeapAlloc-before.StackInuse)/float64(n), "B/stream")
}

type noStats struct{}

func (noStats) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (noStats) HandleConn(context.Context, stats.ConnStats)                       {}
func (noStats) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (noStats) HandleRPC(context.Context, stats.RPCStats)                         {}
