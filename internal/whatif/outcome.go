// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"fmt"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// Outcome is what would happen to traffic.
type Outcome uint8

// The outcomes.
const (
	// Unknown: what is known does not tell.
	Unknown Outcome = iota
	// Passes: it goes where the client sends it, or to the host that it names.
	Passes
	// Blocked: it does not leave the mesh.
	Blocked
	// Elsewhere: it goes to another host than the client meant.
	Elsewhere

	numOutcomes
)

var outcomes = [numOutcomes]string{Unknown: "unknown", Passes: "passes", Blocked: "blocked", Elsewhere: "elsewhere"}

// String is the outcome as it is written everywhere.
func (o Outcome) String() string {
	if o >= numOutcomes {
		return ""
	}
	return outcomes[o]
}

// MarshalText implements encoding.TextMarshaler.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *Outcome) UnmarshalText(text []byte) error {
	i := slices.Index(outcomes[:], string(text))
	if i < 0 {
		return fmt.Errorf("no outcome is called %q", text)
	}
	*o = Outcome(i)
	return nil
}

// Reason says why an outcome is what it is.
type Reason string

// The reasons.
const (
	// ReasonEntry: the cluster of an entry takes it.
	ReasonEntry Reason = "entry"
	// ReasonService: it goes to a Service of the mesh.
	ReasonService Reason = "service"
	// ReasonNoEntry: no entry takes it, so the mode decides.
	ReasonNoEntry Reason = "no_entry"
	// ReasonEntryNotGiven: no entry takes it, and the one that let it through is not among
	// the resources.
	ReasonEntryNotGiven Reason = "entry_not_given"
	// ReasonEgressProxy: no entry takes it, and the Sidecar has an `egressProxy`.
	ReasonEgressProxy Reason = "egress_proxy"
	// ReasonNoCluster: a listener or a route leads to a cluster that the proxy does not
	// have, because an entry with the same host is older.
	ReasonNoCluster Reason = "no_cluster"
	// ReasonNoEndpoints: the entry has no endpoint.
	ReasonNoEndpoints Reason = "no_endpoints"
	// ReasonNoResolver: the port's listener cannot resolve names for this entry, because
	// another entry made it.
	ReasonNoResolver Reason = "no_resolver"
	// ReasonWaits: the proxy waits for the client to speak, and the client waits for the
	// server.
	ReasonWaits Reason = "waits"

	// ReasonNoPort: the log does not say the port.
	ReasonNoPort Reason = "no_port"
	// ReasonNoAddress: it depends on the address, which the log does not say.
	ReasonNoAddress Reason = "no_address"
	// ReasonNoName: it depends on the name, or on the protocol, which the log does not
	// say.
	ReasonNoName Reason = "no_name"
	// ReasonWhoIsThere: the proxy sends it to the host of an entry, and whether that is
	// the host at this address is not known.
	ReasonWhoIsThere Reason = "who_is_there"
	// ReasonAnyAddress: an entry has several addresses, or several entries have one. A
	// Host header can name only one of them.
	ReasonAnyAddress Reason = "any_address"
	// ReasonLabels: it depends on labels of the workload that are not known.
	ReasonLabels Reason = "labels"
	// ReasonSource: the workload is not known.
	ReasonSource Reason = "source"
	// ReasonOverflow: the row adds up several destinations, or several ports of one.
	ReasonOverflow Reason = "overflow"
	// ReasonNotConsidered: it depends on something that what-if does not consider.
	ReasonNotConsidered Reason = "not_considered"
)

// Verdict is the outcome with what decides it.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	Reason  Reason  `json:"reason"`
	// Text is the reason for a person. It holds no text that a client wrote.
	Text string `json:"text"`
	// Where it goes, if that is or may be elsewhere: `HOST:PORT`, or several with commas
	// between them.
	Where string `json:"where,omitempty"`
	// By are the resources that decide. It is empty if the mesh's mode decides, and that
	// was not read from a resource.
	By []resources.ID `json:"by,omitempty"`
	// Partly is true if the verdict is that of some addresses of the row, and others pass.
	Partly bool `json:"partly,omitempty"`
	// NotConsidered are resources that could change the verdict.
	NotConsidered []resources.ID `json:"not_considered,omitempty"`
}

// same tells whether two verdicts mean the same for the traffic.
func (v *Verdict) same(o *Verdict) bool { return v.Outcome == o.Outcome && v.Where == o.Where }
