// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// labels is the set in which each bounded value has a slot or a fallback.
func (b *Bounder) labels(set *labelset.Set, host string, now int64) *labelset.Set {
	if len(set.Bounded) == 0 && host == "" {
		return set
	}
	b.said = b.said[:0]
	for i := range set.Bounded {
		v := &set.Bounded[i]
		b.said = append(b.said, b.label(b.limiterOf(v), v.Value, &set.Asker, now))
	}
	if host != "" {
		b.said = append(b.said, b.label(b.service, host, &set.Asker, now))
	}
	r := b.recent.find(set.ID, b.said)
	if r.from != set || !slices.Equal(r.said, b.said) {
		r.from, r.said, r.set = set, append(r.said[:0], b.said...), b.recall(set)
	}
	return r.set
}

func (b *Bounder) label(l *limit.Limiter, value string, a *limit.Asker, now int64) limit.Resolved {
	said := l.Name(value, netip.Addr{}, a, now)
	if said.Term == 0 {
		b.fallbacks.note(l, a, now)
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
	v := set.Clone()
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
		if packed := slotOf(said); packed != 0 {
			v.Slots = append(v.Slots, labelset.Slot{Name: name, Packed: packed})
		}
	}
	return v
}
