// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

// frames writes a connection's bytes, without the preface.
func frames(t testing.TB, write func(*http2.Framer)) []byte {
	t.Helper()
	var b bytes.Buffer
	write(http2.NewFramer(&b, nil))
	return append([]byte(http2.ClientPreface), b.Bytes()...)
}

// message is a gRPC message of n bytes on the wire.
func message(n int) []byte {
	m := make([]byte, n)
	m[3], m[4] = byte((n-prefixLen)>>8), byte(n-prefixLen)
	return m
}

func TestMeter(t *testing.T) {
	for _, tt := range []struct {
		name                 string
		unary                bool
		write                func(*http2.Framer)
		unfinished, finished int64
		partial              bool
	}{
		{"nothing", true, func(*http2.Framer) {}, 0, 0, false},
		{"a message without the request's end", true, func(f *http2.Framer) {
			_ = f.WriteData(1, false, message(100))
		}, 100 + 128, 0, false},
		{"a request", true, func(f *http2.Framer) {
			_ = f.WriteData(1, true, message(100))
		}, 0, 100 + 128, false},
		{"a request that ends later", true, func(f *http2.Framer) {
			_ = f.WriteData(1, false, message(100))
			_ = f.WriteData(1, true, nil)
		}, 0, 100 + 2*128, false},
		{"a request that ends with trailers", true, func(f *http2.Framer) {
			_ = f.WriteData(1, false, message(100))
			_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, EndStream: true, EndHeaders: true})
		}, 0, 100 + 128, false},
		{"a stream's message", false, func(f *http2.Framer) {
			_ = f.WriteData(1, false, message(100))
		}, 0, 100 + 128, false},
		{"an empty message", false, func(f *http2.Framer) {
			_ = f.WriteData(1, false, message(5))
		}, 0, 5 + 128, false},
		{"one byte short", false, func(f *http2.Framer) {
			_ = f.WriteData(1, false, message(100)[:99])
		}, 99 + 128, 0, true},
		{"a part of a prefix", false, func(f *http2.Framer) {
			_ = f.WriteData(1, false, []byte{0, 0})
		}, 2 + 128, 0, true},
		{"padding is no data", false, func(f *http2.Framer) {
			_ = f.WriteDataPadded(1, false, message(100), make([]byte, 50))
		}, 0, 151 + 128, false},
		{"a large frame takes the pool's buffer", false, func(f *http2.Framer) {
			_ = f.WriteData(1, false, message(5000))
		}, 0, 1<<14 + 128, false},
		{"another stream", false, func(f *http2.Framer) {
			_ = f.WriteData(3, false, message(100)[:99])
		}, 0, 0, false},
		{"after a reset", false, func(f *http2.Framer) {
			_ = f.WriteRSTStream(1, http2.ErrCodeCancel)
			_ = f.WriteData(1, false, message(100))
		}, 0, 0, false},
		{"other frames", false, func(f *http2.Framer) {
			_ = f.WritePing(false, [8]byte{})
			_ = f.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1})
			_ = f.WriteWindowUpdate(0, 100)
			_ = f.WriteRawFrame(0xee, 0xff, 1, make([]byte, 77))
			_ = f.WriteData(1, false, message(100))
		}, 0, 100 + 128, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := frames(t, tt.write)
			for _, step := range []int{1, 7, len(all)} {
				c, s := meteredStream(t, tt.unary)
				for rest := all; len(rest) > 0; {
					n := min(step, len(rest))
					c.meter.read(rest[:n])
					rest = rest[n:]
				}
				assert.Equal(t, tt.unfinished, c.unfinished, "unfinished")
				assert.Equal(t, tt.finished, c.finished, "finished")
				assert.Equal(t, tt.partial, s.partial, "partial")
				s.drop()
				assert.Zero(t, c.unfinished)
				assert.Zero(t, c.finished)
			}
		})
	}
}

func meteredStream(t testing.TB, unary bool) (*conn, *stream) {
	t.Helper()
	hold, err := admission.New(admission.Options{MaxBytes: 1 << 30}).Acquire(context.Background(), "a", 0, nil)
	require.NoError(t, err)
	c := &conn{hold: hold}
	s := &stream{c: c, unary: unary, id: 1}
	c.meter.streams = map[uint32]*stream{1: s}
	return c, s
}

// However many messages a stream has sent, one that waits for the next holds nothing.
func TestMeterDoesNotDrift(t *testing.T) {
	c, s := meteredStream(t, false)
	r := rand.New(rand.NewPCG(1, 2))
	c.meter.read([]byte(http2.ClientPreface))
	for range 10_000 {
		size := prefixLen + r.IntN(40_000)
		c.meter.read(frames(t, func(f *http2.Framer) {
			for m := message(size); len(m) > 0; {
				n := min(len(m), 1+r.IntN(16_000))
				_ = f.WriteDataPadded(1, false, m[:n], make([]byte, r.IntN(100)))
				m = m[n:]
			}
		})[len(http2.ClientPreface):])
		require.Positive(t, c.finished)
		s.handOver(int64(size))
		require.Zero(t, c.finished)
		require.Zero(t, c.unfinished)
	}
}

// Hostile frames must not bring the sums out of balance.
func FuzzMeter(f *testing.F) {
	f.Add([]byte(http2.ClientPreface+"\x00\x00\x05\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00"), true)
	f.Add([]byte(http2.ClientPreface+"\x00\x00\x01\x00\x08\x00\x00\x00\x01\xff\x00\x00\x02\x00\x08\x00\x00\x00\x01\x00\x00"), false)
	f.Fuzz(func(t *testing.T, data []byte, unary bool) {
		c, s := meteredStream(t, unary)
		c.meter.read(data)
		s.handOver(1)
		assert.GreaterOrEqual(t, c.unfinished, int64(0))
		assert.GreaterOrEqual(t, c.finished, int64(0))
		s.drop()
		assert.Zero(t, c.unfinished)
		assert.Zero(t, c.finished)
	})
}
