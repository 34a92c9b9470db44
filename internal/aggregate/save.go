// SPDX-License-Identifier: Apache-2.0

package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/state"

// Changes are noted by group, and saved by group with all that the group says: what
// is read later stands before what was read earlier. What is noted is bounded by what
// there is: a group is noted once until it is saved. Groups that ended are noted until
// the next save.

// saving is what is not saved yet. Its zero value notes nothing.
type saving struct {
	on bool
	// fold is the number of the fold. A label set is written with its labels once in
	// each; else it is a number. folding is set while the fold is under way.
	fold    uint32
	folding bool
	// sets is how many label sets got a number.
	sets uint64
	// start is the start time that was saved last: the time of collections must not go
	// back.
	start int64

	// noted are the label sets that changed since BeginSave, current those before it
	// that are still to be written.
	noted, current []*LabelSet
	ended          []endedGroup
	raised         []*slot

	numbers state.Encoder
}

// savedSet is what a label set remembers of how it was saved.
type savedSet struct {
	// number is what it is called, 0 before it was saved.
	number uint64
	fold   uint32
	// noted is set while the set stands in a list.
	noted bool
	// labels says whether the slots of its labels have changed, own whether what it has
	// beside its targets has. targets are those that have, and some that have ended.
	labels, own bool
	targets     []*target
}

// endedGroup is a group that is no more.
type endedGroup struct {
	set       uint64
	addressed bool
	addresses Addresses
}

// Kinds of what stands in a value.
const (
	kindSet   = 1
	kindEnded = 2
	kindSlot  = 3
)

// maxEndedPerCall bounds how many ends one AppendUnsaved writes.
const maxEndedPerCall = 1024

// StartSaving begins to note what changes.
func (s *State) StartSaving() {
	s.saving.on = true
	s.slots.saving = &s.saving
}

// BeginFold says that all that follows is saved once more: what changes, and what
// collections come by until EndFold.
func (s *State) BeginFold() {
	s.saving.fold++
	s.saving.folding = true
}

// EndFold ends what BeginFold began.
func (s *State) EndFold() { s.saving.folding = false }

// BeginSave tells whether there is anything to save. AppendUnsaved then writes all
// that has changed until now.
func (s *State) BeginSave() bool {
	v := &s.saving
	v.current = append(v.current, v.noted...)
	clear(v.noted)
	v.noted = v.noted[:0]
	return len(v.current)+len(v.ended)+len(v.raised) > 0 || v.start != s.start
}

// AppendUnsaved writes some groups, that many at most, and tells whether there may be
// more. A value may be written by any number of calls.
func (s *State) AppendUnsaved(e *state.Encoder, groups int) (more bool) {
	if e.Len() == 0 {
		e.Int(s.start)
		s.saving.start = s.start
	}
	// What ended goes first: a group of the same labels may have begun since.
	if s.appendEnded(e) {
		return true
	}
	v := &s.saving
	for groups > 0 && len(v.current) > 0 {
		set := v.current[len(v.current)-1]
		groups -= s.appendSet(e, set, groups)
		if set.saved.changed() {
			return true
		}
		set.saved.noted = false
		v.current[len(v.current)-1] = nil
		v.current = v.current[:len(v.current)-1]
	}
	for groups > 0 && len(v.raised) > 0 {
		groups--
		s.appendSlot(e, v.raised[len(v.raised)-1])
		v.raised[len(v.raised)-1] = nil
		v.raised = v.raised[:len(v.raised)-1]
	}
	return len(v.current)+len(v.raised) > 0
}

// changed tells whether there is anything to write.
func (c *savedSet) changed() bool { return c.labels || c.own || len(c.targets) > 0 }

// note says that a group has changed: a target's, or what the set has beside its
// targets.
func (s *State) note(set *LabelSet, t *target) {
	v := &s.saving
	if !v.on {
		return
	}
	switch {
	case t == nil:
		set.saved.own = true
	case !t.noted:
		t.noted = true
		set.saved.targets = append(set.saved.targets, t)
	}
	v.list(set)
}

// noteLabels says that the slots of a set's labels have changed.
func (s *State) noteLabels(set *LabelSet) {
	if s.saving.on {
		set.saved.labels = true
		s.saving.list(set)
	}
}

func (v *saving) list(set *LabelSet) {
	if !set.saved.noted {
		set.saved.noted = true
		v.noted = append(v.noted, set)
	}
}

// noteEnd says that a group is no more. It has not been removed yet.
func (s *State) noteEnd(set *LabelSet, t *target) {
	v := &s.saving
	if !v.on {
		return
	}
	end := endedGroup{set: set.saved.number}
	if t == nil {
		set.saved.own = false
	} else {
		end.addressed, end.addresses = true, t.addresses
		t.noted = false // it stays in its list
	}
	if end.set != 0 {
		v.ended = append(v.ended, end)
	}
}

// noteRaised says that a slot has a higher term, whoever has it.
func (v *saving) noteRaised(s *slot) {
	if v != nil && v.on && !s.noted {
		s.noted = true
		v.raised = append(v.raised, s)
	}
}
