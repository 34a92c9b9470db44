// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"encoding/binary"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

// attacker speaks HTTP/2 frame by frame.
type attacker struct {
	net.Conn
	*http2.Framer
	headers []byte
	last    uint32
}

func (f *fixture) attack(t testing.TB, last int, method string) *attacker {
	t.Helper()
	c, err := dialFrom(last)(t.Context(), f.grpc)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	a := &attacker{Conn: c, Framer: http2.NewFramer(c, c)}
	_, err = c.Write([]byte(http2.ClientPreface))
	require.NoError(t, err)
	require.NoError(t, a.WriteSettings())
	// What the server sends is read and forgotten, so that it never blocks.
	go func() {
		for {
			if _, err := a.ReadFrame(); err != nil {
				return
			}
		}
	}()
	for _, field := range [][2]string{
		{":method", "POST"},
		{":scheme", "http"},
		{":path", method},
		{":authority", "test"},
		{"content-type", "application/grpc"},
		{"te", "trailers"},
	} {
		a.headers = append(a.headers, literal(field[0], field[1])...)
	}
	return a
}

// literal is a header field without compression.
func literal(name, value string) []byte {
	field := append([]byte{0, byte(len(name))}, name...)
	return append(append(field, byte(len(value))), value...)
}

// open opens a stream and announces a message of n bytes.
func (a *attacker) open(announced int) (id uint32, err error) {
	a.last += 2
	id = a.last - 1
	if err := a.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: a.headers, EndHeaders: true}); err != nil {
		return id, err
	}
	if announced == 0 {
		return id, nil
	}
	prefix := binary.BigEndian.AppendUint32([]byte{0}, uint32(announced))
	return id, a.WriteData(id, false, prefix)
}

// honest sends requests from another address until stop, and returns how many
// failed.
func (f *fixture) honest(t testing.TB, last int) (stop func() (sent, failed int)) {
	c := f.client(t, last)
	done, result := make(chan struct{}), make(chan [2]int)
	go func() {
		sent, failed := 0, 0
		for {
			select {
			case <-done:
				result <- [2]int{sent, failed}
				return
			default:
			}
			sent++
			if err := f.export(context.Background(), c, 50_000); err != nil {
				failed++
			}
		}
	}()
	return func() (int, int) {
		close(done)
		r := <-result
		return r[0], r[1]
	}
}

func TestRequestsAndStreamsAreCounted(t *testing.T) {
	f := start(t, Limits{}, admission.Options{MaxBytes: 64 << 20})
	c := f.client(t, 1)
	var during admission.Stats
	f.service.before = func(ctx context.Context) {
		during = f.admission.Stats()
		Taken(ctx)
		assert.Zero(t, f.admission.Stats().HeldBytes)
	}
	require.NoError(t, f.export(t.Context(), c, 100_000))
	assert.InDelta(t, 100_000, during.HeldBytes, 20_000)
	require.NoError(t, f.export(t.Context(), c, 100_000, grpc.UseCompressor("gzip")))
	assert.InDelta(t, 100_000, during.HeldBytes, 20_000, "what it unpacked to")

	s := f.openStream(t, c)
	for range 100 {
		require.NoError(t, s.SendMsg(wrapperspb.Bytes(make([]byte, 30_000))))
	}
	eventually(t, func() bool { _, n := f.service.counts(); return n == 100 }, "all messages arrive")
	eventually(t, func() bool { return f.admission.Stats().HeldBytes == 0 }, "an idle stream holds nothing")
	assert.Equal(t, 1, f.Stats().Streams)
	assert.Equal(t, 1, f.Stats().Connections)
	require.NoError(t, s.CloseSend())
	eventually(t, func() bool { return f.Stats().Streams == 0 }, "the stream ends")
}

// Everything that a client announces and does not finish.
func TestUnfinishedRequestsLose(t *testing.T) {
	f := start(t, Limits{}, admission.Options{MaxBytes: 32 << 20})
	stop := f.honest(t, 2)
	a := f.attack(t, 1, export)
	payload := make([]byte, 16<<10)
	var err error
	for range 118 {
		var id uint32
		if id, err = a.open(4 << 20); err != nil {
			break
		}
		for range 3 { // all that the window of the stream lets through
			if err = a.WriteData(id, false, payload); err != nil {
				break
			}
		}
	}
	for i := 0; err == nil && i < 4000; i++ {
		err = a.WriteData(uint32(1+i%118*2), false, payload)
	}
	require.Error(t, err, "its connection is closed")
	eventually(t, func() bool { return f.count(Event{ReasonInFlightMemory, EndedConnection, clientName(1)}) == 1 }, "that is reported")
	sent, failed := stop()
	assert.Positive(t, sent)
	assert.Zero(t, failed)
}

func TestRequestsArriveInTime(t *testing.T) {
	f := start(t, Limits{MessageTimeout: time.Second}, admission.Options{MaxBytes: 32 << 20})
	stop := f.honest(t, 2)
	a := f.attack(t, 1, export)
	whole, err := a.open(3)
	require.NoError(t, err)
	require.NoError(t, a.WriteData(whole, false, []byte{0x0a, 1, 0})) // without an end
	_, err = a.open(0)
	require.NoError(t, err)
	_, err = a.open(100)
	require.NoError(t, err)
	eventually(t, func() bool { return f.count(Event{ReasonMessageTimeout, EndedStream, clientName(1)}) == 3 }, "all three end")
	_, failed := stop()
	assert.Zero(t, failed)
}

func TestAHandlerMayTakeLonger(t *testing.T) {
	const timeout = 500 * time.Millisecond
	f := start(t, Limits{MessageTimeout: timeout}, admission.Options{MaxBytes: 32 << 20})
	f.service.before = func(context.Context) { time.Sleep(2 * timeout) }
	require.NoError(t, f.export(t.Context(), f.client(t, 1), 100))
}

func TestIdleStreamsLive(t *testing.T) {
	// A connection has to be open by then, too, which takes a while on a busy machine.
	const timeout = 500 * time.Millisecond
	f := start(t, Limits{MessageTimeout: timeout}, admission.Options{MaxBytes: 32 << 20})
	c := f.client(t, 1)
	s := f.openStream(t, c)
	require.NoError(t, s.SendMsg(wrapperspb.Bytes(make([]byte, 30_000))))

	a := f.attack(t, 2, logs)
	slow, err := a.open(100)
	require.NoError(t, err)
	require.NoError(t, a.WriteDataPadded(slow, false, make([]byte, 10), make([]byte, 200)))
	eventually(t, func() bool { return f.count(Event{ReasonMessageTimeout, EndedStream, clientName(2)}) == 1 }, "a slow message ends its stream")
	padded, err := a.open(10)
	require.NoError(t, err)
	require.NoError(t, a.WriteDataPadded(padded, false, []byte{0x0a, 8, 9: 0}, make([]byte, 200)))

	time.Sleep(2 * timeout)
	require.NoError(t, s.SendMsg(wrapperspb.Bytes(make([]byte, 30_000))))
	require.NoError(t, a.WriteData(padded, false, []byte{0, 0, 0, 0, 0}))
	eventually(t, func() bool { _, n := f.service.counts(); return n >= 3 }, "the others go on")
}

func TestStreamsOfWhoHasMostEnd(t *testing.T) {
	f := start(t, Limits{MaxStreams: 50}, admission.Options{MaxBytes: 32 << 20})
	honest, neighbour := f.openStream(t, f.client(t, 2)), f.openStream(t, f.client(t, 1))
	require.NoError(t, honest.SendMsg(wrapperspb.Bytes(nil)))
	require.NoError(t, neighbour.SendMsg(wrapperspb.Bytes(nil)))
	eventually(t, func() bool { _, n := f.service.counts(); return n == 2 }, "the first messages")
	a := f.attack(t, 1, logs)
	for range 200 {
		_, err := a.open(0)
		require.NoError(t, err)
	}
	ended := Event{ReasonMaxStreams, EndedStream, clientName(1)}
	eventually(t, func() bool { return f.count(ended) == 152 }, "its newcomers take its places")
	assert.Equal(t, 50, f.Stats().Streams)
	for last := 3; last < 13; last++ {
		require.NoError(t, f.export(t.Context(), f.client(t, last), 10))
	}
	assert.GreaterOrEqual(t, f.count(ended), 153, "one of its streams gives way to them")
	require.NoError(t, f.export(t.Context(), f.client(t, 1), 10), "a request from its own address")
	require.NoError(t, honest.SendMsg(wrapperspb.Bytes(nil)))
	require.NoError(t, neighbour.SendMsg(wrapperspb.Bytes(nil)))
	eventually(t, func() bool { _, n := f.service.counts(); return n == 4 }, "streams that have sent messages go on")
	assert.Zero(t, f.count(Event{ReasonMaxStreams, RefusedStream, clientName(1)}))
}

// Clients with few streams each do not take each other's.
func TestFewStreamsAreKept(t *testing.T) {
	f := start(t, Limits{MaxStreams: 8}, admission.Options{MaxBytes: 32 << 20})
	c := f.client(t, 1)
	for range 8 {
		require.NoError(t, f.openStream(t, c).SendMsg(wrapperspb.Bytes(nil)))
	}
	eventually(t, func() bool { _, n := f.service.counts(); return n == 8 }, "all streams are open")
	require.Equal(t, codes.ResourceExhausted, status.Code(f.export(t.Context(), f.client(t, 2), 10)))
	require.Equal(t, codes.ResourceExhausted, status.Code(f.export(t.Context(), c, 10)))
	assert.Equal(t, 8, f.Stats().Streams)
}

func TestCompressedStreamsAreRefused(t *testing.T) {
	f := start(t, Limits{}, admission.Options{MaxBytes: 32 << 20})
	s := f.openStream(t, f.client(t, 1), grpc.UseCompressor("gzip"))
	err := s.RecvMsg(&wrapperspb.BytesValue{})
	assert.Equal(t, codes.Unimplemented, status.Code(err))
	assert.Equal(t, 1, f.count(Event{ReasonCompressedStream, RefusedStream, clientName(1)}))
}

// Compressed requests hold what they may unpack to before they have arrived, so
// those that never arrive give way.
func TestCompressedRequestsGiveWay(t *testing.T) {
	f := start(t, Limits{}, admission.Options{MaxBytes: 9 << 20})
	a := f.attack(t, 1, export)
	a.headers = append(a.headers, literal("grpc-encoding", "gzip")...)
	for range 2 {
		_, err := a.open(100)
		require.NoError(t, err)
	}
	eventually(t, func() bool { return f.admission.Stats().HeldBytes >= 8<<20 }, "everything is taken")
	require.NoError(t, f.export(t.Context(), f.client(t, 2), 100_000, grpc.UseCompressor("gzip")))
	assert.Positive(t, f.count(Event{ReasonInFlightMemory, EndedStream, clientName(1)}))
}

func TestTinyFramesCountAsWhatTheyTake(t *testing.T) {
	f := start(t, Limits{}, admission.Options{MaxBytes: 32 << 20})
	a := f.attack(t, 1, export)
	id, err := a.open(1 << 20)
	require.NoError(t, err)
	for range 1000 {
		require.NoError(t, a.WriteData(id, false, []byte{0}))
	}
	eventually(t, func() bool { return f.admission.Stats().HeldBytes >= 100_000 }, "a hundred bytes each")
	require.NoError(t, a.WriteRSTStream(id, http2.ErrCodeCancel))
	eventually(t, func() bool { return f.admission.Stats().HeldBytes == 0 }, "nothing is left")
}
