package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"net/netip"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// lookup gives the record's label set: a remembered one if its facts and inputs
// are the same as before. slot is where the worker remembers it.
func (w *worker) lookup(facts istio.Facts) (set *labelSet, slot *recentSet) {
	w.hostAsked = false
	w.key = appendKey(w.key[:0], facts, w)
	slot = w.recent.slot(w.key)
	if slot.holds(w.key) {
		return slot.set, slot
	}
	if w.p.hostLimiter != nil && facts.Verdict.Counted() && w.p.options.HostAlone(&w.record, facts) {
		if set, slot := w.hostless(facts); set != nil {
			return set, slot
		}
	}
	set = w.find(w.key, facts, false)
	*slot = recentSet{set: set}
	return set, slot
}

// find gives the set of a key that the worker does not remember.
func (w *worker) find(key []byte, facts istio.Facts, hostless bool) *labelSet {
	set := w.p.sets.get(key)
	if set == nil {
		set = w.derive(facts, hostless)
		set.key = string(key)
		w.p.sets.put(set)
	}
	return set
}

// hostless gives the set of a record whose host has no slot, nil if it has one:
// a set that all hosts share. A client may write another host each time, and
// spelling out labels costs ten times as much as finding them.
func (w *worker) hostless(facts istio.Facts) (*labelSet, *recentSet) {
	host := w.p.options.Host(&w.record)
	if host == istio.Unknown {
		return nil, nil // says nothing, and needs no slot
	}
	authority := w.record.Raw(accesslog.Authority)
	w.record.Set(accesslog.Authority, limit.Other)
	defer w.record.Set(accesslog.Authority, authority)
	// No key of another record starts with this byte: see remember.
	w.hostlessKey = appendKey(append(w.hostlessKey[:0], 0xfe), facts, w)
	slot := w.recent.slot(w.hostlessKey)
	if !slot.holds(w.hostlessKey) {
		*slot = recentSet{set: w.find(w.hostlessKey, facts, true)}
	}
	w.hostAsked = true
	if w.p.hostLimiter.Name(host, netip.Addr{}, &slot.set.asker, w.now).Value == host {
		return nil, nil
	}
	return slot.set, slot
}

func (w *worker) derive(facts istio.Facts, hostless bool) *labelSet {
	w.counts.derived++
	d := w.p.options.Derive(&w.record, facts)
	return w.p.maker.newSet(labelValues{labels: d.Labels, verdict: d.Verdict, protocol: facts.Protocol(), hostClaimed: d.HostClaimed && !hostless})
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

// holds tells whether it is the set of a key.
func (s *recentSet) holds(key []byte) bool { return s.set != nil && s.set.key == string(key) }

func (r *recentSets) slot(key []byte) *recentSet {
	return &r.slots[maphash.Bytes(hashSeeds[0], key)%uint64(len(r.slots))]
}

// next starts a new batch: groups of the last one mean nothing any more.
func (r *recentSets) next() { r.batch++ }
