// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

func TestMaxConnections(t *testing.T) {
	for _, tt := range []struct {
		files uint64
		want  int
	}{
		{0, 4096},
		{1, 8},
		{64, 8},
		{100, 27},
		{256, 144},
		{1024, 720},
		{1 << 20, 4096},
		{^uint64(0), 4096},
	} {
		assert.Equal(t, tt.want, maxConnections(tt.files), tt.files)
	}
	assert.Positive(t, DefaultMaxConnections())
}

// dial opens a connection that says nothing.
func (f *fixture) dial(t testing.TB, last int, address string) net.Conn {
	t.Helper()
	c, err := dialFrom(last)(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (f *fixture) httpClient(t testing.TB, last int) *http.Client {
	t.Helper()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
		return dialFrom(last)(ctx, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// More idle connections than there may be leave everybody else able to connect.
func TestIdleConnectionsGiveWay(t *testing.T) {
	f := start(t, Limits{MaxConnections: 20}, admission.Options{MaxBytes: 32 << 20})
	honest, neighbour := f.client(t, 2), f.client(t, 1)
	require.NoError(t, f.export(t.Context(), honest, 100))
	require.NoError(t, f.export(t.Context(), neighbour, 100))
	for range 60 {
		f.dial(t, 1, f.grpc)
	}
	ended := Event{ReasonMaxConnections, EndedConnection, clientName(1)}
	eventually(t, func() bool { return f.count(ended) == 42 }, "its own newcomers take its places")
	require.NoError(t, f.export(t.Context(), neighbour, 100))
	assert.Equal(t, 42, f.count(ended), "a connection that was of use stays")
	for last := 3; last < 13; last++ {
		require.NoError(t, f.export(t.Context(), f.client(t, last), 100))
	}
	require.NoError(t, f.export(t.Context(), honest, 100))
	assert.Equal(t, 52, f.count(ended))
	assert.Zero(t, f.count(Event{ReasonMaxConnections, EndedConnection, clientName(2)}))
	assert.Equal(t, 20, f.Stats().Connections)
}

// A client that has something under way on all its connections gives way, too.
func TestBusyConnectionsGiveWay(t *testing.T) {
	f := start(t, Limits{MaxConnections: 10}, admission.Options{MaxBytes: 32 << 20})
	for range 10 {
		a := f.attack(t, 1, logs)
		_, err := a.open(0)
		require.NoError(t, err)
	}
	eventually(t, func() bool { return f.Stats().Streams == 10 }, "all are in use")
	require.NoError(t, f.export(t.Context(), f.client(t, 2), 100))
	assert.Equal(t, 1, f.count(Event{ReasonMaxConnections, EndedConnection, clientName(1)}))
	eventually(t, func() bool { return f.Stats().Streams == 9 }, "its stream ends with it")
}

// Clients with one connection each do not take each other's, unless it is unused.
func TestFewConnectionsAreKept(t *testing.T) {
	const timeout = 500 * time.Millisecond
	f := start(t, Limits{MaxConnections: 2, MessageTimeout: timeout}, admission.Options{MaxBytes: 32 << 20})
	s := f.openStream(t, f.client(t, 1))
	eventually(t, func() bool { return f.Stats().Streams == 1 }, "a stream")
	other := f.attack(t, 2, logs)
	_, err := other.open(0)
	require.NoError(t, err)
	eventually(t, func() bool { return f.Stats().Streams == 2 }, "another client's")

	newcomer := f.dial(t, 3, f.grpc)
	_, err = newcomer.Read(make([]byte, 1))
	require.Error(t, err, "it is closed")
	assert.Equal(t, 1, f.count(Event{ReasonMaxConnections, RefusedConnection, clientName(3)}))

	require.NoError(t, s.CloseSend())
	eventually(t, func() bool { return f.Stats().Streams == 1 }, "the first stream ends")
	time.Sleep(timeout + 100*time.Millisecond)
	require.NoError(t, f.export(t.Context(), f.client(t, 4), 100))
	assert.Equal(t, 1, f.count(Event{ReasonMaxConnections, EndedConnection, clientName(1)}))
}

func TestHTTP(t *testing.T) {
	f := start(t, Limits{}, admission.Options{MaxBytes: 32 << 20})
	client := f.httpClient(t, 1)
	var during atomic.Int64
	f.service.before = func(context.Context) { during.Store(f.admission.Stats().HeldBytes) }
	for range 3 {
		response, err := client.Post("http://"+f.http, "", strings.NewReader(strings.Repeat("x", 1<<20)))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, http.StatusOK, response.StatusCode)
		assert.InDelta(t, 1<<20, during.Load(), 10_000, "each byte counts once")
	}
	eventually(t, func() bool { return f.admission.Stats().HeldBytes == 0 }, "nothing is left")
	assert.Equal(t, 1, f.Stats().Connections)
}

// Headers without an end, and bodies one byte short.
func TestUnfinishedHTTPLoses(t *testing.T) {
	f := start(t, Limits{}, admission.Options{MaxBytes: 8 << 20})
	stop := f.honest(t, 2)
	body := make([]byte, 1<<20)
	for range 20 {
		c := f.dial(t, 1, f.http)
		_, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1048577\r\n\r\n")
		require.NoError(t, err)
		_, _ = c.Write(body) // fails once it has lost
	}
	headers := f.dial(t, 3, f.http)
	_, err := io.WriteString(headers, "POST / HTTP/1.1\r\nX: "+strings.Repeat("x", 20_000))
	require.NoError(t, err)
	sent, failed := stop()
	assert.Positive(t, sent)
	assert.Zero(t, failed)
	eventually(t, func() bool { return f.admission.Stats().HeldBytes <= 9<<20 }, "who has lost gives back")
	requests, _ := f.service.counts()
	assert.Equal(t, sent, requests)
}

func TestAcceptFailureIsReported(t *testing.T) {
	events := make(chan Event, 10)
	l := New(Options{
		Admission: admission.New(admission.Options{MaxBytes: 1}),
		Report:    func(e Event) { events <- e },
	})
	defer l.Close()
	raw, err := l.Listen(failingListener{syscall.EMFILE}).Accept()
	assert.Nil(t, raw)
	require.ErrorIs(t, err, syscall.EMFILE, "servers try again")
	assert.Equal(t, Event{Reason: ReasonAcceptFailed, Effect: RefusedConnection}, <-events)
	_, err = l.Listen(failingListener{net.ErrClosed}).Accept()
	require.ErrorIs(t, err, net.ErrClosed)
	assert.Empty(t, events, "a stop is no failure")
}

type failingListener struct{ err error }

func (f failingListener) Accept() (net.Conn, error) { return nil, f.err }
func (failingListener) Close() error                { return nil }
func (failingListener) Addr() net.Addr              { return &net.TCPAddr{} }

func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reports []error
		h := newHealth(func(err error) { reports = append(reports, err) })
		defer h.close()
		why := errors.New("nobody gets in")

		h.refused(why)
		time.Sleep(unhealthyAfter - 1)
		h.refused(why)
		assert.Empty(t, reports, "not long enough")
		h.admitted()
		time.Sleep(time.Nanosecond)
		h.refused(why)
		assert.Empty(t, reports, "somebody got in between")

		time.Sleep(unhealthyAfter)
		h.refused(why)
		h.refused(why)
		assert.Equal(t, []error{why}, reports)
		h.admitted()
		assert.Equal(t, []error{why, nil}, reports)

		h.refused(why)
		time.Sleep(unhealthyAfter)
		h.refused(why)
		time.Sleep(healthyAfter)
		synctest.Wait()
		assert.Equal(t, []error{why, nil, why, nil}, reports, "nobody comes any more")
	})
}
