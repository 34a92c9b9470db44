// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"encoding/binary"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// Fields of protocol 2.0.
const (
	request2Symbols   = 4
	request2Series    = 5
	series2Labels     = 1
	series2Samples    = 2
	series2Histograms = 3
	series2Exemplars  = 4
	series2Metadata   = 5
	exemplar2Labels   = 1
	metadataType      = 1
	metadataHelp      = 3
	metadataUnit      = 4
)

// maxReference is the size of a reference to a symbol, in bytes, at most.
const maxReference = binary.MaxVarintLen32

// writer2 writes requests of protocol 2.0.
type writer2 struct {
	limit int

	symbols symbols
	series  snappyWriter
	counts  Counts
	set     references
	// begin is a series up to its labels and with them, rest what it has beside
	// them, message one of its parts.
	begin, rest, message []byte
}

func newWriter2(limit int) *writer2 {
	w := &writer2{limit: limit}
	w.symbols.reset()
	return w
}

func (w *writer2) empty() bool { return w.counts.Series == 0 }

func (w *writer2) finish() Request {
	// Symbols come first, so that a receiver can read a request in one pass.
	r := Request{Body: bodyOf(&w.symbols.wire, &w.series), Counts: w.counts}
	w.symbols.reset()
	w.set.set = nil
	w.counts = Counts{}
	return r
}

func (w *writer2) add(s *series.Series) bool {
	if !w.empty() && w.symbols.wire.len()+w.series.len()+mostBytes(s) > w.limit {
		return false
	}
	if w.set.set != s.Set {
		w.set.read(s.Set, &w.symbols)
	}
	w.writeRest(s)
	before, between, after := w.set.gaps.Cut(w.set.wire, s.Extra)
	w.message = append(w.message[:0], before...)
	w.message = w.symbols.appendReferences(w.message, s.Name.Name, s.Name.Value)
	w.message = append(w.message, between...)
	if s.Extra != nil {
		w.message = w.symbols.appendReferences(w.message, s.Extra.Name, s.Extra.Value)
	}
	w.message = append(w.message, after...)

	size := 1 + protowire.SizeBytes(len(w.message)) + len(w.rest)
	w.begin = binary.AppendUvarint(append(w.begin[:0], request2Series<<3|wireBytes), uint64(size))
	w.begin = appendBytes(w.begin, series2Labels, w.message)
	w.series.put(w.begin)
	w.series.put(w.rest)
	w.counts.add(s)
	return true
}

// mostBytes is the most that a series adds to a request: all its labels are new.
func mostBytes(s *series.Series) int {
	before, between, after := s.Set.Wire(s.Extra)
	n := 2*(len(before)+len(between)+len(after)+len(s.Name.Wire)) + len(s.Metadata.Help) + len(s.Metadata.Unit) + 64
	if s.Extra != nil {
		n += 2 * len(s.Extra.Wire)
	}
	n += 48 * len(s.Samples)
	for i := range s.Histograms {
		h := &s.Histograms[i]
		n += 128 + 16*(len(h.Positive.Spans)+len(h.Negative.Spans)) + 10*(len(h.Positive.Deltas)+len(h.Negative.Deltas))
	}
	for i := range s.Exemplars {
		n += 32
		for _, l := range s.Exemplars[i].Labels {
			n += len(l.Name) + len(l.Value) + 2*maxReference + 12
		}
	}
	return n
}

func (w *writer2) writeRest(s *series.Series) {
	w.rest = w.rest[:0]
	for i := range s.Samples {
		w.rest = appendSample(w.rest, series2Samples, &s.Samples[i], true)
	}
	for i := range s.Histograms {
		w.message = appendHistogram(w.message[:0], &s.Histograms[i], true)
		w.rest = appendBytes(w.rest, series2Histograms, w.message)
	}
	for i := range s.Exemplars {
		w.writeExemplar(&s.Exemplars[i])
		w.rest = appendBytes(w.rest, series2Exemplars, w.message)
	}
	w.message = appendInt(w.message[:0], metadataType, uint64(s.Metadata.Type))
	w.message = appendInt(w.message, metadataHelp, uint64(w.symbols.reference(s.Metadata.Help)))
	w.message = appendInt(w.message, metadataUnit, uint64(w.symbols.reference(s.Metadata.Unit)))
	w.rest = appendBytes(w.rest, series2Metadata, w.message)
}

func (w *writer2) writeExemplar(e *series.Exemplar) {
	var refs []byte
	for _, l := range e.Labels {
		refs = w.symbols.appendReferences(refs, l.Name, l.Value)
	}
	w.message = w.message[:0]
	if len(refs) > 0 {
		w.message = appendBytes(w.message, exemplar2Labels, refs)
	}
	w.message = appendDouble(w.message, exemplarValue, e.Value)
	w.message = appendInt(w.message, exemplarTimestamp, uint64(e.Timestamp))
}
