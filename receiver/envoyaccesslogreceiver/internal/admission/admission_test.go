// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// acquire gets a hold that is released when it is revoked, and counts that.
func acquire(t *testing.T, c *Controller, client Client, n int64, revoked *int) *Hold {
	t.Helper()
	var h *Hold
	h, err := c.Acquire(t.Context(), client, n, func() {
		*revoked++
		h.Release()
	})
	require.NoError(t, err)
	return h
}

// later acquires in the background and sends what came of it.
func later(ctx context.Context, c *Controller, client Client, n int64) <-chan result {
	done := make(chan result, 1)
	go func() {
		h, err := c.Acquire(ctx, client, n, nil)
		done <- result{h, err}
	}()
	synctest.Wait()
	return done
}

type result struct {
	hold *Hold
	err  error
}

func requireIdle(t *testing.T, c *Controller) {
	t.Helper()
	assert.Equal(t, Stats{MaxBytes: c.options.MaxBytes}, c.Stats())
	assert.Zero(t, c.revoked)
	assert.Zero(t, c.losing.Len())
	assert.Zero(t, c.waiting.Len())
}

func TestClientOf(t *testing.T) {
	for _, tt := range []struct {
		name string
		addr net.Addr
		want Client
	}{
		{"IPv4", &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 80}, "10.0.0.1"},
		{"IPv4 in IPv6", &net.TCPAddr{IP: net.ParseIP("::ffff:10.0.0.1"), Port: 80}, "10.0.0.1"},
		{"IPv6 with a zone", &net.TCPAddr{IP: net.ParseIP("fe80::1"), Zone: "eth0"}, "fe80::1"},
		{"Unix socket", &net.UnixAddr{Name: "@", Net: "unix"}, Local},
		{"none", nil, Local},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, ClientOf(tt.addr))
		})
	}
	assert.Equal(t, Client("10.0.0.1"), ClientOfAddress("10.0.0.1:80"))
	assert.Equal(t, Client("::1"), ClientOfAddress("[::1]:80"))
	assert.Equal(t, Client("::1"), ClientOfAddress("::1"))
	assert.Equal(t, Local, ClientOfAddress(""))
}

func TestAcquireErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 10})
		_, err := c.Acquire(t.Context(), "a", 11, nil)
		require.ErrorIs(t, err, ErrTooLarge)

		h, err := c.Acquire(t.Context(), "a", 10, nil)
		require.NoError(t, err)
		began := time.Now()
		_, err = c.Acquire(t.Context(), "b", 1, nil)
		require.ErrorIs(t, err, ErrNoRoom)
		assert.Equal(t, defaultWait, time.Since(began))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = c.Acquire(ctx, "b", 1, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		h.Release()
		h.Release()
		h.Grow(5)
		requireIdle(t, c)
	})
}

func TestWaitersAreServedLeastFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 100})
		a, _ := c.Acquire(t.Context(), "a", 60, nil)
		rest, _ := c.Acquire(t.Context(), "b", 5, nil)
		b, _ := c.Acquire(t.Context(), "b", 35, nil)
		fromA := later(t.Context(), c, "a", 30)
		fromB := later(t.Context(), c, "b", 30)
		fromNobody := later(t.Context(), c, "c", 30)
		b.Release()
		first := <-fromNobody
		require.NoError(t, first.err)
		assert.Equal(t, 2, c.Stats().Waiting)
		first.hold.Release()
		second := <-fromB
		require.NoError(t, second.err)
		assert.Equal(t, 1, c.Stats().Waiting)
		a.Release()
		third := <-fromA
		require.NoError(t, third.err)
		rest.Release()
		second.hold.Release()
		third.hold.Release()
		requireIdle(t, c)
	})
}

func TestWhoHoldsMostLoses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 100})
		var lostMost, lostLittle int
		most := acquire(t, c, "a", 50, &lostMost)
		little := acquire(t, c, "b", 40, &lostLittle)
		began := time.Now()
		h, err := c.Acquire(t.Context(), "c", 20, nil)
		require.NoError(t, err)
		assert.Equal(t, defaultPatience, time.Since(began))
		assert.Equal(t, 1, lostMost)
		assert.Zero(t, lostLittle)
		assert.True(t, most.Revoked())
		h.Release()
		little.Release()
		requireIdle(t, c)
	})
}

func TestWhatHasArrivedIsNotRevoked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 100})
		var lostMost, lostLittle int
		most := acquire(t, c, "a", 60, &lostMost)
		most.Arrived()
		little := acquire(t, c, "b", 40, &lostLittle)
		h, err := c.Acquire(t.Context(), "c", 20, nil)
		require.NoError(t, err)
		assert.Zero(t, lostMost)
		assert.Equal(t, 1, lostLittle)
		for _, h := range []*Hold{most, little, h} {
			h.Release()
		}
		requireIdle(t, c)
	})
}

func TestNobodyLosesInFavourOfOneThatHoldsMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 100})
		var lostMost, lostLittle int
		finished, err := c.Acquire(t.Context(), "a", 50, nil)
		require.NoError(t, err)
		own := acquire(t, c, "a", 10, &lostMost)
		little := acquire(t, c, "b", 40, &lostLittle)
		h, err := c.Acquire(t.Context(), "a", 10, nil)
		require.NoError(t, err)
		assert.Equal(t, 1, lostMost)
		_, err = c.Acquire(t.Context(), "a", 10, nil)
		require.ErrorIs(t, err, ErrNoRoom)
		assert.Zero(t, lostLittle)
		for _, h := range []*Hold{finished, own, little, h} {
			h.Release()
		}
		requireIdle(t, c)
	})
}

func TestGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 100})
		var lostMost, lostLittle int
		most := acquire(t, c, "a", 0, &lostMost)
		little := acquire(t, c, "b", 0, &lostLittle)
		little.Grow(45)
		most.Grow(55)
		assert.Equal(t, int64(100), c.Stats().HeldBytes)
		little.Grow(1)
		assert.Equal(t, 1, lostMost, "at once")
		assert.Zero(t, lostLittle)
		assert.Equal(t, int64(46), c.Stats().HeldBytes)
		little.Set(40, 60)
		assert.Zero(t, lostLittle)
		little.Set(0, 120)
		assert.Zero(t, lostLittle, "nothing of it is unfinished")
		assert.Equal(t, int64(120), c.Stats().HeldBytes)
		little.Release()
		requireIdle(t, c)
	})
}

func TestRevokedRoomIsNotTakenTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 100})
		lost := make(chan int, 5)
		var holds []*Hold
		for i := range 5 {
			h, err := c.Acquire(t.Context(), "a", 20, func() { lost <- i })
			require.NoError(t, err)
			holds = append(holds, h)
		}
		waiting := later(t.Context(), c, "b", 20)
		time.Sleep(4 * defaultPatience)
		require.Len(t, lost, 1, "one is enough, however long it takes")
		assert.Zero(t, <-lost, "the oldest of the largest")
		holds[0].Release()
		holds = append(holds, (<-waiting).hold)
		for _, h := range holds {
			h.Release()
		}
		requireIdle(t, c)
	})
}

// Requests that have arrived hold bytes while they wait to be decoded. They must
// not wait for each other.
func TestWaitersDoNotBlockEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{MaxBytes: 100})
		served, refused := 0, 0
		done := make(chan bool)
		for range 9 {
			go func() {
				arrived, err := c.Acquire(t.Context(), "a", 11, nil)
				assert.NoError(t, err)
				defer arrived.Release()
				time.Sleep(time.Millisecond)
				decoded, err := c.Acquire(t.Context(), "a", 20, nil)
				if err == nil {
					decoded.Release()
				}
				done <- err == nil
			}()
		}
		for range 9 {
			if <-done {
				served++
			} else {
				refused++
			}
		}
		assert.Equal(t, 7, served)
		assert.Equal(t, 2, refused)
		synctest.Wait()
		requireIdle(t, c)
	})
}
