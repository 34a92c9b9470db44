// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

// database answers as Prometheus does: it takes the newest value of a series again,
// and refuses with all that came with it one that is older, and whatever is called
// bad. The first cut answers get lost.
type database struct {
	has []string
	cut int
}

func (d *database) answer(w http.ResponseWriter, body string) bool {
	names := strings.Fields(body)
	for _, name := range names {
		one, older := strings.CutSuffix(name, "+")
		if name == "bad" || older && slices.Contains(d.has, one) {
			http.Error(w, "out of order sample", http.StatusBadRequest)
			return true
		}
	}
	for _, name := range names {
		d.has = append(d.has, strings.TrimSuffix(name, "+"))
	}
	if d.cut > 0 {
		d.cut--
		panic(http.ErrAbortHandler)
	}
	return false
}

// A request that is sent again because the answer was lost is not refused for the
// values before the newest ones, which are there.
func TestSentAgain(t *testing.T) {
	for name, test := range map[string]struct {
		database database
		send     []string
		attempts []string
		accepted int
		lost     map[Reason]int
	}{
		"the answer was lost": {
			database{cut: 1},
			[]string{"a+", "b", "c+"},
			[]string{"a+ b c+", "a+ b c+", "a b c"},
			5,
			map[Reason]int{},
		},
		"it was not, and the series has later values": {
			database{has: []string{"a"}},
			[]string{"a+", "b"},
			[]string{"a+ b", "a b"},
			2,
			map[Reason]int{"out_of_order": 1},
		},
		"one is out of order by itself": {
			database{},
			[]string{"a+", "b", "c+", "bad"},
			[]string{"a+ b c+ bad", "a b c bad", "a+ b", "c+ bad", "c bad", "c+", "bad"},
			5,
			map[Reason]int{"out_of_order": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.set(test.database.answer)
			r := start(t, s, nil, nil)
			r.queue.Put(t.Context(), oneShard(request(test.send...)))
			r.stop(patience)
			attempts, _ := s.all()
			assert.Equal(t, test.attempts, attempts)
			assert.Equal(t, test.accepted, r.accepted)
			assert.Equal(t, test.lost, r.lost)
		})
	}
}

// The process ended before it learned that the server had the request.
func TestSentAgainAfterARestart(t *testing.T) {
	disk := storagetest.NewDisk()
	s := newServer(t)
	s.set(status(http.StatusServiceUnavailable))
	r := start(t, s, disk.Client(), nil)
	r.queue.Put(t.Context(), oneShard(request("a+", "b+")))
	<-r.waited
	disk = disk.Crash()
	r.stop(0)

	s.set((&database{has: []string{"a", "b"}}).answer)
	r = start(t, s, disk.Client(), nil)
	r.stop(patience)
	assert.Equal(t, 4, r.accepted)
	assert.Empty(t, r.lost)
}

// A server that speaks protocol 2.0 takes what it can and says how much that was.
func TestSentAgainInProtocol2(t *testing.T) {
	for name, test := range map[string]struct {
		cut     bool
		written int
		lost    map[Reason]int
	}{
		"the answer was lost":             {true, 3, map[Reason]int{}},
		"it was, and a value was no good": {true, 2, map[Reason]int{"out_of_order": 3}},
		"it was not":                      {false, 3, map[Reason]int{"out_of_order": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			cut := test.cut
			s.set(func(w http.ResponseWriter, _ string) bool {
				if cut {
					cut = false
					panic(http.ErrAbortHandler)
				}
				for _, kind := range []string{"Histograms", "Exemplars"} {
					w.Header().Set("X-Prometheus-Remote-Write-"+kind+"-Written", "0")
				}
				w.Header().Set("X-Prometheus-Remote-Write-Samples-Written", strconv.Itoa(test.written))
				http.Error(w, "out of order sample", http.StatusBadRequest)
				return true
			})
			r := start(t, s, nil, nil)
			f := oneShard(request("a+", "b", "c+"))
			f.Version = protocol.V2
			r.queue.Put(t.Context(), f)
			r.stop(patience)
			assert.Equal(t, test.lost, r.lost)
		})
	}
}
