package twins

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

// bytes is what an entry costs.
func bytes(n int64) func(string) int64 { return func(string) int64 { return n } }

func newNode(limit int64) (*Set[string], *Node[string]) {
	s := NewSet[string](wait, limit)
	return s, s.Join("a", start)
}

// expire gives back what is due.
func expire(t *testing.T, s *Set[string], now time.Time) []string {
	t.Helper()
	due, forgotten := s.Expire(now)
	assert.Zero(t, forgotten)
	return due
}

func TestNativeFirst(t *testing.T) {
	s, n := newNode(plain)
	assert.Equal(t, Pass, n.Native(http, 1, at(0)))
	assert.Equal(t, Drop, n.Foreign(tcp, 1, at(1), "a", bytes(size)))
	assert.Empty(t, expire(t, s, at(10)))
	assert.Equal(t, Stats{Nodes: 1}, s.Stats())
}

func TestForeignFirst(t *testing.T) {
	s, n := newNode(plain)
	assert.Equal(t, Wait, n.Foreign(tcp, 1, at(0), "a", bytes(size)))
	assert.Equal(t, Stats{Nodes: 1, Waiting: 1, Bytes: size}, s.Stats())
	assert.Equal(t, Replace, n.Native(http, 1, at(1)))
	assert.Equal(t, Stats{Nodes: 1}, s.Stats())
	assert.Empty(t, expire(t, s, at(10)))
}

// With one logger entries wait while the node is new, and never again.
func TestOneLogger(t *testing.T) {
	s, n := newNode(plain)
	assert.Equal(t, Wait, n.Foreign(http, 1, at(0), "first", bytes(size)))
	assert.Equal(t, Pass, n.Native(http, 2, at(0)))
	assert.Empty(t, expire(t, s, at(2.9)))
	assert.Equal(t, []string{"first"}, expire(t, s, at(3)))
	for i := range uint64(100) {
		assert.Equal(t, Pass, n.Foreign(http, 10+i, at(3+float64(i)), "later", bytes(size)))
	}
	assert.Empty(t, expire(t, s, at(200)))
	assert.Equal(t, Stats{Nodes: 1}, s.Stats())
}

// A second logger that comes later must not count again what was passed on a
// moment before.
func TestSecondLoggerComesLater(t *testing.T) {
	_, n := newNode(plain)
	assert.Equal(t, Pass, n.Foreign(tcp, 1, at(100), "a", bytes(size)))
	assert.Equal(t, Drop, n.Native(http, 1, at(101)), "its twin was passed on")
	assert.Equal(t, Wait, n.Foreign(tcp, 2, at(102), "b", bytes(size)), "now there are two")
	assert.Equal(t, Replace, n.Native(http, 2, at(103)))
}

// Long silence does not make one logger of two.
func TestTwoLoggersAfterSilence(t *testing.T) {
	s, n := newNode(plain)
	assert.Equal(t, Pass, n.Native(http, 1, at(0)))
	assert.Equal(t, Drop, n.Foreign(tcp, 1, at(0), "a", bytes(size)))
	assert.Empty(t, expire(t, s, at(3600)))
	assert.Equal(t, Wait, n.Foreign(tcp, 2, at(3601), "b", bytes(size)))
	assert.Equal(t, Replace, n.Native(http, 2, at(3602)))
}

// A logger that was taken away is noticed by an entry that waits in vain.
func TestSecondLoggerGoes(t *testing.T) {
	s, n := newNode(plain)
	assert.Equal(t, Pass, n.Native(http, 1, at(0)))
	assert.Equal(t, Drop, n.Foreign(tcp, 1, at(0), "a", bytes(size)))
	assert.Equal(t, Wait, n.Foreign(tcp, 2, at(100), "b", bytes(size)))
	assert.Equal(t, []string{"b"}, expire(t, s, at(103)))
	assert.Equal(t, Pass, n.Foreign(tcp, 3, at(104), "c", bytes(size)))
}

// Each logger may have a filter of its own: an entry without a twin is never
// lost, and twins are twins all the same.
func TestLoggersWithFilters(t *testing.T) {
	s, n := newNode(plain)
	var passed []string
	for i := range 20 {
		now, key := at(float64(i)), uint64(i)
		if i%2 == 0 {
			assert.Equal(t, Pass, n.Native(http, key, now))
			assert.Equal(t, Drop, n.Foreign(tcp, key, now, "twin", bytes(size)))
		} else {
			assert.Equal(t, Wait, n.Foreign(tcp, key, now, "alone", bytes(size)))
		}
		passed = append(passed, expire(t, s, now)...)
	}
	passed = append(passed, expire(t, s, at(30))...)
	assert.Len(t, passed, 10)
	assert.NotContains(t, passed, "twin")
}

// Reports from one connection have one key and are matched one to one.
func TestSameKey(t *testing.T) {
	s, n := newNode(plain)
	for range 3 {
		assert.Equal(t, Wait, n.Foreign(http, 1, at(0), "a", bytes(size)))
	}
	assert.Equal(t, Replace, n.Native(tcp, 1, at(1)))
	assert.Equal(t, Replace, n.Native(tcp, 1, at(1)))
	assert.Equal(t, Replace, n.Native(tcp, 1, at(1)))
	assert.Equal(t, Pass, n.Native(tcp, 1, at(1)))
	assert.Equal(t, Drop, n.Foreign(http, 1, at(2), "a", bytes(size)))
	assert.Equal(t, Wait, n.Foreign(http, 1, at(2), "b", bytes(size)))
	assert.Equal(t, []string{"b"}, expire(t, s, at(5)))
	assert.Equal(t, int64(keyBytes), s.Stats().Bytes)
	assert.Empty(t, expire(t, s, at(20)))
	assert.Zero(t, s.Stats().Bytes)
}

func TestNodesAreApart(t *testing.T) {
	s, a := newNode(plain)
	b := s.Join("b", start)
	assert.Equal(t, Pass, a.Native(http, 1, at(0)))
	assert.Equal(t, Wait, b.Foreign(tcp, 1, at(0), "b", bytes(size)))
	assert.Same(t, a, s.Join("a", at(1)))
}

// A node stays while a stream of it is open, and for a moment after that.
func TestNodesGo(t *testing.T) {
	s, n := newNode(plain)
	s.Join("a", at(1))
	s.Leave(n, at(10))
	assert.Empty(t, expire(t, s, at(1000)))
	assert.Equal(t, int64(1), s.Stats().Nodes)
	assert.Equal(t, Wait, n.Foreign(tcp, 1, at(2), "a", bytes(size)))
	s.Leave(n, at(1000))
	assert.Equal(t, []string{"a"}, expire(t, s, at(1001)))
	assert.Equal(t, int64(1), s.Stats().Nodes, "what it passed on is remembered")
	assert.Empty(t, expire(t, s, at(1008)))
	assert.Equal(t, Stats{}, s.Stats())
}

func TestLimit(t *testing.T) {
	s, n := newNode(3 * size)
	for i := range uint64(3) {
		assert.Equal(t, Wait, n.Foreign(tcp, i, at(0), "a", bytes(size)))
	}
	assert.Equal(t, PassUnknown, n.Foreign(tcp, 3, at(0), "b", bytes(size)), "nothing says that it has a twin")
	assert.Equal(t, PassForgotten, n.Native(http, 3, at(0)))
	assert.Equal(t, Replace, n.Native(http, 0, at(0)))
	assert.Equal(t, Pass, n.Native(http, 4, at(0)), "there is room again")
	assert.Equal(t, DropUnknown, n.Foreign(tcp, 5, at(0), "c", bytes(size)), "others had twins")
	assert.LessOrEqual(t, s.Stats().Bytes, int64(3*size))
	assert.Len(t, expire(t, s, at(4)), 2)
	assert.Equal(t, PassUnknown, n.Foreign(tcp, 6, at(4), "d", bytes(4*size)), "the last two had none")
}

// What has waited is remembered if there is room, and it is told if not.
func TestForgotten(t *testing.T) {
	s, n := newNode(1)
	assert.Equal(t, Wait, n.Foreign(tcp, 1, at(0), "a", bytes(1)))
	due, forgotten := s.Expire(at(3))
	assert.Equal(t, []string{"a"}, due)
	assert.Equal(t, 1, forgotten)
	assert.Equal(t, PassForgotten, n.Native(http, 1, at(3)))
}

func TestFlush(t *testing.T) {
	s, n := newNode(plain)
	assert.Equal(t, Wait, n.Foreign(tcp, 1, at(0), "a", bytes(size)))
	assert.Equal(t, Wait, n.Foreign(tcp, 2, at(0), "b", bytes(size)))
	assert.Equal(t, Replace, n.Native(http, 1, at(0)))
	assert.Equal(t, []string{"b"}, s.Flush())
	assert.Empty(t, s.Flush())
	assert.Zero(t, s.Stats().Waiting)
	require.Zero(t, s.Stats().Bytes)
}

// Many entries with one key, as a hostile sender has, cost no more than others.
func TestSameKeyIsCheap(t *testing.T) {
	s := NewSet[string](wait, 1<<40)
	n := s.Join("a", start)
	const many = 200_000
	for range many {
		n.Foreign(tcp, 1, at(0), "a", bytes(1))
	}
	assert.Len(t, expire(t, s, at(3)), many)
}
