package twins

import "time"

// memory remembers keys for at least one wait and at most two, each as often as
// it was added. The zero value is ready for use. Its maps are made when needed
// and dropped when they are old: most nodes are idle most of the time.
type memory struct {
	young, old map[uint64]int32
	turned     time.Time
}

// turn forgets what is old enough, and tells how many keys that were.
func (m *memory) turn(now time.Time, wait time.Duration) (forgotten int64) {
	age := now.Sub(m.turned)
	if age < wait {
		return 0
	}
	forgotten = count(m.old)
	m.old, m.young = m.young, nil
	if age >= 2*wait {
		forgotten += count(m.old)
		m.old = nil
	}
	m.turned = now
	return forgotten
}

func (m *memory) add(key uint64) {
	if m.young == nil {
		m.young = map[uint64]int32{}
	}
	m.young[key]++
}

// remove takes a key out once, the oldest first.
func (m *memory) remove(key uint64) bool {
	return takeOne(m.old, key) || takeOne(m.young, key)
}

func (m *memory) empty() bool { return len(m.young) == 0 && len(m.old) == 0 }

func takeOne(keys map[uint64]int32, key uint64) bool {
	switch keys[key] {
	case 0:
		return false
	case 1:
		delete(keys, key)
	default:
		keys[key]--
	}
	return true
}

func count(keys map[uint64]int32) (n int64) {
	for _, times := range keys {
		n += int64(times)
	}
	return n
}
