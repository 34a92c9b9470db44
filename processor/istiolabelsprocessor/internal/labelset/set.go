// Package labelset holds sets of labels as they stand on scopes and records.
package labelset // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"

import (
	"slices"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// Values are what a set is made of.
type Values struct {
	Labels   contract.LabelSet
	Extra    []Extra
	Verdict  contract.Verdict
	Protocol contract.Protocol
	Claims   istio.Claims
	// Reporter is the workload whose proxy wrote the record.
	Reporter istio.Reporter
	// Bounded names the labels, and the peers, whose values have a slot.
	Bounded []string
}

// Extra is a label that the user defined.
type Extra struct{ Name, Value string }

// Clone returns values that share no memory with these.
func (v Values) Clone() Values {
	v.Extra, v.Bounded = slices.Clone(v.Extra), slices.Clone(v.Bounded)
	return v
}

// From is the workload that what its records ask for is charged to: the one that
// reports. Its peer may be called something else each time. Where the record does
// not name it, the user's own labels may.
func (v *Values) From() istio.Reporter {
	if v.Reporter != (istio.Reporter{}) {
		return v.Reporter
	}
	if v.Labels[contract.Reporter] == contract.ReporterSource {
		return istio.Reporter{Namespace: v.Labels[contract.SourceWorkloadNamespace], Workload: v.Labels[contract.SourceWorkload]}
	}
	return istio.Reporter{Namespace: v.Labels[contract.DestinationWorkloadNamespace], Workload: v.Labels[contract.DestinationWorkload]}
}

// Set is a set of labels. It does not change.
type Set struct {
	Values
	// ID tells it from all other sets of its maker.
	ID uint64
	// VerdictIndex is the place of the verdict in contract.Verdicts.
	VerdictIndex int
	// HasIP and HasHost are true if its records get destination_ip and
	// destination_host.
	HasIP, HasHost bool

	maker   *Maker
	once    sync.Once
	written pcommon.Map
}

// Maker makes sets as the configuration wants them. Its fields are read only. It
// is safe for concurrent use.
type Maker struct {
	Schema contract.Schema
	// Defaults is set if labels with their default value are written, too: a next
	// component that is not ours does not know the defaults.
	Defaults bool
	// Removed are labels to leave out.
	Removed []contract.Label
	// IPDestinations and HostDestinations are the values of
	// destination_service_name whose records get destination_ip and
	// destination_host.
	IPDestinations, HostDestinations []string

	made atomic.Uint64
}

// New makes a set. It keeps what v points to.
func (m *Maker) New(v Values) *Set {
	destination := v.Labels[contract.DestinationServiceName]
	// Istio 1.3 has no address on requests.
	carries := !(m.Schema == contract.SchemaIstio13 && v.Protocol == contract.HTTP)
	return &Set{
		Values:       v,
		ID:           m.made.Add(1),
		VerdictIndex: slices.Index(contract.Verdicts[:], v.Verdict),
		HasIP:        carries && slices.Contains(m.IPDestinations, destination),
		HasHost:      carries && slices.Contains(m.HostDestinations, destination),
		maker:        m,
	}
}
