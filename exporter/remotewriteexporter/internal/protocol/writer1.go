// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"encoding/binary"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// Fields of protocol 1.0.
const (
	request1Series    = 1
	series1Samples    = 2
	series1Exemplars  = 3
	series1Histograms = 4

	// Labels are field 1 of a series and of an exemplar, as series.AppendLabel
	// writes it. The other fields of an exemplar are those of protocol 2.0, too.
	exemplarValue     = 2
	exemplarTimestamp = 3
)

// writer1 writes requests of protocol 1.0. A series has all its labels there,
// which are those of the series before it for the most part: see repeats.
type writer1 struct {
	limit int

	request snappyWriter
	counts  Counts
	repeats repeats
	// rest is what a series has beside labels, message one of its parts.
	rest, message []byte
}

func newWriter1(limit int) *writer1 {
	w := &writer1{limit: limit}
	w.repeats = newRepeats(&w.request)
	return w
}

func (w *writer1) empty() bool { return w.counts.Series == 0 }

func (w *writer1) finish() Request {
	r := Request{Body: bodyOf(&w.request), Counts: w.counts}
	w.counts = Counts{}
	w.repeats.reset()
	return r
}

func (w *writer1) add(s *series.Series) bool {
	before, between, after := s.Set.Wire(s.Extra)
	size := len(before) + len(s.Name.Wire) + len(between) + len(after)
	if s.Extra != nil {
		size += len(s.Extra.Wire)
	}
	w.writeRest(s)
	size += len(w.rest)
	if !w.empty() && w.request.len()+1+protowire.SizeBytes(size) > w.limit {
		return false
	}
	var head [1 + binary.MaxVarintLen64]byte
	w.repeats.begin(s.Set)
	w.repeats.head(binary.AppendUvarint(append(head[:0], request1Series<<3|wireBytes), uint64(size)))
	w.repeats.labels(before)
	w.repeats.name(s.Name)
	w.repeats.labels(between)
	if s.Extra != nil {
		w.repeats.extra(s.Extra)
	}
	w.repeats.labels(after)
	w.repeats.rest(w.rest)
	w.counts.add(s)
	return true
}

func (w *writer1) writeRest(s *series.Series) {
	w.rest = w.rest[:0]
	for i := range s.Samples {
		w.rest = appendSample(w.rest, series1Samples, &s.Samples[i], false)
	}
	for i := range s.Exemplars {
		w.writeExemplar(&s.Exemplars[i])
		w.rest = appendBytes(w.rest, series1Exemplars, w.message)
	}
	for i := range s.Histograms {
		w.message = appendHistogram(w.message[:0], &s.Histograms[i], false)
		w.rest = appendBytes(w.rest, series1Histograms, w.message)
	}
}

func (w *writer1) writeExemplar(e *series.Exemplar) {
	w.message = w.message[:0]
	for _, l := range e.Labels {
		w.message = series.AppendLabel(w.message, l.Name, l.Value)
	}
	w.message = appendDouble(w.message, exemplarValue, e.Value)
	w.message = appendInt(w.message, exemplarTimestamp, uint64(e.Timestamp))
}

func (c *Counts) add(s *series.Series) {
	c.Series++
	c.Samples += len(s.Samples)
	c.Histograms += len(s.Histograms)
	c.Exemplars += len(s.Exemplars)
	c.Points += s.Points
}
