// SPDX-License-Identifier: Apache-2.0

package series

// Reason is why a point cannot be sent. It is the value of an attribute.
type Reason string

// Reasons.
const (
	// ReasonTemporality: the metric is not cumulative, or does not say.
	ReasonTemporality Reason = "temporality"
	// ReasonName: nothing is left of the metric's name, or it is not UTF-8.
	ReasonName Reason = "name"
	// ReasonLabel: an attribute makes no label: nothing is left of its key, key
	// or value is not UTF-8, or the label is one that the metric needs, as le of
	// a histogram.
	ReasonLabel Reason = "label"
	// ReasonDuplicate: the series already has a sample of that time.
	ReasonDuplicate Reason = "duplicate"
	// ReasonBuckets: the buckets of a histogram do not fit together, or their
	// scale is below what Prometheus has.
	ReasonBuckets Reason = "buckets"
	// ReasonNoValue: the point has no value and does not say so by its flag, or
	// the metric has no type.
	ReasonNoValue Reason = "no_value"
)

// Reasons lists all reasons.
func Reasons() []Reason {
	return []Reason{ReasonTemporality, ReasonName, ReasonLabel, ReasonDuplicate, ReasonBuckets, ReasonNoValue}
}

// Report says what of some metrics could not be sent.
type Report struct {
	unsent map[Reason]Unsent
}

// Unsent is what could not be sent for one reason.
type Unsent struct {
	// Points counts points of metrics, as OpenTelemetry has them.
	Points int
	// Metric is the name of one of the metrics, the first.
	Metric string
}

// Unsent returns what could not be sent for a reason.
func (r *Report) Unsent(why Reason) Unsent { return r.unsent[why] }

// Points counts all points that could not be sent.
func (r *Report) Points() (n int) {
	for _, u := range r.unsent {
		n += u.Points
	}
	return n
}

func (r *Report) add(why Reason, metric string, points int) {
	if points == 0 {
		return
	}
	if r.unsent == nil {
		r.unsent = map[Reason]Unsent{}
	}
	u := r.unsent[why]
	if u.Points == 0 {
		u.Metric = metric
	}
	u.Points += points
	r.unsent[why] = u
}
