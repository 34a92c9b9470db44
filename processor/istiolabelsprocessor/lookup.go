package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"encoding/binary"
	"hash/maphash"
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// lookup gives the record's label set: a remembered one if its facts and inputs
// are the same as before. slot is where the worker remembers it, if it does.
func (w *worker) lookup(facts istio.Facts) (set *labelSet, slot *recentSet) {
	w.key = appendKey(w.key[:0], facts, w)
	slot = w.recent.slot(w.key)
	if slot.set != nil && slot.set.key == string(w.key) {
		return slot.set, slot
	}
	set = w.p.sets.get(w.key)
	if set == nil {
		set = w.derive(facts)
		set.key = string(w.key)
		w.p.sets.put(set)
	}
	*slot = recentSet{set: set}
	return set, slot
}

func (w *worker) derive(facts istio.Facts) *labelSet {
	w.counts.derived++
	d := w.p.options.Derive(&w.record, facts)
	return w.p.maker.newSet(labelValues{labels: d.Labels, verdict: d.Verdict, protocol: facts.Protocol(), hostClaimed: d.HostClaimed})
}

const (
	// maxSpelled is how long a value may be to stand in a key as it is. A client
	// may write a Host header of many kilobytes; of longer values a hash stands
	// there.
	maxSpelled = 128
	// hashed stands in a key in place of a length.
	hashed = math.MaxUint16
)

// Two hashes, whose seeds nobody knows, tell long values apart.
var hashSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// appendKey spells out all that a label set depends on.
func appendKey(key []byte, facts istio.Facts, w *worker) []byte {
	key = facts.AppendKey(key)
	for i, op := range istio.Inputs {
		if !w.record.Has(op) {
			continue
		}
		v := w.record.Raw(op)
		key = append(key, byte(i))
		if len(v) > maxSpelled {
			key = binary.LittleEndian.AppendUint16(key, hashed)
			for _, seed := range hashSeeds {
				key = binary.LittleEndian.AppendUint64(key, maphash.String(seed, v))
			}
			continue
		}
		key = binary.LittleEndian.AppendUint16(key, uint16(len(v)))
		key = append(key, v...)
	}
	return key
}

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

func (r *recentSets) slot(key []byte) *recentSet {
	return &r.slots[maphash.Bytes(hashSeeds[0], key)%uint64(len(r.slots))]
}

// next starts a new batch: groups of the last one mean nothing any more.
func (r *recentSets) next() { r.batch++ }
