// SPDX-License-Identifier: Apache-2.0

package limit

import "github.com/otelcol-istio/otelcol-istio/internal/fairshare"

// changes are the times at which slots changed hands lately. They brake it: each
// change is a series that ends and one that begins, and while the one has not
// ended and the other one has begun there are more values than slots.
type changes struct {
	// ring has room for as many changes as there may be in the window.
	ring     []change
	first, n int
}

// change says for whom a slot was given to another value, and when.
type change struct {
	at     int64
	holder *holder
	group  int16
}

func newChanges(slots int) changes {
	return changes{ring: make([]change, max(1, slots/changedPart))}
}

// most is how many changes there may be in the window.
func (c *changes) most() int { return len(c.ring) }

// left is how many more there may be now.
func (c *changes) left() int { return len(c.ring) - c.n }

// mayChange tells whether a source may give a slot to another value for a group.
// Changes are shared as slots are, so some are left for newcomers: one source
// alone gets half of them. All sources that hold their share of the slots together
// get no more than half.
func (p *population) mayChange(g int16, from holder) bool {
	left := p.changesFor(g)
	if p.holdsShare(from) {
		left = min(left, max(1, p.changes.most()/2)-p.changes.n)
	}
	if p.perSource >= p.size {
		return left > 0
	}
	return fairshare.MayTakeOfFew(from.changes, left)
}

// changed notes a change of hands. There must be one left.
func (p *population) changed(key uint64, g int16, now int64) {
	h := p.holder(key)
	h.changes++
	p.groups[g].changes++
	c := &p.changes
	c.ring[(c.first+c.n)%len(c.ring)] = change{at: now, holder: h, group: g}
	c.n++
}

// forgetChanges forgets what changed before the window, a few at a time.
func (p *population) forgetChanges(now int64) {
	c := &p.changes
	for range perCall {
		old := &c.ring[c.first]
		if c.n == 0 || now-old.at < int64(changeWindow) {
			return
		}
		old.holder.changes--
		p.groups[old.group].changes--
		p.release(old.holder)
		*old = change{}
		c.first = (c.first + 1) % len(c.ring)
		c.n--
	}
}
