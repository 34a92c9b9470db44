// SPDX-License-Identifier: Apache-2.0

package pairing

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	http Kind = iota
	tcp

	wait  = 3 * time.Second
	plain = 1 << 20 // a limit that is not reached
	size  = 1000
)

var start = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// at is a time so many seconds after the start.
func at(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }

func newStream(limit int64) (*Set[string], *Stream[string]) {
	s := NewSet[string](wait, limit)
	return s, s.Join("10.0.0.1", "10.0.0.1:1000", "a", start)
}

// foreign decides upon a foreign entry of the usual size.
func foreign(s *Stream[string], kind Kind, key uint64, now time.Time, entry string) Decision {
	return s.Foreign(kind, key, now, size, func() string { return entry })
}

// expire gives back what is due.
func expire(t *testing.T, s *Set[string], now time.Time) []string {
	t.Helper()
	due, forgotten := s.Expire(now)
	assert.Zero(t, forgotten)
	return entriesOf(due)
}

// entriesOf passes on what is due.
func entriesOf(due []Due[string]) (entries []string) {
	for _, d := range due {
		entries = append(entries, d.Entry)
		d.Done()
	}
	return entries
}

// idle is what the set holds while a number of proxies are open and nothing waits.
func isIdle(t *testing.T, s *Set[string], proxies int64) {
	t.Helper()
	stats := s.Stats()
	assert.Equal(t, proxies, stats.Proxies)
	assert.Zero(t, stats.Waiting)
	var bytes int64
	for _, n := range s.proxies {
		bytes += n.bytes()
		for _, c := range n.connections {
			bytes += c.bytes()
		}
	}
	assert.Equal(t, bytes, stats.Bytes)
}

func TestNativeFirst(t *testing.T) {
	s, n := newStream(plain)
	assert.Equal(t, Pass, n.Native(http, 1, at(0)))
	assert.Equal(t, LeaveOut, foreign(n, tcp, 1, at(1), "a"))
	assert.Empty(t, expire(t, s, at(10)))
	isIdle(t, s, 1)
}

func TestForeignFirst(t *testing.T) {
	s, n := newStream(plain)
	idle := s.Stats().Bytes
	assert.Equal(t, Wait, foreign(n, tcp, 1, at(0), "a"))
	assert.Equal(t, Stats{Proxies: 1, Waiting: 1, Bytes: idle + size + waitingBytes}, s.Stats())
	assert.Equal(t, PassReplacing, n.Native(http, 1, at(1)))
	assert.Equal(t, Stats{Proxies: 1, Bytes: idle + waitingBytes}, s.Stats(), "its place is kept")
	assert.Empty(t, expire(t, s, at(10)))
	isIdle(t, s, 1)
}

// With one logger entries wait while the proxy is new, and never again.
func TestOneLogger(t *testing.T) {
	s, n := newStream(plain)
	assert.Equal(t, Wait, foreign(n, http, 1, at(0), "first"))
	assert.Equal(t, Pass, n.Native(http, 2, at(0)))
	assert.Empty(t, expire(t, s, at(2.9)))
	assert.Equal(t, []string{"first"}, expire(t, s, at(3)))
	for i := range uint64(100) {
		assert.Equal(t, Pass, foreign(n, http, 10+i, at(3+float64(i)), "later"))
	}
	assert.Empty(t, expire(t, s, at(200)))
	isIdle(t, s, 1)
}

// A second logger that comes later must not count again what was passed on a
// moment before.
func TestSecondLoggerComesLater(t *testing.T) {
	_, n := newStream(plain)
	assert.Equal(t, Pass, foreign(n, tcp, 1, at(100), "a"))
	assert.Equal(t, LeaveOut, n.Native(http, 1, at(101)), "the other was passed on")
	assert.Equal(t, Wait, foreign(n, tcp, 2, at(102), "b"), "now there are two")
	assert.Equal(t, PassReplacing, n.Native(http, 2, at(103)))
}

// Long silence does not make one logger of two.
func TestTwoLoggersAfterSilence(t *testing.T) {
	s, n := newStream(plain)
	assert.Equal(t, Pass, n.Native(http, 1, at(0)))
	assert.Equal(t, LeaveOut, foreign(n, tcp, 1, at(0), "a"))
	assert.Empty(t, expire(t, s, at(3600)))
	assert.Equal(t, Wait, foreign(n, tcp, 2, at(3601), "b"))
	assert.Equal(t, PassReplacing, n.Native(http, 2, at(3602)))
}

// A logger that was taken away is noticed by an entry that waits in vain.
func TestSecondLoggerGoes(t *testing.T) {
	s, n := newStream(plain)
	assert.Equal(t, Pass, n.Native(http, 1, at(0)))
	assert.Equal(t, LeaveOut, foreign(n, tcp, 1, at(0), "a"))
	assert.Equal(t, Wait, foreign(n, tcp, 2, at(100), "b"))
	assert.Equal(t, []string{"b"}, expire(t, s, at(103)))
	assert.Equal(t, Pass, foreign(n, tcp, 3, at(104), "c"))
}

// Each logger may have a filter of its own: an entry alone is never
// lost, and pairs are found all the same.
func TestLoggersWithFilters(t *testing.T) {
	s, n := newStream(plain)
	var passed []string
	for i := range 20 {
		now, key := at(float64(i)), uint64(i)
		if i%2 == 0 {
			assert.Equal(t, Pass, n.Native(http, key, now))
			assert.Equal(t, LeaveOut, foreign(n, tcp, key, now, "in a pair"))
		} else {
			assert.Equal(t, Wait, foreign(n, tcp, key, now, "alone"))
		}
		passed = append(passed, expire(t, s, now)...)
	}
	passed = append(passed, expire(t, s, at(30))...)
	assert.Len(t, passed, 10)
	assert.NotContains(t, passed, "in a pair")
}

// Reports from one connection have one key and are matched one to one.
func TestSameKey(t *testing.T) {
	s, n := newStream(plain)
	for range 3 {
		assert.Equal(t, Wait, foreign(n, http, 1, at(0), "a"))
	}
	assert.Equal(t, PassReplacing, n.Native(tcp, 1, at(1)))
	assert.Equal(t, PassReplacing, n.Native(tcp, 1, at(1)))
	assert.Equal(t, PassReplacing, n.Native(tcp, 1, at(1)))
	assert.Equal(t, Pass, n.Native(tcp, 1, at(1)))
	assert.Equal(t, LeaveOut, foreign(n, http, 1, at(2), "a"))
	assert.Equal(t, Wait, foreign(n, http, 1, at(2), "b"))
	assert.Equal(t, []string{"b"}, expire(t, s, at(5)))
	assert.Empty(t, expire(t, s, at(20)))
	isIdle(t, s, 1)
}

func TestNodesAreApart(t *testing.T) {
	s, a := newStream(plain)
	for name, other := range map[string]*Stream[string]{
		"another id":              s.Join("10.0.0.1", "10.0.0.1:1000", "b", start),
		"the same id from afar":   s.Join("10.0.0.2", "10.0.0.2:1000", "a", start),
		"another id from nowhere": s.Join("", "", "b", start),
	} {
		assert.Equal(t, Pass, a.Native(http, 1, at(0)), name)
		assert.Equal(t, Wait, foreign(other, tcp, 1, at(0), "b"), name)
	}
	assert.Equal(t, LeaveOut, foreign(s.Join("10.0.0.1", "10.0.0.1:2000", "a", at(1)), tcp, 1, at(0), "a"), "another connection")
	assert.Equal(t, int64(4), s.Stats().Proxies)
}

// A proxy stays while a stream of it is open, and for a moment after that.
func TestNodesGo(t *testing.T) {
	s, n := newStream(plain)
	other := s.Join("10.0.0.1", "10.0.0.1:2000", "a", at(1))
	s.Leave(other, 0, at(10))
	assert.Empty(t, expire(t, s, at(1000)))
	isIdle(t, s, 1)
	assert.Equal(t, Pass, n.Native(http, 2, at(999)))
	assert.Equal(t, Wait, foreign(n, tcp, 1, at(999), "a"))
	before := s.Stats().Bytes
	s.Leave(n, 100_000, at(1000))
	assert.Greater(t, s.Stats().Bytes, before+90_000, "what waits refers to its stream")
	assert.Equal(t, []string{"a"}, expire(t, s, at(1002)))
	assert.Equal(t, int64(1), s.Stats().Proxies, "what it passed on is remembered")
	assert.Empty(t, expire(t, s, at(1010)))
	assert.Equal(t, Stats{}, s.Stats())
	assert.Empty(t, s.clients)
}

// Without memory entries are passed on, and the others of their events, too.
func TestLimit(t *testing.T) {
	s, n := newStream(20 * size)
	var key uint64
	for foreign(n, tcp, key, at(0), "a") == Wait {
		key++
	}
	assert.Greater(t, key, uint64(2))
	assert.Less(t, key, uint64(8))
	assert.Equal(t, PassNoMemory, foreign(n, tcp, 100, at(0), "b"))
	assert.Equal(t, PassReplacing, n.Native(http, 0, at(0)))
	assert.Equal(t, Pass, n.Native(http, 100, at(0)), "there is room again")
	assert.LessOrEqual(t, s.Stats().Bytes, int64(20*size))
	for n.Native(http, key, at(1)) != PassForgotten {
		key++
	}
	assert.LessOrEqual(t, s.Stats().Bytes, int64(20*size))
	assert.NotEmpty(t, expire(t, s, at(3)))
	assert.Empty(t, expire(t, s, at(20)))
	isIdle(t, s, 1)
}

// Without memory for the proxy there is no stream.
func TestNoRoomForAProxy(t *testing.T) {
	s := NewSet[string](wait, 100)
	assert.Nil(t, s.Join("10.0.0.1", "10.0.0.1:1000", "a", start))
	assert.Equal(t, Stats{}, s.Stats())
	s = NewSet[string](wait, -1)
	assert.Nil(t, s.Join("10.0.0.1", "10.0.0.1:1000", "a", start))
}

// What has waited is remembered if there is room, and it is told if not.
func TestForgotten(t *testing.T) {
	s, n := newStream(plain)
	assert.Equal(t, Wait, foreign(n, tcp, 1, at(0), "a"))
	s.share.limit = 0
	due, forgotten := s.Expire(at(3))
	assert.Equal(t, []string{"a"}, entriesOf(due))
	assert.Equal(t, 1, forgotten)
	assert.Equal(t, PassForgotten, n.Native(http, 1, at(3)))
}

func TestFlush(t *testing.T) {
	s, n := newStream(plain)
	assert.Equal(t, Wait, foreign(n, tcp, 1, at(0), "a"))
	assert.Equal(t, Wait, foreign(n, tcp, 2, at(0), "b"))
	assert.Equal(t, PassReplacing, n.Native(http, 1, at(0)))
	assert.Equal(t, []string{"b"}, entriesOf(s.Flush()))
	assert.Empty(t, s.Flush())
	isIdle(t, s, 1)
}

// Memory is in use until what was given back is passed on.
func TestDone(t *testing.T) {
	s, n := newStream(plain)
	assert.Equal(t, Wait, foreign(n, tcp, 1, at(0), "a"))
	due, _ := s.Expire(at(3))
	require.Len(t, due, 1)
	assert.Greater(t, s.Stats().Bytes, int64(size))
	due[0].Done()
	assert.Empty(t, expire(t, s, at(20)))
	isIdle(t, s, 1)
}
