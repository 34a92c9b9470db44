package limit

import "github.com/otelcol-istio/otelcol-istio/internal/state"

// A term may be given out only once. After a crash the values and terms of the last
// save are there again, and terms that were given out since are not known. So a slot
// goes to another value only once it is saved that it may: as one that is free, or as
// one whose value may lose it. Who goes on skips terms of these slots, and those of
// slots that were never saved. The slots of all other values are what they were.

// released says how far it is saved that a slot may go to another value.
type released uint8

const (
	// kept is a slot of which that is not said.
	kept released = iota
	// noted is one of which that is to be saved, written one that is being saved.
	noted
	written
	// saved is one that may go to another value.
	saved
)

// SavedVersion is the version of what AppendUnsaved writes.
const SavedVersion = "1"

// StartSaving begins to note what changes.
func (l *Limiter) StartSaving() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.populations {
		p.saving = true
		for i := range p.slots {
			if !p.slots[i].live {
				p.mayGo(int32(i))
			}
			p.note(int32(i))
		}
	}
}

// BeginFold has all slots saved once more.
func (l *Limiter) BeginFold() { l.StartSaving() }

// BeginSave tells whether there is anything to save, after all that was written
// before has been saved.
func (l *Limiter) BeginSave() (anything bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.populations {
		for _, i := range p.written {
			if p.slots[i].released == written {
				p.slots[i].released = saved
			}
		}
		p.written = p.written[:0]
		anything = anything || len(p.noted) > 0
	}
	return anything
}

// AppendUnsaved writes some slots, that many at most, and tells whether there are
// more.
func (l *Limiter) AppendUnsaved(e *state.Encoder, slots int) (more bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for number, p := range l.populations {
		for ; len(p.noted) > 0; slots-- {
			if slots == 0 {
				e.Byte(0)
				return true
			}
			last := len(p.noted) - 1
			i := p.noted[last]
			p.noted = p.noted[:last]
			p.append(e, number, i)
		}
	}
	e.Byte(0)
	return false
}

func (p *population) append(e *state.Encoder, number int, i int32) {
	s := &p.slots[i]
	s.noted = false
	if s.released == noted {
		s.released = written
		p.written = append(p.written, i)
	}
	e.Byte(1) // one more slot
	e.Uint(uint64(number))
	e.Uint(uint64(i))
	e.Uint(s.term)
	e.Bool(s.live)
	e.Bool(s.released != kept)
	if s.live {
		e.String(s.text)
		e.String(s.network)
		e.Word(p.groups[s.group].name)
		e.Uint(uint64(s.decayed(p.period)))
	}
}

// note says that a slot has to be saved.
func (p *population) note(i int32) {
	if s := &p.slots[i]; p.saving && !s.noted {
		s.noted = true
		p.noted = append(p.noted, i)
	}
}

// mayGo has it saved that a slot may go to another value, and tells whether it
// may by now.
func (p *population) mayGo(i int32) bool {
	if !p.saving {
		return true
	}
	s := &p.slots[i]
	if s.released == kept {
		s.released = noted
		p.note(i)
	}
	return s.released == saved
}
