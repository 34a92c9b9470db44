package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// labelSet is a set of labels as it stands on scopes. It is immutable.
type labelSet struct {
	key          string
	labels       contract.LabelSet
	verdict      contract.Verdict
	verdictIndex int
	// attributes are the labels, the verdict and the schema.
	attributes pcommon.Map
	// addressed is true if its records get the label destination_ip.
	addressed bool
}

// setMaker makes label sets as the configuration wants them.
type setMaker struct {
	schema contract.Schema
	// all is set if labels with their default value are written, too: a next
	// component that is not ours does not know the defaults.
	all          bool
	removed      []contract.Label
	destinations []string // nil if destination_ip is off
}

func newSetMaker(cfg *Config) *setMaker {
	m := &setMaker{schema: cfg.Schema, all: cfg.LabelsOn == labelsOnRecord}
	for _, name := range cfg.Remove {
		if l, ok := contract.LabelByName(name); ok {
			m.removed = append(m.removed, l)
		}
	}
	if cfg.DestinationIP.Enabled == on && !slices.Contains(m.removed, contract.DestinationIP) {
		m.destinations = cfg.DestinationIP.Destinations
	}
	return m
}

// extraLabel is a label that the user defined.
type extraLabel struct{ name, value string }

func (m *setMaker) make(labels contract.LabelSet, extra []extraLabel, verdict contract.Verdict) *labelSet {
	s := &labelSet{labels: labels, verdict: verdict, verdictIndex: verdictIndex(verdict), attributes: pcommon.NewMap()}
	s.addressed = slices.Contains(m.destinations, labels[contract.DestinationServiceName]) &&
		!(m.schema == contract.SchemaIstio13 && verdict == contract.VerdictHTTP)
	s.attributes.EnsureCapacity(len(labels) + len(extra) + 3)
	s.attributes.PutStr(contract.AttrVerdict, string(verdict))
	s.attributes.PutStr(contract.AttrSchema, string(m.schema))
	for _, l := range m.schema.Labels(verdict.Protocol()) {
		switch {
		case slices.Contains(m.removed, l):
			s.attributes.PutStr(l.String(), "")
		case m.all && labels[l] != "", labels[l] != l.Default():
			s.attributes.PutStr(l.String(), labels[l])
		}
	}
	if len(extra) > 0 {
		names := s.attributes.PutEmptySlice(contract.AttrExtraLabels)
		for _, e := range extra {
			names.AppendEmpty().SetStr(e.name)
			s.attributes.PutStr(e.name, e.value)
		}
	}
	return s
}

// lookup gives the record's label set: a remembered one if its facts and inputs
// are the same as before. slot is where the worker remembers it, if it does.
func (w *worker) lookup(facts istio.Facts) (set *labelSet, slot *recentSet) {
	var whole bool
	w.key, whole = appendKey(w.key[:0], facts, w)
	if !whole {
		return w.derive(facts), nil
	}
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
	labels, verdict := w.p.options.Derive(&w.record, facts)
	return w.p.maker.make(labels, nil, verdict)
}

// maxKey bounds what is remembered of one set: a client may write a Host header
// of many kilobytes.
const maxKey = 2048

// appendKey spells out all that a label set depends on. It is false if that is
// too long to be remembered.
func appendKey(key []byte, facts istio.Facts, w *worker) ([]byte, bool) {
	key = facts.AppendKey(key)
	for i, op := range istio.Inputs {
		if !w.record.Has(op) {
			continue
		}
		v := w.record.Raw(op)
		if len(v) > maxKey {
			return key, false
		}
		key = append(key, byte(i))
		key = binary.LittleEndian.AppendUint16(key, uint16(len(v)))
		key = append(key, v...)
	}
	return key, len(key) <= maxKey
}

// recentSets is a worker's own short memory, which needs no lock: a table of
// sets by the hash of their keys.
type recentSets struct {
	batch uint64
	slots [256]recentSet
}

// recentSet is a set and the group that its records of this scope are in.
type recentSet struct {
	set   *labelSet
	batch uint64
	group int
}

var hashSeed = maphash.MakeSeed()

func (r *recentSets) slot(key []byte) *recentSet {
	return &r.slots[maphash.Bytes(hashSeed, key)%uint64(len(r.slots))]
}

// next starts a new batch: groups of the last one mean nothing any more.
func (r *recentSets) next() { r.batch++ }

// maxSets bounds the sets of one generation; two are held. At maxKey bytes and
// 25 short labels each that is at most 50 MiB, and usually a few.
const maxSets = 4096

// setCache remembers label sets that all workers share. It holds two
// generations: a full one becomes the old one, and a set found there moves on
// to the new one, so that what is in use stays without an order to keep.
type setCache struct {
	mu       sync.Mutex
	new, old map[string]*labelSet
}

func newSetCache() *setCache {
	return &setCache{new: make(map[string]*labelSet)}
}

func (c *setCache) get(key []byte) *labelSet {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.new[string(key)]; ok {
		return s
	}
	s := c.old[string(key)]
	if s != nil {
		c.addLocked(s)
	}
	return s
}

func (c *setCache) put(s *labelSet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addLocked(s)
}

func (c *setCache) addLocked(s *labelSet) {
	if len(c.new) >= maxSets {
		c.old, c.new = c.new, make(map[string]*labelSet, maxSets/4)
	}
	c.new[s.key] = s
}

// A key's lengths are two bytes each.
var _ [math.MaxUint16 - maxKey]struct{}
