package bounds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// store is what Prometheus keeps of what it was sent: series by name and labels,
// with the lives that they had. It holds each sample against the rules.
type store struct {
	rules  rules
	series map[string]*series
	// live is the number of series whose last sample is no stale marker, and
	// values how many of them have a value of a label with a limit.
	live   int
	values map[string]map[string]int

	flush pcommon.Timestamp
	// accepted are the flushes before it of which all was accepted.
	accepted []pcommon.Timestamp
	// witness sees what the connector is sent.
	witness *witness
	// fresh are the values that the flush brought, by label.
	fresh map[string]map[string]bool

	most       most
	violations []string
}

// rules are the bounds that a store holds samples against.
type rules struct {
	maxSeries int
	limits    map[string]int
	// free tells which values of a label need no slot.
	free func(label, value string) bool
}

// most is what was seen at most.
type most struct {
	live, lives int
	values      map[string]int
	wentOn      int
	// beyond is how many values showed beyond a limit.
	beyond int
}

// series is one of Prometheus'.
type series struct {
	component string
	labels    map[string]string
	counts    bool // an exponential histogram is one series, of two components

	start, at pcommon.Timestamp
	// value is that of the life that goes on or went last, before what those
	// before it came to.
	value, before float64
	lives         int
	ended         bool
}

func newStore(r rules) *store {
	return &store{
		rules: r, witness: newWitness(), series: map[string]*series{}, values: map[string]map[string]int{},
		fresh: map[string]map[string]bool{}, most: most{values: map[string]int{}},
	}
}

func (s *store) violate(format string, args ...any) {
	if len(s.violations) < 10 {
		s.violations = append(s.violations, fmt.Sprintf(format, args...))
	}
}

// sample is one component of a point.
type sample struct {
	name      string
	counts    bool
	labels    pcommon.Map
	start, at pcommon.Timestamp
	ended     bool
	value     float64
}

// zero tells whether it is the zero that a series starts with.
func (p *sample) zero() bool { return p.at == p.start && p.value == 0 && !p.ended }

// flushOf is the time of the flush that a request is a part of.
func flushOf(md pmetric.Metrics) (at pcommon.Timestamp) {
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		for sample := range samples(m) {
			at = max(at, sample.at)
		}
	}
	return at
}

// write takes the samples of a request.
func (s *store) write(md pmetric.Metrics) {
	if at := flushOf(md); at != s.flush {
		s.flush, s.fresh = at, map[string]map[string]bool{}
	}
	for _, m := range md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().All() {
		for sample := range samples(m) {
			s.add(&sample)
		}
	}
	s.check()
}

// check holds what lives against the bounds.
func (s *store) check() {
	s.most.live = max(s.most.live, s.live)
	if s.live > s.rules.maxSeries {
		s.violate("%d series live, max_series is %d", s.live, s.rules.maxSeries)
	}
	for label, limit := range s.rules.limits {
		n := len(s.values[label])
		s.most.values[label] = max(s.most.values[label], n)
		allowed := s.witness.allowed(label, limit, s.since())
		if n > allowed {
			s.violate("%d values of %s live, allowed are %d, the limit is %d", n, label, allowed, limit)
		}
		s.most.beyond = max(s.most.beyond, n-limit)
		if n := len(s.fresh[label]); n > allowed {
			s.violate("%d values of %s are new in one flush, allowed are %d, the limit is %d", n, label, allowed, limit)
		}
	}
}

// since is when the second last flush began that was accepted: values that lost their
// slots before it have ended.
func (s *store) since() pcommon.Timestamp {
	if n := len(s.accepted); n >= 2 {
		return s.accepted[n-2]
	}
	return 0
}

// restart notes that the connector is gone: its series end without a word. No time
// passes until there is another one, so the next samples may be of the same moment.
func (s *store) restart() {
	for _, known := range s.series {
		known.at--
		if !known.ended {
			s.count(known, -1)
			known.ended = true
		}
	}
	s.accepted = nil
}

func (s *store) add(p *sample) {
	key := p.name + keyOf(p.labels)
	known := s.series[key]
	if known == nil {
		if p.ended {
			s.violate("%s ends and never lived", key)
			return
		}
		known = &series{component: p.name, counts: p.counts, labels: labelsOf(p.labels), ended: true}
		s.series[key] = known
	}
	if p.zero() && p.start == known.start {
		return // its sender was told that the first one had not arrived
	}
	s.order(known, p, key)
	switch {
	case p.ended && !known.ended:
		s.count(known, -1)
	case !p.ended && known.ended:
		s.count(known, 1)
	}
	if !p.ended {
		known.value = p.value
	}
	known.start, known.at, known.ended = p.start, p.at, p.ended
}

// order holds a sample against the one before it.
func (s *store) order(known *series, p *sample, key string) {
	switch {
	case p.at <= known.at:
		s.violate("%s has two samples at %v", key, p.at.AsTime())
	case p.start == known.start:
		// A life goes on after its end if something came in while that went out,
		// or if its sender was told that it had not arrived.
		if known.ended && !p.ended {
			s.most.wentOn++
		}
		if !p.ended && p.value < known.value {
			s.violate("%s falls from %v to %v", key, known.value, p.value)
		}
	case p.start < known.start, p.start > p.at:
		s.violate("%s starts at %v, after %v, at %v", key, p.start.AsTime(), known.start.AsTime(), p.at.AsTime())
	case !known.ended || known.start > 0 && p.start <= known.at:
		s.violate("%s starts anew at %v, and the life before it ended=%v at %v", key, p.start.AsTime(), known.ended, known.at.AsTime())
	case p.ended:
		s.violate("%s ends a life that never was", key)
	case !p.zero():
		s.violate("%s starts without a zero", key)
	default:
		known.before += known.value
		known.value = 0
		known.lives++
		s.most.lives = max(s.most.lives, known.lives)
	}
}

// count adds a series to those that live, or takes it away.
func (s *store) count(known *series, n int) {
	if !known.counts {
		return
	}
	s.live += n
	for label := range s.rules.limits {
		value := known.valueOf(label)
		if value == "" || s.rules.free(label, value) {
			continue
		}
		if s.values[label] == nil {
			s.values[label] = map[string]int{}
		}
		if n > 0 && s.values[label][value] == 0 {
			if s.fresh[label] == nil {
				s.fresh[label] = map[string]bool{}
			}
			s.fresh[label][value] = true
		}
		if s.values[label][value] += n; s.values[label][value] == 0 {
			delete(s.values[label], value)
		}
	}
}

// valueOf is the value of a label, or of a claimed peer.
func (s *series) valueOf(label string) string {
	if label != contract.ClaimedPeer {
		return s.labels[label]
	}
	if !strings.HasPrefix(s.labels[contract.SourceWorkload.String()], claimedPrefix) {
		return ""
	}
	return string(contract.AppendPeer(nil, contract.SourcePeer, func(l contract.Label) string { return s.labels[l.String()] }))
}

// has tells whether there ever was a series with this value of a label.
func (s *store) has(label, value string) bool {
	for _, known := range s.series {
		if known.labels[label] == value {
			return true
		}
	}
	return false
}

// sum is what all lives of a series came to.
func (s *series) sum() float64 { return s.before + s.value }

// samples are those that remote write makes of a metric's points.
func samples(m pmetric.Metric) func(yield func(sample) bool) {
	return func(yield func(sample) bool) {
		switch m.Type() {
		case pmetric.MetricTypeSum:
			for _, p := range m.Sum().DataPoints().All() {
				if !yield(sample{m.Name(), true, p.Attributes(), p.StartTimestamp(), p.Timestamp(), p.Flags().NoRecordedValue(), float64(p.IntValue())}) {
					return
				}
			}
		case pmetric.MetricTypeHistogram:
			for _, p := range m.Histogram().DataPoints().All() {
				if !explicit(m.Name(), p, yield) {
					return
				}
			}
		case pmetric.MetricTypeExponentialHistogram:
			for _, p := range m.ExponentialHistogram().DataPoints().All() {
				base := sample{m.Name() + "_count", true, p.Attributes(), p.StartTimestamp(), p.Timestamp(), p.Flags().NoRecordedValue(), float64(p.Count())}
				sum := base
				sum.name, sum.counts, sum.value = m.Name()+"_sum", false, p.Sum()
				if !yield(base) || !yield(sum) {
					return
				}
			}
		case pmetric.MetricTypeGauge: // the build info, which is no series of the state
		default:
			panic(m.Type())
		}
	}
}

func explicit(name string, p pmetric.HistogramDataPoint, yield func(sample) bool) bool {
	base := sample{name + "_count", true, p.Attributes(), p.StartTimestamp(), p.Timestamp(), p.Flags().NoRecordedValue(), float64(p.Count())}
	if !yield(base) {
		return false
	}
	if p.HasSum() {
		base.name, base.value = name+"_sum", p.Sum()
		if !yield(base) {
			return false
		}
	}
	total := uint64(0)
	for i, n := range p.BucketCounts().AsRaw() {
		total += n
		le := "+Inf"
		if i < p.ExplicitBounds().Len() {
			le = strconv.FormatFloat(p.ExplicitBounds().At(i), 'g', -1, 64)
		}
		base.name, base.value = name+"_bucket le="+le, float64(total)
		if !yield(base) {
			return false
		}
	}
	return true
}

// keyOf needs no sorting: a set of labels is always written in one order.
func keyOf(labels pcommon.Map) string {
	var b strings.Builder
	for name, v := range labels.All() {
		b.WriteString(" " + name + "=" + v.Str())
	}
	return b.String()
}

func labelsOf(m pcommon.Map) map[string]string {
	labels := make(map[string]string, m.Len())
	for name, v := range m.All() {
		labels[name] = v.Str()
	}
	return labels
}

// row is where a series belongs in the reference.
func (s *series) row() row {
	service := s.labels[contract.DestinationServiceName.String()]
	if !slices.Contains(fixedServices, service) {
		service = namedByHost
	}
	namespace, workload := contract.SourceWorkloadNamespace, contract.SourceWorkload
	if s.labels[contract.Reporter.String()] == "destination" {
		namespace, workload = contract.DestinationWorkloadNamespace, contract.DestinationWorkload
	}
	return row{
		metric:    s.component,
		namespace: s.labels[namespace.String()],
		workload:  s.labels[workload.String()],
		service:   service,
		protocol:  s.labels[contract.RequestProtocol.String()],
		code:      codeOf(s.labels[contract.ResponseCode.String()]),
	}
}
