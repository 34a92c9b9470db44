// SPDX-License-Identifier: Apache-2.0

package aggregate

// Snapshot is a copy of the points of some groups of series at one time. Its
// buffers are used again after Reset. It is not safe for concurrent use.
type Snapshot struct {
	Counters   []CounterPoint
	Histograms []HistogramPoint
	Gauges     []GaugePoint
	// Groups are those whose points these are.
	Groups []Group

	exemplars []Exemplar
	buckets   []uint64
	zeros     int
}

// Points is the number of points, with those of zero.
func (n *Snapshot) Points() int { return len(n.Counters) + len(n.Histograms) + len(n.Gauges) + n.zeros }

// CounterPoint is the value of one counter.
type CounterPoint struct {
	Set       *LabelSet
	Addresses Addresses
	// Metric is an index into Options.Metrics.
	Metric int
	Start  int64
	// Zero says that a point of zero at Start comes before this one: no value of the
	// series has been accepted yet.
	Zero bool
	// Value of a series, none if it has ended.
	Value int64
	Ended bool
	// Exemplars has at most one.
	Exemplars []Exemplar
}

// HistogramPoint is the value of one histogram.
type HistogramPoint struct {
	Set *LabelSet
	// Metric is an index into Options.Metrics.
	Metric int
	Start  int64
	// Zero is as that of a CounterPoint.
	Zero bool
	// Ended series have none of the values below.
	Ended bool
	Count uint64
	// Sum in the field's own unit; see Metric.Divisor.
	Sum int64
	// Buckets are those of the metric's bounds and one above, or those of
	// Exponential.
	Buckets []uint64
	// Exponential is nil for a histogram with explicit bounds.
	Exponential *Exponential
	// Exemplars has at most one for each bucket.
	Exemplars []Exemplar
}

// Exponential says where the buckets of an exponential histogram lie.
type Exponential struct {
	Scale, Offset int32
	Zeros         uint64
}

// Reset empties the snapshot.
func (n *Snapshot) Reset() {
	clear(n.Counters)
	clear(n.Histograms)
	clear(n.Gauges)
	clear(n.Groups)
	n.Counters, n.Histograms, n.Gauges, n.Groups = n.Counters[:0], n.Histograms[:0], n.Gauges[:0], n.Groups[:0]
	n.exemplars, n.buckets, n.zeros = n.exemplars[:0], n.buckets[:0], 0
}

// appendGroup copies the points of a group and takes its exemplars.
func (n *Snapshot) appendGroup(g Group, c *Collection) {
	n.Groups = append(n.Groups, g)
	l := g.set.layout
	if g.target != nil {
		n.appendCounters(g, g.target.counters, l.addressed, c)
		return
	}
	n.appendCounters(g, g.set.plain, l.plain, c)
	for i := range g.set.histograms {
		n.appendHistogram(g, &g.set.histograms[i], &l.histograms[i], c)
	}
	n.appendGauges(g)
}

func (n *Snapshot) appendCounters(g Group, counters []counter, specs []counterSpec, in *Collection) {
	acceptedAt := g.life().acceptedAt
	for i := range counters {
		c := &counters[i]
		if c.start == 0 {
			continue
		}
		c.start = in.startOf(c.start)
		p := CounterPoint{Set: g.set, Metric: specs[i].metric, Start: c.start, Ended: g.ends}
		if g.target != nil {
			p.Addresses = g.target.addresses
		}
		if !g.ends {
			p.Value = c.value
			p.Zero = n.zero(c.start, acceptedAt)
			n.takeExemplar(c, &p)
		}
		n.Counters = append(n.Counters, p)
	}
}

// zero tells whether a series goes out with a point of zero at its start: none of
// its values has been accepted. It counts these points.
func (n *Snapshot) zero(start, acceptedAt int64) bool {
	if start < acceptedAt {
		return false
	}
	n.zeros++
	return true
}

func (n *Snapshot) takeExemplar(c *counter, p *CounterPoint) {
	if c.exemplar != nil && c.exemplar.Time != 0 {
		n.exemplars = append(n.exemplars, *c.exemplar)
		p.Exemplars = n.exemplars[len(n.exemplars)-1:]
		c.exemplar.Time = 0
	}
}

func (n *Snapshot) appendHistogram(g Group, h *histogram, spec *histogramSpec, in *Collection) {
	if h.start == 0 {
		return
	}
	h.start = in.startOf(h.start)
	p := HistogramPoint{Set: g.set, Metric: spec.metric, Start: h.start, Ended: g.ends}
	switch {
	case g.ends && h.exp != nil:
		p.Exponential = &Exponential{}
	case !g.ends:
		p.Zero = n.zero(h.start, g.life().acceptedAt)
		n.takeHistogram(h, &p)
	}
	n.Histograms = append(n.Histograms, p)
}

func (n *Snapshot) takeHistogram(h *histogram, p *HistogramPoint) {
	p.Count, p.Sum = h.count, h.sum
	from := len(n.buckets)
	if h.exp == nil {
		n.buckets = append(n.buckets, h.buckets...)
	} else {
		p.Exponential = n.appendExponential(h)
	}
	p.Buckets = n.buckets[from:]
	from = len(n.exemplars)
	n.exemplars = append(n.exemplars, h.exemplars...)
	p.Exemplars = n.exemplars[from:]
	h.exemplars = h.exemplars[:0]
}

func (n *Snapshot) appendExponential(h *histogram) *Exponential {
	positive := h.exp.Positive()
	for i := range positive.Len() {
		n.buckets = append(n.buckets, positive.At(i))
	}
	return &Exponential{Scale: h.exp.Scale(), Offset: positive.Offset(), Zeros: h.exp.ZeroCount()}
}
