// SPDX-License-Identifier: Apache-2.0

package protocol

// Flush is what one call of an Encoder became.
type Flush struct {
	Version Version
	// Shards may be sent in parallel: no series is in two of them. The requests
	// of one shard are sent in order.
	Shards [][]Request
}

// Request is one write request.
type Request struct {
	// Body is compressed with snappy, as it is sent.
	Body []byte
	Counts
}

// Counts is what a request holds.
type Counts struct {
	Series, Samples, Histograms, Exemplars int
	// Points counts points of metrics, as OpenTelemetry has them: a histogram with
	// explicit bounds is one point and many samples. A point whose series are in two
	// requests is counted in one of them.
	Points int
}

// Add adds other to c.
func (c *Counts) Add(other Counts) {
	c.Series += other.Series
	c.Samples += other.Samples
	c.Histograms += other.Histograms
	c.Exemplars += other.Exemplars
	c.Points += other.Points
}

// Without returns what is left of c without a part of it.
func (c Counts) Without(part Counts) Counts {
	return Counts{
		// A series may be in both.
		Samples: c.Samples - part.Samples, Histograms: c.Histograms - part.Histograms,
		Exemplars: c.Exemplars - part.Exemplars, Points: c.Points - part.Points,
	}
}

// Values counts what is a value at a time.
func (c Counts) Values() int { return c.Samples + c.Histograms }

// SharePoints divides the points of a whole among its two parts by the values
// that they have: a sample does not tell which point it is of.
func SharePoints(whole Counts, a, b *Counts) {
	a.Points = 0
	if n := a.Values() + b.Values(); n > 0 {
		a.Points = whole.Points * a.Values() / n
	}
	b.Points = whole.Points - a.Points
}
