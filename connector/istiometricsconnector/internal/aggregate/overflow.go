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

// addOverflow adds an observation whose set or target does not fit to the
// overflow set of its reporter and service.
func (s *State) addOverflow(key []byte, bounded uint64, o *Observation, now int64) {
	s.stats.Overflowed++
	nowhere := *o
	nowhere.Addresses = Addresses{}
	s.add(s.overflow(key, bounded), &nowhere, now)
}

// overflow finds or makes the overflow set for a key: its own if there is one
// or room for it, else the last.
func (s *State) overflow(key []byte, bounded uint64) *Set {
	p := protocolOf(key)
	s.overflowKey, bounded = appendOverflowKey(s.overflowKey[:0], key, bounded)
	if set, ok := s.byKey.entries[string(s.overflowKey)]; ok {
		return set
	}
	if s.budget.fits(overflow, s.budget.whole(p)) {
		return s.put(s.overflowKey, bounded, overflow, nil)
	}
	s.overflowKey = appendLastOverflowKey(s.overflowKey[:0], p)
	if set, ok := s.byKey.entries[string(s.overflowKey)]; ok {
		return set
	}
	return s.put(s.overflowKey, 0, lastOverflow, nil)
}

// appendOverflowKey writes the key of the overflow set for a key, and which of
// its labels may lose their value's slot.
func appendOverflowKey(dst, key []byte, bounded uint64) (overflow []byte, kept uint64) {
	dst = AppendProtocol(dst, protocolOf(key))
	n := 0
	for p := range parts(key) {
		if p.is(contract.Reporter) || p.is(contract.DestinationServiceName) {
			dst = appendString(append(dst, p.column), p.value)
			kept |= (bounded & 1) << n
			n++
		}
		bounded >>= 1
	}
	dst, _ = AppendExtra(dst, overflowLabel, overflowValue)
	return dst, kept
}

func appendLastOverflowKey(dst []byte, p contract.Protocol) []byte {
	dst = AppendProtocol(dst, p)
	dst, _ = AppendLabel(dst, contract.Reporter, otherValue)
	dst, _ = AppendLabel(dst, contract.DestinationServiceName, otherValue)
	dst, _ = AppendExtra(dst, overflowLabel, overflowValue)
	return dst
}
