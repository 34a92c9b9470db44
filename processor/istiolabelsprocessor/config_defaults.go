// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"go.opentelemetry.io/collector/component"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

func createDefaultConfig() component.Config {
	return &Config{
		Schema:                contract.SchemaIstio,
		LabelsOn:              labelsOnScope,
		SenderFrom:            senderFromRecord,
		HostHeaderFallback:    istio.FallbackOutbound,
		BlockedWithoutCluster: istio.BlackHoleCluster,
		ClusterDomain:         istio.DefaultClusterDomain,
		ClusterID:             istio.DefaultClusterID,
		GRPCByPath:            true,
		DestinationIP: DestinationIPConfig{
			Destinations: []string{istio.BlackHoleCluster, istio.PassthroughCluster},
		},
		DestinationHost: defaultDestinationHost(),
		Limits:          defaultLimits(),
		ErrorMode:       ottl.IgnoreError,
	}
}
