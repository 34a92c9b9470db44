// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// SavedVersion is the version of what AppendUnsaved writes. It changes when the same
// bytes would mean something else, or cannot be read any more.
const SavedVersion = "1"

// saving is what is not saved yet. Its zero value notes nothing.
type saving struct {
	on bool
	// since is when the ledger began. It is in all that is written.
	since int64
	// fold is the number of the fold. A row is written with its key once in each; else it
	// is a number.
	fold uint32
	// rows is how many rows got a number.
	rows uint64
	// noted are the rows that changed, and gone the numbers of those that are no more.
	noted []*row
	gone  []uint64
}

// savedRow is what a row remembers of how it was saved.
type savedRow struct {
	// number is what it is called, 0 before it was saved.
	number uint64
	fold   uint32
	// noted is set while the row stands in the list.
	noted bool
	// gone is set once the row is no more.
	gone bool
	// lists is set while they are saved as they are.
	lists bool
}

// Kinds of what is written.
const (
	kindRow  = 1
	kindGone = 2
	// kindLists has what the lists of a row have beside addresses. An earlier program did not
	// know it, and sets aside a state that has some.
	kindLists = 3
)

// savedOtherPorts is written in the place of a port. It is none.
const savedOtherPorts = math.MaxUint16 + 1

// StartSaving begins to note what changes, in a ledger that began then.
func (l *Ledger) StartSaving(since int64) { l.saving.on, l.saving.since = true, since }

// note says that a row has changed.
func (l *Ledger) note(r *row) {
	if l.saving.on && !r.saved.noted {
		r.saved.noted = true
		l.saving.noted = append(l.saving.noted, r)
	}
}

func (l *Ledger) noteGone(r *row) {
	r.saved.gone = true
	if l.saving.on && r.saved.number != 0 {
		l.saving.gone = append(l.saving.gone, r.saved.number)
	}
}

// BeginFold says that all rows are to be saved once more.
func (l *Ledger) BeginFold() {
	l.saving.fold++
	for r := range l.all {
		l.note(r)
	}
}

// Unsaved tells whether there is anything to save.
func (l *Ledger) Unsaved() bool { return len(l.saving.noted)+len(l.saving.gone) > 0 }

// AppendUnsaved writes some of what has changed, so many rows at most, and tells
// whether there is more. What is written by one call can be read by itself, once what
// was written before was read.
func (l *Ledger) AppendUnsaved(e *state.Encoder, most int) (more bool) {
	v := &l.saving
	e.Int(v.since)
	// What is gone goes first: a row of the same key may have begun since.
	for ; most > 0 && len(v.gone) > 0; most-- {
		e.Byte(kindGone)
		e.Uint(v.gone[0])
		v.gone = v.gone[1:]
	}
	for ; most > 0 && len(v.noted) > 0; most-- {
		last := len(v.noted) - 1
		r := v.noted[last]
		v.noted[last] = nil
		v.noted = v.noted[:last]
		r.saved.noted = false
		if !r.saved.gone {
			l.appendRow(e, r)
		}
	}
	if len(v.gone) == 0 {
		v.gone = nil
	}
	return l.Unsaved()
}

func (l *Ledger) appendRow(e *state.Encoder, r *row) {
	v := &l.saving
	known := r.saved.number != 0 && r.saved.fold == v.fold
	if r.saved.number == 0 {
		v.rows++
		r.saved.number = v.rows
	}
	e.Byte(kindRow)
	e.Uint(r.saved.number)
	e.Bool(!known)
	if !known {
		appendKey(e, r)
		r.saved.fold, r.saved.lists = v.fold, false
	}
	for _, n := range []int64{r.Requests, r.Connections, r.SentBytes, r.ReceivedBytes, r.first, r.last, int64(r.days)} {
		e.Int(n)
	}
	e.Bool(!r.saved.lists)
	if !r.saved.lists {
		appendStrings(e, r.lists.Addresses, r.lists.MoreAddresses)
		appendLists(e, r)
		r.saved.lists = true
	}
}

// appendLists writes what the lists of a row have beside addresses.
func appendLists(e *state.Encoder, r *row) {
	if r.lists.ProvenAddresses == 0 && len(r.lists.ClientNames) == 0 {
		return
	}
	e.Byte(kindLists)
	e.Uint(r.saved.number)
	e.Byte(r.lists.ProvenAddresses)
	appendStrings(e, r.lists.ClientNames, r.lists.MoreClientNames)
}

func appendStrings(e *state.Encoder, texts []string, more bool) {
	e.Uint(uint64(len(texts)))
	for _, text := range texts {
		e.String(text)
	}
	e.Bool(more)
}

func appendKey(e *state.Encoder, r *row) {
	k := &r.key
	e.Word(k.Source.Namespace)
	e.Word(k.Source.Workload)
	e.Word(k.Source.App)
	e.String(k.Destination)
	e.Word(k.Entry)
	if k.OtherPorts {
		e.Uint(savedOtherPorts)
	} else {
		e.Uint(uint64(k.Port))
	}
	e.Byte(byte(k.NameSource))
	e.Byte(byte(k.Traffic))
	e.Byte(byte(k.Decision))
	e.Bool(k.Overflow)
}
