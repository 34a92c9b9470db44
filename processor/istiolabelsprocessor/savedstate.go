package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"github.com/otelcol-istio/otelcol-istio/internal/state"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// perLock bounds how long a save keeps requests waiting: the time to copy so many
// slots, or names.
const perLock = 128

// Kinds of what stands in a value.
const (
	kindLimiter = 1
	kindNames   = 2
)

// savedState is what the processor keeps over a restart: the values that labels hold,
// with their slots and terms, the run that gave them, and the names of addresses.
type savedState struct {
	*stages
	// restarts is how often this was restored since it was empty.
	restarts uint64
	// begun is set once anything was saved.
	begun bool

	// What was read.
	restorers   []limit.Restorer
	incarnation string
	restored    bool
}

// Read reads a value. Names are restored as they come.
func (s *savedState) Read(value []byte) error {
	d := state.NewDecoder(value)
	s.incarnation, s.restarts = d.String(), d.Uint()
	for d.More() {
		switch d.Byte() {
		case kindLimiter:
			if i := d.Uint(); i < uint64(len(s.restorers)) {
				s.restorers[i].Read(d)
			} else {
				d.Fail()
			}
		case kindNames:
			s.readNames(d)
		default:
			d.Fail()
		}
	}
	return d.End()
}

// End goes on with what was read.
func (s *savedState) End() error {
	if s.incarnation == "" {
		return nil // nothing was
	}
	s.restarts++
	for i, l := range s.bounds.Limiters() {
		if !l.Restore(&s.restorers[i], s.restarts, s.clock()) {
			return state.ErrDamaged
		}
	}
	s.restorers = nil
	// The slots are those of the run before, and so is its name.
	s.maker.Incarnation = s.incarnation
	s.restored = true
	return nil
}

func (s *savedState) start() {
	for _, l := range s.bounds.Limiters() {
		l.StartSaving()
	}
	if s.names.learned != nil {
		s.names.learned.StartSaving()
	}
}

// BeginSave tells whether there is anything to save.
func (s *savedState) BeginSave() bool {
	anything := !s.begun
	for _, l := range s.bounds.Limiters() {
		anything = l.BeginSave() || anything
	}
	return s.names.learned != nil && s.names.learned.BeginSave() || anything
}

// AppendUnsaved writes some slots or names.
func (s *savedState) AppendUnsaved(e *state.Encoder) (more bool) {
	s.begun = true
	if e.Len() == 0 {
		e.String(s.maker.Incarnation)
		e.Uint(s.restarts)
	}
	for i, l := range s.bounds.Limiters() {
		e.Byte(kindLimiter)
		e.Uint(uint64(i))
		if l.AppendUnsaved(e, perLock) {
			return true
		}
	}
	if s.names.learned == nil {
		return false
	}
	e.Byte(kindNames)
	return s.names.learned.AppendUnsaved(e, perLock)
}

// BeginFold has everything saved once more.
func (s *savedState) BeginFold() {
	for _, l := range s.bounds.Limiters() {
		l.BeginFold()
	}
	if s.names.learned != nil {
		s.names.learned.BeginFold()
	}
	s.begun = false
}

// EndFold does nothing: all is noted when a fold begins.
func (*savedState) EndFold() {}

// readNames reads names, also if none are wanted any more.
func (s *savedState) readNames(d *state.Decoder) {
	n := s.names.learned
	if n == nil {
		n = addressnames.New(addressnames.Options{})
	}
	n.Restore(d, s.clock())
}

// forget has all stages begin with nothing.
func (s *stages) forget() {
	for _, l := range s.bounds.Limiters() {
		l.Forget()
	}
	if s.names.learned != nil {
		s.names.learned.Forget()
	}
}
