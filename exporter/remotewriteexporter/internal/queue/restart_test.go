// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

// A process ends without a word while it sends. What comes back comes in order,
// the flush in flight first, and what was sent of it is not sent again.
func TestCrash(t *testing.T) {
	for name, test := range map[string]struct {
		limits Limits
		before func(t *testing.T, q *Queue)
		want   []string
	}{
		"nothing queued": {wide, func(*testing.T, *Queue) {}, nil},
		"nothing sent": {
			wide, func(t *testing.T, q *Queue) { put(t, q, "a", "b") },
			[]string{"a0", "a1", "a2", "b0", "b1", "b2"},
		},
		"one in flight": {
			wide, func(t *testing.T, q *Queue) { put(t, q, "a", "b"); q.Next(nil) },
			[]string{"a0", "a1", "a2", "b0", "b1", "b2"},
		},
		"one sent in part": {
			wide, func(t *testing.T, q *Queue) { put(t, q, "a", "b"); q.Sent(t.Context(), q.Next(nil), 0, 0) },
			[]string{"a1", "a2", "b0", "b1", "b2"},
		},
		"one done": {
			wide, func(t *testing.T, q *Queue) { put(t, q, "a", "b"); q.Next(nil); q.Done(t.Context()) },
			[]string{"b0", "b1", "b2"},
		},
		"one left": {
			wide, func(t *testing.T, q *Queue) {
				put(t, q, "a", "b")
				q.Sent(t.Context(), q.Next(nil), 1, 0)
				q.Left()
			},
			[]string{"a0", "a1", "b0", "b1", "b2"},
		},
		"dropped behind the one in flight": {
			Limits{Flushes: 2, Bytes: 1 << 30},
			func(t *testing.T, q *Queue) { put(t, q, "a"); q.Next(nil); put(t, q, "b", "c", "d") },
			[]string{"a0", "a1", "a2", "d0", "d1", "d2"},
		},
		"all done": {
			wide, func(t *testing.T, q *Queue) { put(t, q, "a"); drain(t, q) }, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			disk := storagetest.NewDisk()
			q, _ := openQueue(t, disk.Client(), test.limits)
			test.before(t, q)
			stats := q.Stats()

			q, o, disk := reopen(t, disk, wide)
			assert.Equal(t, stats, q.Stats())
			assert.EqualValues(t, stats.Samples, o.queued)
			put(t, q, "z")
			assert.Equal(t, append(test.want, "z0", "z1", "z2"), drain(t, q))
			assert.Empty(t, o.failures)
			assert.Equal(t, []string{keyMeta, keyFormat}, disk.Keys(), "nothing is left behind")
		})
	}
}

func TestStopKeepsWhatIsLeft(t *testing.T) {
	disk := storagetest.NewDisk()
	q, _ := openQueue(t, disk.Client(), wide)
	put(t, q, "a", "b")
	q.Next(nil)
	saved, lost, err := q.Close(t.Context())
	require.NoError(t, err)
	assert.Len(t, saved, 2)
	assert.Empty(t, lost)
	q, _ = openQueue(t, disk.Client(), wide)
	assert.Equal(t, []string{"a0", "a1", "a2", "b0", "b1", "b2"}, drain(t, q))
}

func TestSmallerAfterRestart(t *testing.T) {
	disk := storagetest.NewDisk()
	q, _ := openQueue(t, disk.Client(), wide)
	put(t, q, "a", "b", "c", "d")
	q, o, disk := reopen(t, disk, Limits{Flushes: 2, Bytes: 1 << 30})
	assert.Equal(t, []string{"0: queue_full", "1: queue_full"}, o.dropped)
	assert.Equal(t, []string{"c0", "c1", "c2", "d0", "d1", "d2"}, drain(t, q))
	assert.Equal(t, []string{keyMeta, keyFormat}, disk.Keys())
}

func TestOtherVersionIsSetAside(t *testing.T) {
	disk := storagetest.NewDisk()
	disk.Set(keyFormat, []byte("99"))
	disk.Set("99/meta", []byte("theirs"))
	o := &observed{}
	q, setAside, err := Open(t.Context(), disk.Client(), wide, o)
	require.NoError(t, err)
	assert.Equal(t, "99", setAside)
	put(t, q, "a")
	assert.Equal(t, "theirs", string(disk.Get("99/meta")))

	q, _, _ = reopen(t, disk, wide)
	assert.Equal(t, []string{"a0", "a1", "a2"}, drain(t, q))
}

func TestDamage(t *testing.T) {
	for name, test := range map[string]struct {
		key  string
		lost int
		want []string
	}{
		"list of flushes": {keyMeta, 2, nil},
		"header":          {keyHeader(0), 1, []string{"b0", "b1", "b2"}},
	} {
		for damage, change := range map[string]func([]byte) []byte{
			"flipped":   func(b []byte) []byte { b[0] ^= 1; return b },
			"cut":       func(b []byte) []byte { return b[:len(b)-1] },
			"too short": func([]byte) []byte { return []byte{1} },
			"empty":     func([]byte) []byte { return []byte{} },
		} {
			t.Run(name+" "+damage, func(t *testing.T) {
				disk := storagetest.NewDisk()
				q, _ := openQueue(t, disk.Client(), wide)
				put(t, q, "a", "b")
				disk.Set(test.key, change([]byte(string(disk.Get(test.key)))))

				q, o, disk := reopen(t, disk, wide)
				assert.Equal(t, test.lost, o.unreadable)
				assert.Empty(t, o.failures)
				put(t, q, "z")
				assert.Equal(t, append(test.want, "z0", "z1", "z2"), drain(t, q))
				assert.Equal(t, []string{keyMeta, keyFormat}, disk.Keys(), "nothing is left behind")
			})
		}
	}
}

func TestMissingBodyIsAnError(t *testing.T) {
	disk := storagetest.NewDisk()
	client := disk.Client()
	q, _ := openQueue(t, client, wide)
	put(t, q, "a")
	require.NoError(t, client.Delete(t.Context(), keyBody(0, 0, 1)))
	_, err := q.Load(t.Context(), q.Next(nil), 0, 1)
	assert.ErrorIs(t, err, ErrMissing)
}

// unlisted is a client that cannot list its keys.
type unlisted struct{ storage.Client }

// A client that cannot list its keys loses no more than what is damaged.
func TestDamageThatCannotBeListed(t *testing.T) {
	for _, key := range []string{keyMeta, keyHeader(0)} {
		disk := storagetest.NewDisk()
		q, _ := openQueue(t, disk.Client(), wide)
		put(t, q, "a", "b")
		disk.Set(key, []byte{1})

		q, o := openQueue(t, unlisted{disk.Crash().Client()}, wide)
		assert.Equal(t, 1, o.unreadable)
		put(t, q, "z")
		want := []string{"b0", "b1", "b2", "z0", "z1", "z2"}
		if key == keyMeta {
			want = want[3:]
		}
		assert.Equal(t, want, drain(t, q))
	}
}
