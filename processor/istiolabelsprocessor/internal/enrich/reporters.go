package enrich

import (
	"hash/maphash"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
)

// reporters remembers the workloads of some senders: a proxy says the same of
// itself in each record, and to take it apart costs more than all else here.
type reporters [64]struct {
	inputs istio.ReporterInputs
	source addressnames.Source
}

// maxRemembered is the most bytes of what a sender says of itself. What is longer
// is taken apart each time: a sender may write as much as a request holds.
const maxRemembered = 1 << 10

var seed = maphash.MakeSeed()

// of is the workload that wrote a record. Its claims hold for it alone. One that
// calls itself unknown is nobody.
func (r *reporters) of(rec *accesslog.Record, f *istio.Facts) addressnames.Source {
	inputs := istio.ReporterInputsOf(rec, f)
	if inputs == (istio.ReporterInputs{}) {
		return addressnames.Source{}
	}
	if inputs.Len() > maxRemembered {
		return sourceOf(inputs.Reporter())
	}
	known := &r[maphash.Comparable(seed, inputs)%uint64(len(r))]
	if known.inputs != inputs {
		known.inputs = inputs.Clone()
		known.source = sourceOf(known.inputs.Reporter())
	}
	return known.source
}

func sourceOf(r istio.Reporter) addressnames.Source {
	if r.Namespace == istio.Unknown || r.Workload == istio.Unknown {
		return addressnames.Source{}
	}
	return addressnames.Source{Namespace: r.Namespace, Workload: r.Workload}
}
