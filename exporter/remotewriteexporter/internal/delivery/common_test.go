// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/queue"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
)

// In these tests a request is names with spaces in between, each of which
// stands for a series with one sample, with two if it ends with +, or with one native
// histogram if it begins with h.

func request(names ...string) protocol.Request {
	r := protocol.Request{Body: []byte(strings.Join(names, " ")), Counts: protocol.Counts{Series: len(names), Points: len(names)}}
	for _, name := range names {
		if strings.HasPrefix(name, "h") {
			r.Histograms++
		} else {
			r.Samples++
		}
		if strings.HasSuffix(name, "+") {
			r.Samples++
		}
	}
	return r
}

// splitNewest leaves one sample of each series.
func splitNewest(body []byte, _ protocol.Version) (newest, older protocol.Request, ok bool) {
	var last, before []string
	for _, name := range strings.Fields(string(body)) {
		one := strings.TrimSuffix(name, "+")
		last = append(last, one)
		if one != name {
			before = append(before, one)
		}
	}
	return request(last...), request(before...), len(before) > 0
}

func split(body []byte, _ protocol.Version) (a, b protocol.Request, ok bool) {
	names := strings.Fields(string(body))
	if len(names) < 2 {
		return a, b, false
	}
	return request(names[:len(names)/2]...), request(names[len(names)/2:]...), true
}

// splitHistograms takes out names that begin with h.
func splitHistograms(body []byte, _ protocol.Version) (samples, histograms protocol.Request, ok bool) {
	var without, with []string
	for _, name := range strings.Fields(string(body)) {
		if strings.HasPrefix(name, "h") {
			with = append(with, name)
		} else {
			without = append(without, name)
		}
	}
	return request(without...), request(with...), len(with) > 0
}

func oneShard(requests ...protocol.Request) protocol.Flush {
	return protocol.Flush{Version: protocol.V1, Shards: [][]protocol.Request{requests}}
}

// server takes requests as Prometheus does: all of a request or nothing.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	attempts []string
	taken    []string
	// answer says what to answer; nil or false means 204. It is called with mu
	// locked.
	answer func(w http.ResponseWriter, body string) bool
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts = append(s.attempts, string(body))
	if s.answer != nil && s.answer(w, string(body)) {
		return
	}
	s.taken = append(s.taken, strings.Fields(string(body))...)
	w.WriteHeader(http.StatusNoContent)
}

// set changes the answer.
func (s *server) set(answer func(w http.ResponseWriter, body string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

func (s *server) all() (attempts, taken []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.attempts), slices.Clone(s.taken)
}

// status answers always.
func status(code int) func(http.ResponseWriter, string) bool {
	return func(w http.ResponseWriter, _ string) bool {
		w.WriteHeader(code)
		return true
	}
}

// refuse answers requests that hold a name with 400.
func refuse(names ...string) func(http.ResponseWriter, string) bool {
	return func(w http.ResponseWriter, body string) bool {
		for _, name := range strings.Fields(body) {
			if slices.Contains(names, name) {
				http.Error(w, "out of order sample", http.StatusBadRequest)
				return true
			}
		}
		return false
	}
}

// observed keeps what a delivery says.
type observed struct {
	mu       sync.Mutex
	accepted int
	lost     map[Reason]int
	waits    []time.Duration
	failures int
	waited   chan struct{}
}

func newObserved() *observed {
	return &observed{lost: map[Reason]int{}, waited: make(chan struct{}, 1000)}
}

func (o *observed) Attempted(*send.Answer, int) {}

func (o *observed) Accepted(c protocol.Counts) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.accepted += c.Samples + c.Histograms + c.Exemplars
}

func (o *observed) Lost(c protocol.Counts, reason Reason, _ string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lost[reason] += c.Samples + c.Histograms + c.Exemplars
}

func (o *observed) Waiting(_ *send.Answer, pause time.Duration, _ time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waits = append(o.waits, pause)
	o.waited <- struct{}{}
}

func (o *observed) StorageFailed(string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failures++
}

func (o *observed) Unreadable(int, error) {}

func (*observed) Queued(int) {}

func (o *observed) Dropped(it *queue.Item, why queue.Cause) { o.Lost(it.Unsent(), Reason(why), "") }

// fastRetry has pauses that tests need not wait for.
func fastRetry() configretry.BackOffConfig {
	return configretry.BackOffConfig{Enabled: true, InitialInterval: time.Millisecond, MaxInterval: time.Millisecond, Multiplier: 1}
}

// run is a delivery to a server.
type run struct {
	*Loop
	*observed
	queue *queue.Queue
}

func start(t *testing.T, s *server, client storage.Client, change func(*Options)) *run {
	t.Helper()
	o := newObserved()
	q, _, err := queue.Open(t.Context(), client, queue.Limits{Flushes: 100, Bytes: 1 << 20}, o)
	require.NoError(t, err)
	opts := Options{Consumers: 4, Retry: fastRetry(), Split: split, SplitHistograms: splitHistograms, SplitNewest: splitNewest}
	if change != nil {
		change(&opts)
	}
	sender := send.NewClient(s.Client(), s.URL, "test", time.Minute)
	r := &run{Start(q, sender, opts, o), o, q}
	t.Cleanup(func() { r.stop(0) })
	return r
}

// stop ends a delivery and returns what it left.
func (r *run) stop(within time.Duration) (saved, lost int) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	r.Stop(ctx)
	s, l, _ := r.queue.Close(context.Background())
	return len(s), len(l)
}

// put queues flushes of one request with one series each.
func (r *run) put(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		r.queue.Put(t.Context(), oneShard(request(name)))
	}
}

func numbered(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("s%d", i))
	}
	return names
}

const patience = time.Minute
