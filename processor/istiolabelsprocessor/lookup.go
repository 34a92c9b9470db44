package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
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
	w.hostlessKey = appendKey(append(w.hostlessKey[:0], keyWithoutHost), facts, w)
	slot := w.recent.slot(w.hostlessKey)
	if !slot.holds(w.hostlessKey) {
		*slot = recentSet{set: w.find(w.hostlessKey, facts, true)}
	}
	if r := w.p.hostLimiter.Name(host, netip.Addr{}, &slot.set.asker, w.now); r.Value == host {
		w.hostAsked, w.hostSlot = true, r
		return nil, nil
	}
	w.p.fallbacks.fell(w.p.hostLimiter, &slot.set.asker, w.now)
	return slot.set, slot
}

func (w *worker) derive(facts istio.Facts, hostless bool) *labelSet {
	w.counts.derived++
	d := w.p.options.Derive(&w.record, facts)
	if hostless {
		d.Claims[contract.DestinationService] = istio.NotClaimed
	}
	return w.p.maker.newSet(labelValues{labels: d.Labels, verdict: d.Verdict, protocol: facts.Protocol(), claims: d.Claims, reporter: d.Reporter})
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

// What other keys begin with. Facts.AppendKey begins with neither.
const (
	keyWithoutHost = 0xfe
	keyOfValues    = 0xff
)

// appendKey spells out all that a label set depends on.
func appendKey(key []byte, facts istio.Facts, w *worker) []byte {
	key = facts.AppendKey(key)
	for i, op := range istio.Inputs {
		if !w.record.Has(op) || !facts.Reads(op, &w.record) {
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

// remember gives the set of these very values. What v points to may be used
// again.
func (w *worker) remember(v labelValues) *labelSet {
	// No value, being UTF-8, holds the byte that ends each.
	w.key = append(append(w.key[:0], keyOfValues, byte(v.protocol)), v.verdict...)
	for _, claim := range v.claims {
		w.key = append(w.key, byte(claim))
	}
	w.key = append(append(w.key, v.reporter.Namespace...), keyOfValues)
	w.key = append(append(w.key, v.reporter.Workload...), keyOfValues)
	for _, value := range v.labels {
		w.key = append(append(w.key, value...), keyOfValues)
	}
	for _, x := range v.extra {
		w.key = append(append(w.key, x.value...), keyOfValues)
	}
	if s := w.p.sets.get(w.key); s != nil {
		return s
	}
	v.extra = slices.Clone(v.extra)
	s := w.p.maker.newSet(v)
	if len(w.key) <= maxKey {
		s.key = string(w.key)
		w.p.sets.put(s)
	}
	return s
}
