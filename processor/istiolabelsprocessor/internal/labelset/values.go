// SPDX-License-Identifier: Apache-2.0

package labelset

import (
	"slices"

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
	// Traffic is the kind of traffic that leaves the mesh.
	Traffic contract.Traffic
	// Reporter is the workload whose proxy wrote the record.
	Reporter istio.Reporter
	// Slots are those of its values that have one.
	Slots []Slot
}

// Extra is a label that the user defined.
type Extra struct{ Name, Value string }

// Slot is the slot of a value.
type Slot struct {
	// Name is the label's, or contract.Peer's.
	Name string
	// Packed is what contract.PackSlot wrote.
	Packed int64
}

// Clone returns values that share no memory with these.
func (v Values) Clone() Values {
	v.Extra, v.Slots = slices.Clone(v.Extra), slices.Clone(v.Slots)
	return v
}

// from is the workload that what its records ask for is charged to: the one that
// reports. Its peer may be called something else each time. Where the record does
// not name it, the user's own labels may.
func (v *Values) from() istio.Reporter {
	if v.Reporter != (istio.Reporter{}) {
		return v.Reporter
	}
	if v.Labels[contract.Reporter] == contract.ReporterSource {
		return istio.Reporter{Namespace: v.Labels[contract.SourceWorkloadNamespace], Workload: v.Labels[contract.SourceWorkload]}
	}
	return istio.Reporter{Namespace: v.Labels[contract.DestinationWorkloadNamespace], Workload: v.Labels[contract.DestinationWorkload]}
}

// HasAddresses tells whether records of a protocol have the labels of addresses:
// Istio 1.3 has none on requests.
func HasAddresses(s contract.Schema, p contract.Protocol) bool {
	return s != contract.SchemaIstio13 || p != contract.HTTP
}

// LabelOf is the label of the schema that has this name, else NoLabel.
func LabelOf(s contract.Schema, name string) contract.Label {
	l, ok := contract.LabelByName(name)
	if !ok || !slices.Contains(s.Labels(contract.HTTP), l) {
		return contract.NoLabel
	}
	return l
}

// ToServiceEntry tells whether a ServiceEntry let traffic through that leaves the mesh.
func (v *Values) ToServiceEntry() bool {
	return v.Traffic != contract.TrafficStays && !contract.IsOutside(v.Labels[contract.DestinationServiceName])
}
