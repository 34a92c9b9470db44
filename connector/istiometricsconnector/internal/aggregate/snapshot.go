package aggregate

// Snapshot is a copy of the points of some Sets at one time. Its buffers are
// used again after Reset. It is not safe for concurrent use.
type Snapshot struct {
	Counters   []CounterPoint
	Histograms []HistogramPoint

	exemplars []Exemplar
	buckets   []uint64
}

// CounterPoint is the value of one counter.
type CounterPoint struct {
	Set *Set
	// Address is the destination_ip, empty for none.
	Address string
	// Metric is an index into Options.Metrics.
	Metric int
	Start  int64
	Value  int64
	// Exemplars has at most one.
	Exemplars []Exemplar
}

// HistogramPoint is the value of one histogram.
type HistogramPoint struct {
	Set *Set
	// Metric is an index into Options.Metrics.
	Metric int
	Start  int64
	Count  uint64
	// Sum in the field's own unit; see Divisor.
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
	n.Counters, n.Histograms = n.Counters[:0], n.Histograms[:0]
	n.exemplars, n.buckets = n.exemplars[:0], n.buckets[:0]
}

// Append copies the points of a set, as of now, and takes its exemplars. A
// series that began after now, while a snapshot was being made, began now from
// here on: no point is older than its series.
func (s *State) Append(n *Snapshot, set *Set, now int64) {
	l := &s.layouts[set.protocol]
	for _, t := range set.targets {
		n.appendCounters(set, t.address, t.counters, l.addressed, now)
	}
	n.appendCounters(set, "", set.plain, l.plain, now)
	for i := range set.histograms {
		n.appendHistogram(set, &set.histograms[i], &l.histograms[i], now)
	}
}

func (n *Snapshot) appendCounters(set *Set, address string, counters []counter, slots []counterSlot, now int64) {
	for i := range counters {
		c := &counters[i]
		if c.start == 0 {
			continue
		}
		c.start = min(c.start, now)
		p := CounterPoint{Set: set, Address: address, Metric: slots[i].metric, Start: c.start, Value: c.value}
		if c.exemplar != nil && c.exemplar.Time != 0 {
			n.exemplars = append(n.exemplars, *c.exemplar)
			p.Exemplars = n.exemplars[len(n.exemplars)-1:]
			c.exemplar.Time = 0
		}
		n.Counters = append(n.Counters, p)
	}
}

func (n *Snapshot) appendHistogram(set *Set, h *histogram, slot *histogramSlot, now int64) {
	if h.start == 0 {
		return
	}
	h.start = min(h.start, now)
	p := HistogramPoint{Set: set, Metric: slot.metric, Start: h.start, Count: h.count, Sum: h.sum}
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
	n.Histograms = append(n.Histograms, p)
}

func (n *Snapshot) appendExponential(h *histogram) *Exponential {
	positive := h.exp.Positive()
	for i := range positive.Len() {
		n.buckets = append(n.buckets, positive.At(i))
	}
	return &Exponential{Scale: h.exp.Scale(), Offset: positive.Offset(), Zeros: h.exp.ZeroCount()}
}
