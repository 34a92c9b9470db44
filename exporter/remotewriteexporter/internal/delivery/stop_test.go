// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

func TestStopSendsWhatIsQueued(t *testing.T) {
	s := newServer(t)
	s.set(status(http.StatusServiceUnavailable))
	r := start(t, s, storagetest.NewDisk().Client(), func(o *Options) {
		// Only a stop ends this pause.
		o.Retry.InitialInterval, o.Retry.MaxInterval = time.Hour, time.Hour
	})
	r.put(t, "a", "b", "c")
	<-r.waited
	s.set(nil)
	saved, lost := r.stop(patience)
	_, taken := s.all()
	assert.Equal(t, []string{"a", "b", "c"}, taken)
	assert.Zero(t, saved+lost)
}

// With a storage a stop ends with the first attempt that fails.
func TestStopWhileTheServerIsAwayStored(t *testing.T) {
	disk := storagetest.NewDisk()
	s := newServer(t)
	s.set(status(http.StatusServiceUnavailable))
	r := start(t, s, disk.Client(), func(o *Options) { o.Retry.InitialInterval, o.Retry.MaxInterval = time.Hour, time.Hour })
	r.put(t, "a", "b", "c")
	<-r.waited
	saved, lost := r.stop(time.Hour)
	assert.Equal(t, 3, saved)
	assert.Zero(t, lost)
	attempts, _ := s.all()
	assert.Equal(t, []string{"a", "a"}, attempts)

	s.set(nil)
	r = start(t, s, disk.Client(), nil)
	r.put(t, "d")
	r.stop(patience)
	_, taken := s.all()
	assert.Equal(t, []string{"a", "b", "c", "d"}, taken)
}

// In memory a stop tries until its time is over.
func TestStopWhileTheServerIsAwayInMemory(t *testing.T) {
	s := newServer(t)
	s.set(status(http.StatusServiceUnavailable))
	r := start(t, s, nil, nil)
	r.put(t, "a", "b", "c")
	<-r.waited
	saved, lost := r.stop(50 * time.Millisecond)
	assert.Zero(t, saved)
	assert.Equal(t, 3, lost)
}

func TestServerComesBackDuringStop(t *testing.T) {
	s := newServer(t)
	s.set(status(http.StatusServiceUnavailable))
	r := start(t, s, nil, nil)
	r.put(t, "a", "b", "c")
	<-r.waited
	stopped := make(chan int)
	go func() {
		_, lost := r.stop(patience)
		stopped <- lost
	}()
	<-r.stopping
	for range 3 {
		<-r.waited
	}
	s.set(nil)
	assert.Zero(t, <-stopped)
	_, taken := s.all()
	assert.Equal(t, []string{"a", "b", "c"}, taken)
}

// A server that hangs takes no more than the time of the stop.
func TestStopWhileTheServerHangs(t *testing.T) {
	disk := storagetest.NewDisk()
	s := newServer(t)
	arrived := make(chan struct{}, 10)
	s.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		buf := make([]byte, 100)
		_, _ = r.Body.Read(buf)
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	r := start(t, s, disk.Client(), nil)
	r.put(t, "a", "b")
	<-arrived
	saved, lost := r.stop(50 * time.Millisecond)
	assert.Equal(t, 2, saved)
	assert.Zero(t, lost)
}

// A process that is killed in the middle: what comes back comes in the same
// requests, in order, and what was sent is not sent again.
func TestCrashInTheMiddle(t *testing.T) {
	disk := storagetest.NewDisk()
	s := newServer(t)
	s.set(func(w http.ResponseWriter, body string) bool {
		return body != "a1 a2" && status(http.StatusServiceUnavailable)(w, body)
	})
	r := start(t, s, disk.Client(), nil)
	r.queue.Put(t.Context(), oneShard(request("a1", "a2"), request("a3", "a4")))
	r.put(t, "b")
	<-r.waited // a3 a4 is refused, so a1 a2 is done
	disk = disk.Crash()
	r.stop(0)
	before, _ := s.all()

	s.set(nil)
	r = start(t, s, disk.Client(), nil)
	r.put(t, "c")
	r.stop(patience)
	attempts, taken := s.all()
	assert.Equal(t, []string{"a3 a4", "b", "c"}, attempts[len(before):])
	assert.Equal(t, []string{"a1", "a2", "a3", "a4", "b", "c"}, taken)
}

// A stop in the middle of halving leaves the whole request.
func TestStopWhileHalving(t *testing.T) {
	disk := storagetest.NewDisk()
	s := newServer(t)
	s.set(func(w http.ResponseWriter, body string) bool {
		switch body {
		case "a b":
			return status(http.StatusBadRequest)(w, body)
		case "b":
			return status(http.StatusServiceUnavailable)(w, body)
		}
		return false
	})
	r := start(t, s, disk.Client(), nil)
	r.queue.Put(t.Context(), oneShard(request("a", "b")))
	<-r.waited
	saved, lost := r.stop(patience)
	require.Equal(t, 1, saved)
	require.Zero(t, lost)
	before, _ := s.all()

	s.set(nil)
	r = start(t, s, disk.Client(), nil)
	r.stop(patience)
	attempts, _ := s.all()
	assert.Equal(t, []string{"a b"}, attempts[len(before):])
}

// A request that cannot be read costs the others nothing.
func TestDamagedStorage(t *testing.T) {
	disk := storagetest.NewDisk()
	s := newServer(t)
	s.set(status(http.StatusServiceUnavailable))
	client := disk.Client()
	r := start(t, s, client, nil)
	r.queue.Put(t.Context(), oneShard(request("a"), request("b", "c")))
	<-r.waited
	for _, key := range disk.Keys() {
		if string(disk.Get(key)) == "b c" {
			require.NoError(t, client.Delete(t.Context(), key))
		}
	}
	r.put(t, "d")
	s.set(nil)
	r.stop(patience)
	_, taken := s.all()
	assert.Equal(t, []string{"a", "d"}, taken)
	assert.Equal(t, map[Reason]int{ReasonStorage: 2}, r.lost)
	assert.Equal(t, 1, r.failures)
}
