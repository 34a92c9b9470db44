// SPDX-License-Identifier: Apache-2.0

package queue

// Limits bound the queue. The newest flush and the one that is being sent are
// kept even if they alone are more.
type Limits struct {
	// Flushes in the queue.
	Flushes int
	// Bytes of all requests, as they are sent.
	Bytes int64
}

// Observer is told what happened to the queue. Its methods are called with the
// queue locked: they must not call it.
type Observer interface {
	// Queued: so many samples were put in the queue. Open says so of those that are
	// stored and not sent.
	Queued(samples int)
	// Dropped: there was no room for a flush that was not sent yet.
	Dropped(it *Item, why Cause)
	// Unreadable: so many stored flushes cannot be read, and are gone. How many
	// samples they had is not known.
	Unreadable(flushes int, err error)
	// StorageFailed: the storage client returned err. The operation is
	// OperationRead or OperationWrite.
	StorageFailed(operation string, err error)
}

// Operations on the storage client.
const (
	OperationRead  = "read"
	OperationWrite = "write"
)

// Cause says why a flush was dropped.
type Cause string

// Causes.
const (
	// CauseFull: the queue was full, and this was the oldest flush.
	CauseFull Cause = "queue_full"
	// CauseStorage: the storage client failed or held damaged bytes.
	CauseStorage Cause = "storage"
)
