// SPDX-License-Identifier: Apache-2.0

package state

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/storageclient"
)

// interval is the time between two saves. A crash loses at most what came in a second:
// to write a save takes a part of it.
const interval = 800 * time.Millisecond

// maxValue is how long a value gets before the next one begins, in bytes. The last
// thing that was written may go beyond it.
const maxValue = 1 << 20

// Source is what is saved. Its methods are called one at a time.
type Source interface {
	// BeginSave tells whether there is anything to save. AppendUnsaved then writes what
	// has changed until now.
	BeginSave() bool
	// AppendUnsaved writes some of it, and tells whether there is more. Each value can
	// be read by itself, once those before it were read.
	AppendUnsaved(e *Encoder) (more bool)
	// BeginFold says that everything must be saved, whether it changed or not, until
	// EndFold.
	BeginFold()
	EndFold()
}

// Options of a Keeper.
type Options struct {
	// Storage is the extension, and Kind and ID the component whose state it is.
	Storage component.ID
	Kind    component.Kind
	ID      component.ID
	Owner   Owner
	Logger  *zap.Logger
	// FoldOnSave folds the log with a save when that is due. Else whoever has the keeper
	// calls BeginFold and EndFold.
	FoldOnSave bool
	// Failed is called for each write that failed, SetAside if a log was set aside.
	Failed, SetAside func(context.Context)
}

func (o *Options) place() storageclient.Place {
	return storageclient.Place{
		Setting: "storage", Extension: o.Storage, Kind: o.Kind, ID: o.ID, Name: "state",
		What: fmt.Sprintf("the state of %q, which may stand in one pipeline only", o.ID),
	}
}

// Keeper saves a source. It is safe for concurrent use. A nil one saves nothing.
type Keeper struct {
	source Source
	client storage.Client
	report failures

	foldOnSave bool

	mu      sync.Mutex
	log     *Log
	encoder Encoder
	closed  bool

	stop chan struct{}
	done chan struct{}
}

// OpenKeeper opens a log on a storage extension and has the reader told what it says. If it
// returns ok false, whoever calls starts with nothing, whatever the reader was told.
func OpenKeeper(ctx context.Context, host component.Host, o Options, read Reader) (k *Keeper, ok bool, err error) {
	client, err := storageclient.Open(ctx, host, o.place())
	if err != nil {
		return nil, false, err
	}
	log, aside, err := Open(ctx, client, o.Owner, read)
	if err != nil {
		return nil, false, errors.Join(err, client.Close(ctx))
	}
	if aside.Reason != "" {
		o.SetAside(ctx)
		o.Logger.Warn("The stored state is of no use here and is set aside: nothing is restored",
			zap.String("reason", string(aside.Reason)), zap.String("found", aside.Found))
	}
	k = &Keeper{client: client, log: log, report: failures{logger: o.Logger, count: o.Failed}, foldOnSave: o.FoldOnSave, stop: make(chan struct{}), done: make(chan struct{})}
	return k, aside.Reason == "", nil
}

// Start begins to save a source at an interval.
func (k *Keeper) Start(source Source) {
	k.source = source
	go k.run()
}

func (k *Keeper) run() {
	defer close(k.done)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-k.stop:
			return
		case <-ticker.C:
			if k.foldOnSave {
				k.BeginFold()
				k.EndFold(context.Background())
			}
			k.Save(context.Background())
		}
	}
}

// Save saves what has changed until now. It tells whether all that the source has is
// saved. A failure is counted and logged.
func (k *Keeper) Save(ctx context.Context) bool {
	if k == nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return false
	}
	k.save(context.WithoutCancel(ctx)) // half a save is none
	return k.log.Whole()
}

func (k *Keeper) save(ctx context.Context) {
	if !k.source.BeginSave() {
		return
	}
	for more := true; more; {
		k.encoder.Reset()
		for more && k.encoder.Len() < maxValue {
			more = k.source.AppendUnsaved(&k.encoder)
		}
		// What a failed write held is noted no more. The next fold has it again.
		k.report.of(ctx, k.log.Append(ctx, k.encoder.Bytes()))
	}
}

// BeginFold begins a fold, if one is due.
func (k *Keeper) BeginFold() {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.closed && k.log.Due() {
		k.log.BeginFold()
		k.source.BeginFold()
	}
}

// EndFold saves what has changed until now and ends the fold, if one is under way.
func (k *Keeper) EndFold(ctx context.Context) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if k.log.Folding() {
		k.save(ctx)
		k.report.of(ctx, k.log.EndFold(ctx))
	}
	k.source.EndFold()
}

// Close saves what has changed and closes the client. It tells whether all that the
// source has is saved.
func (k *Keeper) Close(ctx context.Context) (saved bool, err error) {
	if k == nil {
		return false, nil
	}
	k.mu.Lock()
	if k.closed {
		k.mu.Unlock()
		return false, nil
	}
	ctx = context.WithoutCancel(ctx)
	started := k.source != nil
	if started {
		k.save(ctx)
	}
	saved = k.log.Whole()
	k.closed = true
	k.mu.Unlock()
	close(k.stop)
	if started {
		<-k.done
	}
	return saved, k.client.Close(ctx)
}
