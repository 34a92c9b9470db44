package aggregate

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

const (
	// overflowLabel marks what was counted without its own labels. No extra
	// label may have this name: it is OpenTelemetry's.
	overflowLabel = "otel_metric_overflow"
	overflowValue = "true"
	// otherValue stands for what overflow sets are too few for.
	otherValue = "other"
)

// addOverflow adds an observation whose set or target does not fit to an overflow
// set. That one counts without histograms, which cost most: they are in the last
// set.
func (s *State) addOverflow(key []byte, bounded uint64, o *Observation, now int64) {
	s.stats.Overflowed++
	nowhere := *o
	nowhere.Addresses = Addresses{}
	p := protocolOf(key)
	s.overflowed = appendOwner(AppendProtocol(s.overflowed[:0], p), key)
	set := s.overflow(key, bounded)
	if set == nil {
		s.add(s.last(p), &nowhere, now)
		return
	}
	s.add(set, &nowhere, now)
	if len(s.layouts[p].histograms) > 0 {
		last := s.last(p)
		last.own.touch(s.collections)
		last.own.records-- // the set that has the counters counts it
		s.addHistograms(last, &nowhere, now)
	}
}

// OverflowedBy has the labels of the workload that reported what overflowed last.
func (s *State) OverflowedBy() []Label {
	if len(s.overflowed) == 0 {
		return nil
	}
	return decodeLabels(string(s.overflowed))
}

// overflow finds or makes the overflow set for a key that says most; nil if there
// is no room for any.
func (s *State) overflow(key []byte, bounded uint64) *Set {
	if s.budget.counters[protocolOf(key)] == 0 {
		return nil
	}
	side, outside := reportingSide(key), goesOutside(key)
	var set *Set
	if side != sourceSide || !outside {
		set = s.overflowSet(key, bounded, namedOverflow, kept{labels: named(side, bounded)})
	}
	if set == nil {
		set = s.overflowSet(key, bounded, ownOverflow, kept{labels: side | coarse, anyService: !outside})
	}
	if set == nil {
		set = s.overflowSet(key, bounded, coarseOverflow, kept{labels: coarse})
	}
	return set
}

// overflowSet finds or makes the overflow set of one kind; nil if there is no room.
func (s *State) overflowSet(key []byte, bounded uint64, k kind, keep kept) *Set {
	s.overflowKey, bounded = keep.appendKey(s.overflowKey[:0], key, bounded)
	if set, ok := s.byKey.entries[string(s.overflowKey)]; ok {
		return set
	}
	if !s.budget.fits(k, s.budget.counters[protocolOf(key)]) {
		return nil
	}
	var from *owner
	if k == namedOverflow {
		if from = s.owner(key); !s.budget.leavesNamed(from) {
			return nil
		}
	}
	return s.put(s.overflowKey, bounded, k, from)
}

// last finds or makes the last overflow set of a protocol.
func (s *State) last(p contract.Protocol) *Set {
	s.overflowKey = appendLastOverflowKey(s.overflowKey[:0], p)
	if set, ok := s.byKey.entries[string(s.overflowKey)]; ok {
		return set
	}
	return s.put(s.overflowKey, 0, lastOverflow, nil)
}

// coarse are the labels that say least of a record.
var coarse = maskOf(contract.Reporter, contract.DestinationServiceName)

// named are the labels that say most. A peer that may lose its slot is not among
// them: its overflow set would stay.
func named(side labelMask, bounded uint64) labelMask {
	labels := coarse | sourceSide
	if side == destinationSide {
		labels |= destinationSide
		if bounded&PeerBit(contract.SourcePeer) != 0 {
			labels &^= sourceSide
		}
	}
	return labels
}

// goesOutside tells whether traffic left the mesh or was kept from it.
func goesOutside(key []byte) bool {
	for p := range parts(key) {
		if p.is(contract.DestinationServiceName) {
			return contract.IsOutside(string(p.value))
		}
	}
	return false
}

// kept says which labels an overflow set keeps, and whether the service's name is
// one for all.
type kept struct {
	labels     labelMask
	anyService bool
}

// appendKey writes the key of the overflow set for a key, and which of its labels
// may lose their value's slot.
func (k kept) appendKey(dst, key []byte, bounded uint64) (overflow []byte, lost uint64) {
	dst = AppendProtocol(dst, protocolOf(key))
	bounded &^= PeerBits
	n := 0
	for p := range parts(key) {
		switch {
		case !k.labels.has(p.column):
		case k.anyService && p.is(contract.DestinationServiceName):
			dst = p.appendTo(dst, otherValue)
			n++
		default:
			dst = appendString(append(dst, p.column), p.value)
			lost |= (bounded & 1) << n
			n++
		}
		bounded >>= 1
	}
	dst, _ = AppendExtra(dst, overflowLabel, overflowValue)
	return dst, lost
}

func appendLastOverflowKey(dst []byte, p contract.Protocol) []byte {
	dst = AppendProtocol(dst, p)
	dst, _ = AppendLabel(dst, contract.Reporter, otherValue)
	dst, _ = AppendLabel(dst, contract.DestinationServiceName, otherValue)
	dst, _ = AppendExtra(dst, overflowLabel, overflowValue)
	return dst
}
