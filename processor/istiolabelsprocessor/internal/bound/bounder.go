package bound

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// Bounder holds the memory that one request needs and the next one reuses. It is
// not safe for concurrent use.
type Bounder struct {
	*Bounds
	recent recent
	asker  limit.Asker // of the current record
	said   []limit.Resolved
	key    []byte
}

// NewBounder returns a bounder.
func (b *Bounds) NewBounder() *Bounder { return &Bounder{Bounds: b} }

// Labels returns the set in which each bounded value has a slot or a fallback, as
// of now. host is destination_service if the set leaves it unknown, else empty.
// Times are in nanoseconds since the Unix epoch.
func (b *Bounder) Labels(set *labelset.Set, host string, now int64) *labelset.Set {
	if len(set.Bounded) == 0 && host == "" {
		return set
	}
	b.asker = limit.Asker{Source: set.Source, Destination: set.Destination()}
	b.said = b.said[:0]
	for i := range set.Bounded {
		v := &set.Bounded[i]
		b.said = append(b.said, b.label(b.limiterOf(v), v.Value, now))
	}
	if host != "" {
		b.said = append(b.said, b.label(b.service, host, now))
	}
	r := b.recent.find(set.ID, b.said)
	if r.from != set || !slices.Equal(r.said, b.said) {
		r.from, r.said, r.set = set, append(r.said[:0], b.said...), b.recall(set)
	}
	return r.set
}

func (b *Bounder) label(l *limit.Limiter, value string, now int64) limit.Resolved {
	said := l.Name(value, netip.Addr{}, &b.asker, now)
	if said.Term == 0 {
		b.fallbacks.fell(l, &b.asker, now)
	}
	return said
}

// recall finds the set of what was said that the bounder itself does not
// remember.
func (b *Bounder) recall(set *labelset.Set) *labelset.Set {
	b.key = binary.LittleEndian.AppendUint64(b.key[:0], set.ID)
	for i := range b.said {
		b.key = appendResolved(b.key, &b.said[i])
	}
	if s, ok := b.sets.Get(b.key); ok {
		return s
	}
	made := b.o.Maker.New(b.values(set))
	b.sets.Put(string(b.key), made)
	return made
}

// values are those of a set with what was said in place.
func (b *Bounder) values(set *labelset.Set) labelset.Values {
	v := set.Values.Clone()
	for i := range b.said {
		said := &b.said[i]
		name := contract.DestinationService.String()
		if i < len(set.Bounded) {
			bounded := &set.Bounded[i]
			name = bounded.Name
			if said.Value != bounded.Value {
				bounded.Replace(&v, said.Value)
			}
		} else {
			v.Labels[contract.DestinationService] = said.Value
		}
		if packed, ok := slotOf(said); ok {
			v.Slots = append(v.Slots, labelset.Slot{Name: name, Packed: packed})
		}
	}
	return v
}

// recent is a bounder's own short memory, which needs no lock.
type recent [1024]answer

// answer is the set that what was said of a set's values makes of it.
type answer struct {
	from *labelset.Set
	said []limit.Resolved
	set  *labelset.Set
}

var seed = maphash.MakeSeed()

// find gives the place of a set and what was said of it. What stands there may be
// of another one.
func (r *recent) find(id uint64, said []limit.Resolved) *answer {
	h := id
	for i := range said {
		h = h*31 + maphash.String(seed, said[i].Value)
	}
	return &r[h%uint64(len(r))]
}
