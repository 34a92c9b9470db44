// SPDX-License-Identifier: Apache-2.0

package state

import (
	"context"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

const (
	// maxValues is how many values a log has before a fold is due: each is read by
	// itself at a start.
	maxValues = 4096
	// minBytes is how large a log is before a fold is due.
	minBytes = 1 << 20
	// growth is how many times as large as after the last fold a log is when the next
	// one is due. What a fold writes is so a small part of all that is written.
	growth = 4
)

// Log is a log of changes on a storage client. It is not safe for concurrent use.
type Log struct {
	client  storage.Client
	version string
	head    head
	// bytes of the log, and those that the last fold left.
	bytes, foldedBytes int
	// fold is the number of the first value of the fold that is under way, 0 if there is
	// none. foldBytes is what it wrote so far.
	fold      uint64
	foldBytes int
	// gone is set once nothing of a log that is not whole is left in the storage.
	gone bool
}

// Whole tells whether the log says all that it was told. It is false from the first
// write that failed until a fold has ended.
func (l *Log) Whole() bool { return l.head.whole }

// Due tells whether it is time to fold.
func (l *Log) Due() bool {
	if l.Folding() {
		return false
	}
	return !l.head.whole || l.head.log.len() >= maxValues || l.bytes >= max(minBytes, growth*l.foldedBytes)
}

// Folding tells whether a fold is under way.
func (l *Log) Folding() bool { return l.fold != 0 }

// Append writes a value. It keeps no part of it, but may write behind its end. Where
// the log is not whole and no fold is under way, nothing would be gained, and nothing
// is written but the end of what is in the storage.
func (l *Log) Append(ctx context.Context, value []byte) error {
	if !l.head.whole && !l.Folding() {
		return l.giveUp(ctx)
	}
	number, h := l.head.log.next, l.head
	h.log.next++
	sealed := seal(number, value)
	if err := l.client.Batch(ctx, l.withHead(h, storage.SetOperation(l.keyValue(number), sealed))...); err != nil {
		l.fail(ctx)
		return err
	}
	l.head = h
	l.bytes += len(sealed)
	if l.Folding() {
		l.foldBytes += len(sealed)
	}
	return nil
}

// BeginFold says that what is appended from now on is everything, with all that
// changes meanwhile.
func (l *Log) BeginFold() {
	l.fold, l.foldBytes = l.head.log.next, 0
}

// EndFold says that everything was appended, and deletes what is older.
func (l *Log) EndFold(ctx context.Context) error {
	if !l.Folding() {
		return nil // a write failed meanwhile
	}
	h := l.head
	h.deleted = values{h.log.first, l.fold}
	h.log.first, h.whole = l.fold, true
	if err := l.client.Batch(ctx, l.deletions(l.withHead(h), h.deleted)...); err != nil {
		l.fail(ctx)
		return err
	}
	l.head, l.fold, l.gone = h, 0, false
	l.bytes, l.foldedBytes = l.foldBytes, l.foldBytes
	return nil
}

// fail says that a write has failed. A fold that is under way does not come to an end.
func (l *Log) fail(ctx context.Context) {
	l.fold = 0
	l.head.whole, l.gone = false, false
	_ = l.giveUp(ctx) // the error before says more
}

// giveUp deletes what is in the storage: it is older than what others may have been
// told. That also makes room on a disk that is full.
func (l *Log) giveUp(ctx context.Context) error {
	if l.gone {
		return nil
	}
	h := l.head
	// The value that failed last may be there.
	h.deleted = values{h.log.first, h.log.next + 1}
	h.log = values{h.deleted.next, h.deleted.next}
	if err := l.client.Batch(ctx, l.deletions(l.withHead(h), h.deleted)...); err != nil {
		return err
	}
	l.head, l.gone = h, true
	l.bytes, l.foldedBytes = 0, 0
	return nil
}

// withHead adds what makes a head the one that is read next.
func (l *Log) withHead(h head, ops ...*storage.Operation) []*storage.Operation {
	return append(ops,
		storage.SetOperation(l.keyHead(), h.encode()),
		storage.SetOperation(keyVersion, []byte(l.version)))
}

func (l *Log) deletions(ops []*storage.Operation, v values) []*storage.Operation {
	for number := v.first; number < v.next; number++ {
		ops = append(ops, storage.DeleteOperation(l.keyValue(number)))
	}
	return ops
}
