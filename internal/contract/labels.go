// SPDX-License-Identifier: Apache-2.0

package contract

import "math"

// Label is one of Istio's metric labels.
type Label uint8

// Istio's labels, in Istio's order; those of Istio 1.3 alone and our own follow.
const (
	Reporter Label = iota
	SourceWorkload
	SourceCanonicalService
	SourceCanonicalRevision
	SourceWorkloadNamespace
	SourcePrincipal
	SourceApp
	SourceVersion
	SourceCluster
	DestinationWorkload
	DestinationWorkloadNamespace
	DestinationPrincipal
	DestinationApp
	DestinationVersion
	DestinationService
	DestinationCanonicalService
	DestinationCanonicalRevision
	DestinationServiceName
	DestinationServiceNamespace
	DestinationCluster
	RequestProtocol
	ResponseCode
	GRPCResponseStatus
	ResponseFlags
	ConnectionSecurityPolicy
	PermissiveResponseCode
	PermissiveResponsePolicyID
	// DestinationIP is the address of an outside destination.
	DestinationIP
	// DestinationHost is the best known name of an outside destination.
	DestinationHost
	// DestinationNetwork is the network, named by the user, that an outside
	// destination lies in.
	DestinationNetwork

	// NumLabels is the number of labels known here.
	NumLabels

	// NoLabel stands for a name that none of the labels has.
	NoLabel Label = math.MaxUint8
)

var labelNames = [NumLabels]string{
	Reporter:                     "reporter",
	SourceWorkload:               "source_workload",
	SourceCanonicalService:       "source_canonical_service",
	SourceCanonicalRevision:      "source_canonical_revision",
	SourceWorkloadNamespace:      "source_workload_namespace",
	SourcePrincipal:              "source_principal",
	SourceApp:                    "source_app",
	SourceVersion:                "source_version",
	SourceCluster:                "source_cluster",
	DestinationWorkload:          "destination_workload",
	DestinationWorkloadNamespace: "destination_workload_namespace",
	DestinationPrincipal:         "destination_principal",
	DestinationApp:               "destination_app",
	DestinationVersion:           "destination_version",
	DestinationService:           "destination_service",
	DestinationCanonicalService:  "destination_canonical_service",
	DestinationCanonicalRevision: "destination_canonical_revision",
	DestinationServiceName:       "destination_service_name",
	DestinationServiceNamespace:  "destination_service_namespace",
	DestinationCluster:           "destination_cluster",
	RequestProtocol:              "request_protocol",
	ResponseCode:                 "response_code",
	GRPCResponseStatus:           "grpc_response_status",
	ResponseFlags:                "response_flags",
	ConnectionSecurityPolicy:     "connection_security_policy",
	PermissiveResponseCode:       "permissive_response_code",
	PermissiveResponsePolicyID:   "permissive_response_policyid",
	DestinationIP:                "destination_ip",
	DestinationHost:              "destination_host",
	DestinationNetwork:           "destination_network",
}

// ReporterSource is the value of Reporter where the proxy of the source reports.
// All others report on the side of the destination.
const ReporterSource = "source"

// AddressLabels say where traffic went. They differ from record to record, so
// they stand on the record, and on counters only: see Metric.Addressed.
var AddressLabels = [...]Label{DestinationIP, DestinationHost, DestinationNetwork}

// IsAddress tells whether the label is one of AddressLabels.
func (l Label) IsAddress() bool { return l >= DestinationIP && l <= DestinationNetwork }

var labelsByName = func() map[string]Label {
	m := make(map[string]Label, NumLabels)
	for l, name := range labelNames {
		m[name] = Label(l)
	}
	return m
}()

// String is the label's name in Prometheus, empty for NoLabel.
func (l Label) String() string {
	if l >= NumLabels {
		return ""
	}
	return labelNames[l]
}

// Default is the value of a label that stands nowhere: whoever writes labels
// needs to write only what is known. A label that stands somewhere with an empty
// value is left out of the metrics. Source: Istio's stats filter.
func (l Label) Default() string {
	switch l {
	case SourceCanonicalRevision, DestinationCanonicalRevision:
		return "latest"
	case PermissiveResponseCode, PermissiveResponsePolicyID:
		return "none"
	case GRPCResponseStatus, DestinationIP, DestinationHost, DestinationNetwork:
		return ""
	default:
		return Unknown
	}
}

// LabelByName finds the label that has this name in Prometheus.
func LabelByName(name string) (Label, bool) {
	l, ok := labelsByName[name]
	return l, ok
}

// LabelSet holds a value for each label; an empty value means that the label
// is not there, which Prometheus treats as the same.
type LabelSet [NumLabels]string
