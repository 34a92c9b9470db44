// SPDX-License-Identifier: Apache-2.0

package istio

import (
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Values of destination_service_name for traffic that went to no service.
const (
	BlackHoleCluster          = contract.BlackHoleCluster
	PassthroughCluster        = contract.PassthroughCluster
	AllowAnyDynamicDNSCluster = contract.AllowAnyDynamicDNSCluster
)

// Unknown is the value of a label that the record does not tell.
const Unknown = contract.Unknown

// SafeValue makes a value fit to be a label (see contract.CleanValue). The
// result never shares memory with its argument.
func SafeValue(v string) string {
	return strings.Clone(contract.CleanValue(v))
}
