// SPDX-License-Identifier: Apache-2.0

package limit

// group is a destination that is guaranteed slots, and changes of hands. The last
// one, guaranteed none, is that of all other destinations.
type group struct {
	name                     string
	reserved, held           int
	reservedChanges, changes int
}

func (p *population) group(a *Asker) int16 {
	for i := range p.groups {
		if p.groups[i].name == a.Destination {
			return int16(i)
		}
	}
	return int16(len(p.groups) - 1)
}

// freeFor is how many slots are free for a group, and changesFor how many changes:
// those of its own, and those that no other group is guaranteed.
func (p *population) freeFor(group int16) int {
	free := p.size - p.live.len
	for i := range p.groups {
		if g := &p.groups[i]; i != int(group) {
			free -= max(0, g.reserved-g.held)
		}
	}
	return free
}

func (p *population) changesFor(group int16) int {
	left := p.changes.left()
	for i := range p.groups {
		if g := &p.groups[i]; i != int(group) {
			left -= max(0, g.reservedChanges-g.changes)
		}
	}
	return left
}
