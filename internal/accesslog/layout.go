package accesslog

import (
	"fmt"
	"slices"
	"strings"
)

// layout is a compiled format string.
//
// A workload writes part of its own log line: the values of open operators may
// hold quotes, spaces and whole forged columns. So a layout is matched from
// both ends. What stands before the first open operator (left) and after the
// last one (right) has a fixed place and is certain. A group of closed
// operators between two open ones (a middle) is looked for, and is certain
// only if it is found in exactly one place.
type layout struct {
	// left is the whole line if there is no open operator.
	left, right run
	middles     []middle
	// opens are the open operators in order; gaps[i] parts opens[i] and opens[i+1].
	opens []element
	gaps  []gap
}

// gap parts two open operators: a literal, or a middle.
type gap struct {
	literal string
	middle  int // index into middles, or -1
}

// compile makes a layout of a format string.
func compile(format string) (*layout, error) {
	prefix, elements, err := scan(trimEnd(format))
	if err != nil {
		return nil, err
	}
	if len(elements) > maxElements {
		return nil, fmt.Errorf("has more than %d operators", maxElements)
	}
	openDoubtful(prefix, elements)
	l := &layout{left: run{before: prefix}}
	current := &l.left
	for _, e := range elements {
		if e.shape != Open {
			current.elements = append(current.elements, e)
			continue
		}
		if current != &l.left {
			l.addGap(current)
		}
		l.opens = append(l.opens, e)
		current = &run{before: e.literal}
	}
	if len(l.opens) > 0 {
		l.right = *current
	}
	return l, nil
}

// openDoubtful makes closed operators open whose values could hold what parts
// them: a token next to anything but spaces, quotes and the ends of the line (a
// client may write commas into its Host header, and Istio writes bars into
// cluster names), a value without quotes that no quote follows.
func openDoubtful(prefix string, elements []element) {
	before := prefix
	for i := range elements {
		e := &elements[i]
		switch {
		case e.shape == Token:
			if before != "" && !endsToken(before[len(before)-1]) || e.literal != "" && !endsToken(e.literal[0]) {
				e.shape, e.canMiss = Open, false
			}
		case e.shape == Quoteless && e.clientMayWrite():
			if !strings.Contains(e.literal, `"`) {
				e.shape, e.canMiss = Open, false
			}
		}
		before = e.literal
	}
}

// clientMayWrite is false for operators whose values only the proxy writes.
func (e *element) clientMayWrite() bool {
	return !(e.known && e.op == StartTime) && e.name != inserted
}

// proves tells whether the operators alone make a record an access log.
func (l *layout) proves() bool {
	var rec Record
	mark := func(elements []element) {
		for _, e := range elements {
			if e.known {
				rec.Set(e.op, missing)
			}
		}
	}
	mark(l.left.elements)
	mark(l.right.elements)
	mark(l.opens)
	for _, m := range l.middles {
		mark(m.alternatives[0].elements)
	}
	return rec.IsAccessLog()
}

func (l *layout) addGap(r *run) {
	if len(r.elements) == 0 {
		l.gaps = append(l.gaps, gap{r.before, -1})
		return
	}
	l.gaps = append(l.gaps, gap{"", len(l.middles)})
	l.middles = append(l.middles, newMiddle(*r))
}

// absorb merges a layout that differs in its only middle, so that the two are
// told apart at each place of the line rather than one before the other.
func (l *layout) absorb(o *layout) bool {
	return len(l.middles) == 1 && len(o.middles) == 1 &&
		l.left.equal(&o.left) && l.right.equal(&o.right) &&
		slices.Equal(l.opens, o.opens) && slices.Equal(l.gaps, o.gaps) &&
		l.middles[0].absorb(o.middles[0])
}

func (r *run) equal(o *run) bool {
	return r.before == o.before && slices.Equal(r.elements, o.elements)
}
