package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import "hash/maphash"

// recentSets is a worker's own short memory, which needs no lock: a table of
// sets by the hash of their keys.
type recentSets struct {
	batch uint64
	slots [1024]recentSet
}

// recentSet is a set and the group that its records of this scope are in.
type recentSet struct {
	set   *labelSet
	batch uint64
	group int32
}

// holds tells whether it is the set of a key.
func (s *recentSet) holds(key []byte) bool { return s.set != nil && s.set.key == string(key) }

func (r *recentSets) slot(key []byte) *recentSet {
	return &r.slots[maphash.Bytes(hashSeeds[0], key)%uint64(len(r.slots))]
}

// next starts a new batch: groups of the last one mean nothing any more.
func (r *recentSets) next() { r.batch++ }
