package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"slices"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// labelSet is a set of labels as it stands on scopes. What is seen of it does
// not change.
type labelSet struct {
	labelValues
	key          string
	maker        *setMaker
	verdictIndex int
	// addressed and hosted are true if its records get destination_ip and
	// destination_host.
	addressed, hosted bool
	// bounded are those of its values that need a slot, and asker is who wants one.
	bounded []boundedValue
	asker   limit.Asker
	// source is the sender for names of addresses.
	source addressnames.Source
	// fallback is the set in which none of the bounded values has one.
	fallback atomic.Pointer[labelSet]

	once    sync.Once
	written pcommon.Map
}

// labelValues is what a set is made of.
type labelValues struct {
	labels   contract.LabelSet
	extra    []extraLabel
	verdict  contract.Verdict
	protocol contract.Protocol
	claims   istio.Claims
	// reporter is the workload whose proxy wrote the record.
	reporter istio.Reporter
}

// extraLabel is a label that the user defined.
type extraLabel struct{ name, value string }

// setMaker makes label sets as the configuration wants them.
type setMaker struct {
	schema contract.Schema
	// all is set if labels with their default value are written, too: a next
	// component that is not ours does not know the defaults.
	all     bool
	removed []contract.Label
	// addressed and hosted are values of destination_service_name.
	addressed, hosted []string
	limited           []limitedLabel
	peers             *limit.Limiter
}

func newSetMaker(cfg *Config, limits *limits) *setMaker {
	m := &setMaker{schema: cfg.Schema, all: cfg.LabelsOn == labelsOnRecord, limited: limits.labels, peers: limits.peers}
	for _, name := range cfg.Remove {
		if l, ok := contract.LabelByName(name); ok {
			m.removed = append(m.removed, l)
		}
	}
	if cfg.limitUse(contract.DestinationIP.String()) == ofAddresses {
		m.addressed = cfg.DestinationIP.Destinations
	}
	if cfg.limitUse(contract.DestinationHost.String()) == ofAddresses {
		m.hosted = cfg.DestinationHost.Destinations
	}
	return m
}

func (m *setMaker) newSet(v labelValues) *labelSet {
	destination := v.labels[contract.DestinationServiceName]
	// Istio 1.3 has no address on requests.
	carries := !(m.schema == contract.SchemaIstio13 && v.protocol == contract.HTTP)
	s := &labelSet{
		labelValues:  v,
		maker:        m,
		verdictIndex: verdictIndex(v.verdict),
		addressed:    carries && slices.Contains(m.addressed, destination),
		hosted:       carries && slices.Contains(m.hosted, destination),
	}
	if v.verdict.Counted() {
		s.bounded = m.boundedValues(&s.labelValues)
		from := v.from()
		// Reporters that nobody knows share what one may hold, but tell one another
		// no names.
		s.asker = limit.Asker{Source: from.Namespace + "/" + from.Workload, Destination: destination}
		s.source = addressnames.Source{Namespace: known(from.Namespace), Workload: known(from.Workload)}
	}
	return s
}

// from is the workload that what its records ask for is charged to: the one that
// reports. Its peer may be called something else each time. Where the record does
// not name it, the user's own labels may.
func (v *labelValues) from() istio.Reporter {
	if v.reporter != (istio.Reporter{}) {
		return v.reporter
	}
	if v.labels[contract.Reporter] == contract.ReporterSource {
		return istio.Reporter{Namespace: v.labels[contract.SourceWorkloadNamespace], Workload: v.labels[contract.SourceWorkload]}
	}
	return istio.Reporter{Namespace: v.labels[contract.DestinationWorkloadNamespace], Workload: v.labels[contract.DestinationWorkload]}
}

// attributes are the labels, the verdict and the schema. They are written when
// they are asked for: sets of hosts without a slot never are.
func (s *labelSet) attributes() pcommon.Map {
	s.once.Do(s.write)
	return s.written
}

func (s *labelSet) write() {
	m := s.maker
	a := pcommon.NewMap()
	a.EnsureCapacity(len(s.labels) + len(s.extra) + len(s.bounded) + 4)
	a.PutInt(contract.AttrVersion, contract.Version)
	a.PutStr(contract.AttrVerdict, string(s.verdict))
	a.PutStr(contract.AttrSchema, string(m.schema))
	for _, l := range m.schema.Labels(s.protocol) {
		switch {
		case slices.Contains(m.removed, l):
			a.PutStr(l.String(), "")
		case m.all && s.labels[l] != "", s.labels[l] != l.Default():
			a.PutStr(l.String(), s.labels[l])
		}
	}
	for _, e := range s.extra {
		a.PutStr(e.name, e.value)
		if m.all {
			a.PutStr(contract.LabelPrefix+e.name, e.value)
		}
	}
	for i := range s.bounded {
		a.PutInt(contract.SlotPrefix+s.bounded[i].name, contract.PackSlot(0, 1))
	}
	s.written = a
}
