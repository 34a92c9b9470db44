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
}

// Add adds other to c.
func (c *Counts) Add(other Counts) {
	c.Series += other.Series
	c.Samples += other.Samples
	c.Histograms += other.Histograms
	c.Exemplars += other.Exemplars
}
