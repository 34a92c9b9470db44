// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
)

func TestFlushesLeaveInOrder(t *testing.T) {
	s := newServer(t)
	r := start(t, s, nil, nil)
	r.put(t, "a", "b", "c", "d")
	r.stop(patience)
	_, taken := s.all()
	assert.Equal(t, []string{"a", "b", "c", "d"}, taken)
	assert.Equal(t, 4, r.accepted)
	assert.Empty(t, r.lost)
}

// One shard waits for the other: that shows that they are sent in parallel.
func TestShardsLeaveInParallel(t *testing.T) {
	s := newServer(t)
	var both sync.WaitGroup
	both.Add(2)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		both.Done()
		both.Wait()
		w.WriteHeader(http.StatusNoContent)
	})
	r := start(t, s, nil, nil)
	r.queue.Put(t.Context(), protocol.Flush{Version: protocol.V1, Shards: [][]protocol.Request{{request("a")}, {request("b")}}})
	r.stop(patience)
	assert.Equal(t, 2, r.accepted)
}

func TestNoMoreConsumersThanSet(t *testing.T) {
	s := newServer(t)
	r := start(t, s, nil, func(o *Options) { o.Consumers = 1 })
	f := protocol.Flush{Version: protocol.V1}
	for _, name := range numbered(20) {
		f.Shards = append(f.Shards, []protocol.Request{request(name)})
	}
	r.queue.Put(t.Context(), f)
	r.stop(patience)
	attempts, _ := s.all()
	assert.Equal(t, numbered(20), attempts, "one after the other")
}

func TestWaitsWhileTheServerIsAway(t *testing.T) {
	for _, code := range []int{401, 403, 404, 405, 407, 415, 429, 500, 502, 503} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			s := newServer(t)
			s.set(status(code))
			r := start(t, s, nil, nil)
			r.put(t, "a", "b")
			for range 3 {
				<-r.waited
			}
			s.set(nil)
			r.stop(patience)
			attempts, taken := s.all()
			assert.Greater(t, len(attempts), 4)
			assert.Equal(t, []string{"a", "b"}, taken)
			assert.Empty(t, r.lost)
		})
	}
}

func TestRetryAfterHoldsAllBack(t *testing.T) {
	s := newServer(t)
	s.set(func(w http.ResponseWriter, _ string) bool {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	r := start(t, s, nil, nil)
	r.put(t, "a")
	<-r.waited
	assert.Equal(t, []time.Duration{5 * time.Minute}, r.waits)
	assert.False(t, r.pause.wait(t.Context(), closed()))
	s.set(nil)
	r.stop(patience)
	_, taken := s.all()
	assert.Equal(t, []string{"a"}, taken, "a stop is the last chance")
}

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func TestRetriesEnd(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"off":              func(o *Options) { o.Retry.Enabled = false },
		"max_elapsed_time": func(o *Options) { o.Retry.MaxElapsedTime = time.Nanosecond },
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.set(func(w http.ResponseWriter, body string) bool { return body == "a" && status(500)(w, body) })
			r := start(t, s, nil, change)
			r.put(t, "a", "b")
			r.stop(patience)
			_, taken := s.all()
			assert.Equal(t, []string{"b"}, taken)
			assert.Equal(t, map[Reason]int{ReasonRetries: 1}, r.lost)
		})
	}
}

func TestRefusedSeriesStandAlone(t *testing.T) {
	for name, bad := range map[string][]string{
		"none": nil, "first": {"s0"}, "last": {"s99"}, "middle": {"s50"}, "two": {"s3", "s97"}, "neighbours": {"s49", "s50", "s51"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.set(refuse(bad...))
			r := start(t, s, nil, nil)
			r.queue.Put(t.Context(), oneShard(request(numbered(100)...)))
			r.put(t, "next")
			r.stop(patience)
			_, taken := s.all()
			want := slices.DeleteFunc(numbered(100), func(n string) bool { return slices.Contains(bad, n) })
			assert.Equal(t, append(want, "next"), taken, "the rest, in order")
			assert.Equal(t, len(want)+1, r.accepted)
			assert.Equal(t, len(bad), r.lost["out_of_order"])
		})
	}
}

// A server without native histograms gets all else, and costs one more request
// for each that has some.
func TestServerWithoutNativeHistograms(t *testing.T) {
	s := newServer(t)
	s.set(func(w http.ResponseWriter, body string) bool {
		if !strings.Contains(body, "h") {
			return false
		}
		http.Error(w, "native histograms are disabled", http.StatusInternalServerError)
		return true
	})
	r := start(t, s, nil, nil)
	names := numbered(100)
	for i := range 900 {
		names = append(names, fmt.Sprint("h", i))
	}
	r.queue.Put(t.Context(), oneShard(request(names...), request("h", "h"), request("a")))
	r.put(t, "b")
	r.stop(patience)
	attempts, taken := s.all()
	assert.Equal(t, append(numbered(100), "a", "b"), taken)
	assert.Len(t, attempts, 5)
	assert.Equal(t, map[Reason]int{Reason(send.ReasonNativeHistograms): 902}, r.lost)
}

// A server that says so of a request that has none is out of order.
func TestNoNativeHistogramsToRefuse(t *testing.T) {
	s := newServer(t)
	s.set(func(w http.ResponseWriter, _ string) bool {
		http.Error(w, "native histograms are disabled", http.StatusInternalServerError)
		return true
	})
	r := start(t, s, nil, nil)
	r.put(t, "a")
	<-r.waited
	s.set(nil)
	r.stop(patience)
	_, taken := s.all()
	assert.Equal(t, []string{"a"}, taken)
	assert.Empty(t, r.lost)
}

// RetryAge is that of the request that fails, and ends with it.
func TestRetryAge(t *testing.T) {
	s := newServer(t)
	s.set(func(w http.ResponseWriter, body string) bool { return body == "bad" && status(500)(w, body) })
	r := start(t, s, nil, nil)
	r.put(t, "a")
	assert.Eventually(t, func() bool { _, taken := s.all(); return len(taken) == 1 }, patience, time.Millisecond)
	assert.Zero(t, r.RetryAge())
	r.put(t, "bad")
	<-r.waited
	before := r.RetryAge()
	<-r.waited
	assert.Greater(t, r.RetryAge(), before)
	s.set(nil)
	r.stop(patience)
	assert.Zero(t, r.RetryAge())
}

func TestTooLargeIsHalved(t *testing.T) {
	s := newServer(t)
	s.set(func(w http.ResponseWriter, body string) bool {
		return len(strings.Fields(body)) > 10 && status(http.StatusRequestEntityTooLarge)(w, body)
	})
	r := start(t, s, nil, nil)
	r.queue.Put(t.Context(), oneShard(request(numbered(100)...)))
	r.stop(patience)
	_, taken := s.all()
	assert.Equal(t, numbered(100), taken)
	assert.Empty(t, r.lost)
}

// A server that refuses all costs so many requests and no more.
func TestExtraRequestsAreBounded(t *testing.T) {
	s := newServer(t)
	s.set(status(http.StatusBadRequest))
	r := start(t, s, nil, nil)
	r.queue.Put(t.Context(), oneShard(request(numbered(1000)...), request(numbered(1000)...)))
	r.stop(patience)
	attempts, _ := s.all()
	require.LessOrEqual(t, len(attempts), 2+2+extraRequests)
	assert.Greater(t, len(attempts), extraRequests)
	assert.Equal(t, 2000, r.lost["invalid"]+r.lost[ReasonRefusedTogether])
	assert.NotZero(t, r.lost["invalid"])
}

func TestCountsOfProtocol2(t *testing.T) {
	sent := protocol.Counts{Series: 3, Samples: 3, Histograms: 2, Exemplars: 1}
	for name, test := range map[string]struct {
		status   int
		written  []string // samples, histograms, exemplars
		accepted int
		lost     map[Reason]int
	}{
		"all":             {204, []string{"3", "2", "1"}, 6, map[Reason]int{}},
		"less":            {204, []string{"1", "2", "0"}, 3, map[Reason]int{ReasonNotWritten: 3}},
		"more":            {204, []string{"9", "9", "9"}, 6, map[Reason]int{}},
		"does not say":    {204, nil, 0, map[Reason]int{ReasonNotWritten: 6}},
		"refused in part": {400, []string{"2", "2", "1"}, 5, map[Reason]int{"invalid": 1}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.set(func(w http.ResponseWriter, _ string) bool {
				for i, kind := range []string{"Samples", "Histograms", "Exemplars"} {
					if test.written != nil {
						w.Header().Set("X-Prometheus-Remote-Write-"+kind+"-Written", test.written[i])
					}
				}
				w.WriteHeader(test.status)
				return true
			})
			r := start(t, s, nil, nil)
			r.queue.Put(t.Context(), protocol.Flush{
				Version: protocol.V2, Shards: [][]protocol.Request{{{Body: []byte("a b c"), Counts: sent}}},
			})
			r.stop(patience)
			attempts, _ := s.all()
			assert.Len(t, attempts, 1)
			assert.Equal(t, test.accepted, r.accepted)
			assert.Equal(t, test.lost, r.lost)
		})
	}
}
