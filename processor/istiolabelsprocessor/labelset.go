package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// labelSet is a set of labels as it stands on scopes. It is immutable.
type labelSet struct {
	key          string
	labels       contract.LabelSet
	protocol     contract.Protocol
	verdict      contract.Verdict
	verdictIndex int
	// attributes are the labels, the verdict and the schema.
	attributes pcommon.Map
	// addressed is true if its records get the label destination_ip.
	addressed bool
}

// setMaker makes label sets as the configuration wants them.
type setMaker struct {
	schema contract.Schema
	// all is set if labels with their default value are written, too: a next
	// component that is not ours does not know the defaults.
	all          bool
	removed      []contract.Label
	destinations []string // nil if destination_ip is off
}

func newSetMaker(cfg *Config) *setMaker {
	m := &setMaker{schema: cfg.Schema, all: cfg.LabelsOn == labelsOnRecord}
	for _, name := range cfg.Remove {
		if l, ok := contract.LabelByName(name); ok {
			m.removed = append(m.removed, l)
		}
	}
	if cfg.DestinationIP.Enabled == on && !slices.Contains(m.removed, contract.DestinationIP) {
		m.destinations = cfg.DestinationIP.Destinations
	}
	return m
}

// extraLabel is a label that the user defined.
type extraLabel struct{ name, value string }

func (m *setMaker) newSet(labels contract.LabelSet, extra []extraLabel, verdict contract.Verdict, p contract.Protocol) *labelSet {
	s := &labelSet{labels: labels, protocol: p, verdict: verdict, verdictIndex: verdictIndex(verdict), attributes: pcommon.NewMap()}
	s.addressed = slices.Contains(m.destinations, labels[contract.DestinationServiceName]) &&
		!(m.schema == contract.SchemaIstio13 && p == contract.HTTP)
	s.attributes.EnsureCapacity(len(labels) + len(extra) + 3)
	s.attributes.PutStr(contract.AttrVerdict, string(verdict))
	s.attributes.PutStr(contract.AttrSchema, string(m.schema))
	for _, l := range m.schema.Labels(p) {
		switch {
		case slices.Contains(m.removed, l):
			s.attributes.PutStr(l.String(), "")
		case m.all && labels[l] != "", labels[l] != l.Default():
			s.attributes.PutStr(l.String(), labels[l])
		}
	}
	if len(extra) > 0 {
		names := s.attributes.PutEmptySlice(contract.AttrExtraLabels)
		for _, e := range extra {
			names.AppendEmpty().SetStr(e.name)
			s.attributes.PutStr(e.name, e.value)
		}
	}
	return s
}
