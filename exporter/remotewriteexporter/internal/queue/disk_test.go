// SPDX-License-Identifier: Apache-2.0

package queue

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

// flushRoom is what one flush takes on a disk, with room for its header.
const flushRoom = 3*bodySize + 60

func TestFullDiskIsAFullQueue(t *testing.T) {
	disk := storagetest.NewDisk()
	disk.SetRoom(2 * flushRoom)
	q, o := openQueue(t, disk.Client(), wide)
	put(t, q, "a", "b", "c")
	assert.Equal(t, []string{"0: storage"}, o.dropped)
	assert.Equal(t, []string{OperationWrite}, o.failures)

	q, _, _ = reopen(t, disk, wide)
	assert.Equal(t, []string{"b0", "b1", "b2", "c0", "c1", "c2"}, drain(t, q))
}

// A disk that takes nothing at all: the newest flushes wait in memory.
func TestFailingDisk(t *testing.T) {
	disk := storagetest.NewDisk()
	q, o := openQueue(t, disk.Client(), wide)
	put(t, q, "a")
	disk.SetFailing(true)
	put(t, q, "b", "c", "d", "e", "f", "g")
	assert.Equal(t, []string{"0: storage", "1: storage", "2: storage"}, o.dropped)
	assert.Equal(t, []string{"d0", "d1", "d2", "e0", "e1", "e2", "f0", "f1", "f2", "g0", "g1", "g2"}, drain(t, q))
}

func TestDiskThatRecovers(t *testing.T) {
	disk := storagetest.NewDisk()
	q, _ := openQueue(t, disk.Client(), wide)
	disk.SetFailing(true)
	put(t, q, "a", "b")
	disk.SetFailing(false)
	put(t, q, "c")

	q, _, _ = reopen(t, disk, wide)
	assert.Equal(t, []string{"a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2"}, drain(t, q))
}

// What was sent and could not be deleted is deleted later.
func TestDeletionsAreMadeUpFor(t *testing.T) {
	disk := storagetest.NewDisk()
	q, _ := openQueue(t, disk.Client(), wide)
	put(t, q, "a", "b")
	it := q.Next(nil)
	disk.SetFailing(true)
	q.Sent(t.Context(), it, 0, 0)
	q.Done(t.Context())
	disk.SetFailing(false)
	assert.Equal(t, []string{"b0", "b1", "b2"}, drain(t, q))
	assert.Equal(t, []string{keyMeta, keyFormat}, disk.Keys())
}

func TestStopSavesWhatIsInMemory(t *testing.T) {
	disk := storagetest.NewDisk()
	q, _ := openQueue(t, disk.Client(), wide)
	disk.SetFailing(true)
	put(t, q, "a")
	disk.SetFailing(false)
	q.Sent(t.Context(), q.Next(nil), 0, 0)
	q.Left()
	saved, lost, err := q.Close(t.Context())
	require.NoError(t, err)
	assert.Len(t, saved, 1)
	assert.Empty(t, lost)
	q, _ = openQueue(t, disk.Client(), wide)
	assert.Equal(t, []string{"a1", "a2"}, drain(t, q))
}
