package state

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// Owner says whose log it is. Another owner's log is not used.
type Owner struct {
	// Version of what the values mean.
	Version string
	// Instance names the component's instance: two that went on with one state would
	// say different things of the same.
	Instance string
	// Settings are those without which the values cannot be read.
	Settings string
}

// Reason says why a log was set aside; it is empty if none was.
type Reason string

const (
	// OtherVersion is a log that another version of the program wrote.
	OtherVersion Reason = "another version"
	// OtherInstance is the log of another instance.
	OtherInstance Reason = "another instance"
	// OtherSettings is a log that was written under other settings.
	OtherSettings Reason = "other settings"
	// Damaged is a log that has a wrong checksum, a value that is missing, or one that
	// cannot be read.
	Damaged Reason = "damaged"
	// NotWhole is a log whose last writes had failed.
	NotWhole Reason = "not whole"
)

// Aside says what was set aside.
type Aside struct {
	Reason Reason
	// Found is the other version, instance or settings, or what is wrong.
	Found string
}

// Reader is told what a log says.
type Reader interface {
	// Read is passed each value, in order. The value is valid until it returns.
	Read(value []byte) error
	// End is called after the last value, also if there is none.
	End() error
}

// Open reads a log. If something was set aside, also because the reader returned an
// error, whoever calls starts with nothing, whatever was read. An error is that of a
// client that cannot read.
func Open(ctx context.Context, client storage.Client, o Owner, read Reader) (*Log, Aside, error) {
	l := &Log{client: client, version: format + "." + o.Version}
	aside, err := l.load(ctx, o, read)
	if err != nil {
		return nil, Aside{}, fmt.Errorf("failed to read the state: %w", err)
	}
	l.head.instance, l.head.settings = o.Instance, o.Settings
	return l, aside, nil
}

func (l *Log) load(ctx context.Context, o Owner, read Reader) (Aside, error) {
	version, b := storage.GetOperation(keyVersion), storage.GetOperation(l.keyHead())
	if err := l.client.Batch(ctx, version, b); err != nil {
		return Aside{}, err
	}
	l.head = head{whole: true, log: values{1, 1}}
	h, err := decodeHead(b.Value)
	other := string(version.Value) != l.version && version.Value != nil
	switch {
	case other:
		// What an earlier run of this version left is older than what the other one did.
		l.start(ctx, h, err == nil && b.Value != nil, false)
		return Aside{OtherVersion, string(version.Value)}, nil
	case b.Value == nil:
		return l.read(ctx, l.head.log, read)
	case err != nil:
		l.clear(ctx, b.Value)
		return Aside{Damaged, "its head"}, nil
	}
	aside := Aside{}
	switch {
	case h.instance != o.Instance:
		aside = Aside{OtherInstance, h.instance}
	case h.settings != o.Settings:
		aside = Aside{OtherSettings, h.settings}
	case !h.whole:
		aside = Aside{Reason: NotWhole}
	default:
		if aside, err = l.read(ctx, h.log, read); err != nil {
			return Aside{}, err
		}
	}
	if aside.Reason != "" {
		l.start(ctx, h, true, h.whole)
		return aside, nil
	}
	l.head = h
	l.foldedBytes = l.bytes
	_ = l.client.Batch(ctx, l.deletions(nil, h.deleted)...) // left by a crash, or by none
	return Aside{}, nil
}

// read passes on the values of the log.
func (l *Log) read(ctx context.Context, v values, read Reader) (Aside, error) {
	for number := v.first; number < v.next; number++ {
		b, err := l.client.Get(ctx, l.keyValue(number))
		if err != nil {
			return Aside{}, err
		}
		if b == nil {
			return Aside{Damaged, fmt.Sprintf("value %d of %d to %d is missing", number, v.first, v.next-1)}, nil
		}
		value, err := unseal(number, b)
		if err == nil {
			err = read.Read(value)
		}
		if err != nil {
			return Aside{Damaged, fmt.Sprintf("value %d: %v", number, err)}, nil
		}
		l.bytes += len(b)
	}
	if err := read.End(); err != nil {
		return Aside{Damaged, err.Error()}, nil
	}
	return Aside{}, nil
}

// start begins a log behind another one, which is kept or deleted. What was kept
// before is deleted.
func (l *Log) start(ctx context.Context, h head, known, keep bool) {
	l.bytes = 0
	if !known {
		return
	}
	next := h.log.next + 1 // one more may be there, whose head was not written
	l.head.log = values{next, next}
	gone := []values{h.aside, h.deleted}
	if keep {
		l.head.aside = h.log
	} else {
		gone = append(gone, values{h.log.first, next})
	}
	var ops []*storage.Operation
	for _, v := range gone {
		ops = l.deletions(ops, v)
	}
	_ = l.client.Batch(ctx, ops...) // they are in nobody's way
}

// clear deletes the values of a head that cannot be read, where the client can list
// its keys, and keeps the head.
func (l *Log) clear(ctx context.Context, damaged []byte) {
	ops := []*storage.Operation{storage.SetOperation(l.keyDamaged(), damaged), storage.DeleteOperation(l.keyHead())}
	_ = l.client.Batch(ctx, ops...)
	walker, ok := l.client.(storage.Walker)
	if !ok {
		return
	}
	_ = walker.Walk(ctx, func(key string, _ []byte) ([]*storage.Operation, error) {
		if strings.HasPrefix(key, l.version+"/") && key != l.keyDamaged() {
			return []*storage.Operation{storage.DeleteOperation(key)}, nil
		}
		return nil, nil
	})
}
