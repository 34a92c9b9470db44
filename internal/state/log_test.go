// SPDX-License-Identifier: Apache-2.0

package state

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

var owner = Owner{Version: "1", Instance: "gateway-0", Settings: "buckets"}

// open reads a log that must be of use.
func open(t *testing.T, client storage.Client) (*Log, []string) {
	t.Helper()
	l, values, aside := openAs(t, client, owner)
	require.Equal(t, Aside{}, aside)
	return l, values
}

func openAs(t *testing.T, client storage.Client, o Owner) (*Log, []string, Aside) {
	t.Helper()
	var r reader
	l, aside, err := Open(t.Context(), client, o, &r)
	require.NoError(t, err)
	return l, r.values, aside
}

// reader keeps what it is told.
type reader struct {
	values          []string
	readErr, endErr error
}

func (r *reader) Read(b []byte) error {
	r.values = append(r.values, string(b))
	return r.readErr
}

func (r *reader) End() error { return r.endErr }

func appendAll(t *testing.T, l *Log, values ...string) {
	t.Helper()
	for _, v := range values {
		require.NoError(t, l.Append(t.Context(), []byte(v)))
	}
}

func TestValuesComeBackInOrder(t *testing.T) {
	disk := storagetest.NewDisk()
	l, values := open(t, disk.Client())
	assert.Empty(t, values)
	appendAll(t, l, "a", "b", "")
	l, values = open(t, disk.Crash().Client())
	assert.Equal(t, []string{"a", "b", ""}, values)
	assert.True(t, l.Whole())
}

func TestFold(t *testing.T) {
	disk := storagetest.NewDisk()
	l, _ := open(t, disk.Client())
	appendAll(t, l, "a1", "b1", "a2")
	l.BeginFold()
	appendAll(t, l, "a2", "b1")
	disk2 := disk.Crash()
	_, values := open(t, disk2.Client())
	assert.Equal(t, []string{"a1", "b1", "a2", "a2", "b1"}, values, "a fold that did not end")

	require.NoError(t, l.EndFold(t.Context()))
	appendAll(t, l, "b2")
	assert.Len(t, disk.Keys(), 5, "version, head and three values")
	_, values = open(t, disk.Crash().Client())
	assert.Equal(t, []string{"a2", "b1", "b2"}, values)
}

func TestFoldIsDue(t *testing.T) {
	l, _ := open(t, storagetest.NewDisk().Client())
	assert.False(t, l.Due())
	large := make([]byte, minBytes)
	require.NoError(t, l.Append(t.Context(), large))
	assert.True(t, l.Due())
	l.BeginFold()
	assert.False(t, l.Due())
	require.NoError(t, l.Append(t.Context(), large))
	require.NoError(t, l.EndFold(t.Context()))
	for range growth - 1 {
		assert.False(t, l.Due())
		require.NoError(t, l.Append(t.Context(), large))
	}
	assert.True(t, l.Due())
}

func TestFoldOfManyValuesIsDue(t *testing.T) {
	l, _ := open(t, storagetest.NewDisk().Client())
	l.head.log.next += maxValues
	assert.True(t, l.Due())
}

// A write that failed leaves nothing that is older than what others were told. After
// the next fold the log is of use again.
func TestFailedWrite(t *testing.T) {
	disk := storagetest.NewDisk()
	disk.SetRoom(250)
	l, _ := open(t, disk.Client())
	appendAll(t, l, "a1")
	require.ErrorIs(t, l.Append(t.Context(), make([]byte, 300)), storagetest.ErrDiskFull)
	assert.False(t, l.Whole())
	assert.True(t, l.Due())
	_, values, aside := openAs(t, disk.Crash().Client(), owner)
	assert.Empty(t, values)
	assert.Equal(t, NotWhole, aside.Reason)

	appendAll(t, l, "left out")
	l.BeginFold()
	appendAll(t, l, "a3")
	_, values, aside = openAs(t, disk.Crash().Client(), owner)
	assert.Empty(t, values)
	assert.Equal(t, NotWhole, aside.Reason)
	require.NoError(t, l.EndFold(t.Context()))
	appendAll(t, l, "a4")
	_, values = open(t, disk.Crash().Client())
	assert.Equal(t, []string{"a3", "a4"}, values)
	assert.Len(t, disk.Keys(), 4, "nothing is left behind")
}

// A disk that takes nothing at all for a while.
func TestFailingDisk(t *testing.T) {
	disk := storagetest.NewDisk()
	l, _ := open(t, disk.Client())
	appendAll(t, l, "a1", "a2")
	disk.SetFailing(true)
	require.Error(t, l.Append(t.Context(), []byte("a3")))
	require.Error(t, l.Append(t.Context(), []byte("a4")))
	l.BeginFold()
	require.Error(t, l.Append(t.Context(), []byte("a5")))
	require.NoError(t, l.EndFold(t.Context()), "it was not under way")
	assert.False(t, l.Whole())
	disk.SetFailing(false)
	l.BeginFold()
	appendAll(t, l, "a6")
	require.NoError(t, l.EndFold(t.Context()))
	_, values := open(t, disk.Crash().Client())
	assert.Equal(t, []string{"a6"}, values)
	assert.Len(t, disk.Keys(), 3)
}

// The storage ends after any single operation, and does not do all or nothing. What
// comes back is what was appended up to some value, not earlier than the last that was
// acknowledged.
func TestCrashAtEachOperation(t *testing.T) {
	for operations := range 90 {
		t.Run(strconv.Itoa(operations), func(t *testing.T) {
			disk := storagetest.NewDisk()
			disk.StopAfter(operations)
			l, _ := open(t, disk.Client())
			acknowledged := 0
			for i := 1; i <= 20; i++ {
				if i%6 == 0 {
					l.BeginFold()
				}
				if l.Append(t.Context(), fmt.Append(nil, i)) != nil {
					break
				}
				acknowledged = i
				if i%6 == 0 && l.EndFold(t.Context()) != nil {
					break
				}
			}
			after := disk.Crash()
			l, values, aside := openAs(t, after.Client(), owner)
			if acknowledged > 0 {
				require.Empty(t, aside)
				require.NotEmpty(t, values)
			}
			last := 0
			for _, v := range values {
				_, err := fmt.Sscan(v, &last)
				require.NoError(t, err)
			}
			assert.GreaterOrEqual(t, last, acknowledged)
			assert.LessOrEqual(t, last, acknowledged+1)
			assert.True(t, slices.IsSortedFunc(values, func(a, b string) int { return len(a) - len(b) }))
			l.BeginFold()
			appendAll(t, l, "all")
			require.NoError(t, l.EndFold(t.Context()))
			assert.Len(t, after.Keys(), 3, "nothing is left behind: %v", after.Keys())
		})
	}
}

func TestReadThatFails(t *testing.T) {
	for _, r := range []reader{{readErr: errors.New("no series")}, {endErr: errors.New("too few")}} {
		disk := storagetest.NewDisk()
		l, _ := open(t, disk.Client())
		appendAll(t, l, "a")
		after := disk.Crash()
		l, aside, err := Open(t.Context(), after.Client(), owner, &r)
		require.NoError(t, err)
		assert.Equal(t, Damaged, aside.Reason)
		appendAll(t, l, "b")
		_, values := open(t, after.Crash().Client())
		assert.Equal(t, []string{"b"}, values)
	}
}
