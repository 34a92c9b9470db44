// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"fmt"
	"slices"
)

// Schema names a set of labels and metrics for which users have dashboards.
type Schema string

const (
	// SchemaIstio is that of today's Istio.
	SchemaIstio Schema = "istio"
	// SchemaIstio13 is that of Istio 1.3, which the blog "Monitoring Blocked
	// and Passthrough External Service Traffic" describes.
	SchemaIstio13 Schema = "istio-1.3"
)

// Schemas lists the known schemas, the default first.
var Schemas = []Schema{SchemaIstio, SchemaIstio13}

// Validate names the value if it is not a known schema.
func (s Schema) Validate() error {
	if slices.Contains(Schemas, s) {
		return nil
	}
	return fmt.Errorf("`schema` must be one of %q, got %q", Schemas, string(s))
}

// Labels lists, in order, the labels that every metric of this protocol
// carries. AddressLabels are not among them: they depend on the metric.
func (s Schema) Labels(p Protocol) []Label {
	switch {
	case s == SchemaIstio13 && p == HTTP:
		return istio13HTTPLabels
	case s == SchemaIstio13:
		return istio13TCPLabels
	case p == HTTP:
		return istioHTTPLabels
	default:
		return istioTCPLabels
	}
}

var (
	istioHTTPLabels = labelRange(Reporter, ConnectionSecurityPolicy)
	istioTCPLabels  = without(istioHTTPLabels, ResponseCode, GRPCResponseStatus)

	istio13HTTPLabels = without(labelRange(Reporter, PermissiveResponsePolicyID),
		SourceCanonicalService, SourceCanonicalRevision, SourceCluster,
		DestinationCanonicalService, DestinationCanonicalRevision, DestinationCluster,
		GRPCResponseStatus)
	istio13TCPLabels = without(istio13HTTPLabels,
		RequestProtocol, ResponseCode, PermissiveResponseCode, PermissiveResponsePolicyID)
)

func labelRange(first, last Label) []Label {
	var ls []Label
	for l := first; l <= last; l++ {
		ls = append(ls, l)
	}
	return ls
}

func without(from []Label, drop ...Label) []Label {
	return slices.DeleteFunc(slices.Clone(from), func(l Label) bool { return slices.Contains(drop, l) })
}
