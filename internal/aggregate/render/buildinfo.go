// SPDX-License-Identifier: Apache-2.0

package render

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// buildInfoName is what Prometheus' own programs call such a metric, with a prefix
// of ours. It has no unit: one would become a part of the name in Prometheus.
const buildInfoName = "otelcol_istio_build_info"

// AddBuildInfo adds a gauge of 1 to what Metrics made. It tells that there is a
// gateway, where nothing is counted, too, and of which version it is.
func (r *Renderer) AddBuildInfo(md pmetric.Metrics, now int64) {
	m := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().AppendEmpty()
	m.SetName(buildInfoName)
	m.SetDescription("Always 1. The label version is that of the Collector.")
	p := m.SetEmptyGauge().DataPoints().AppendEmpty()
	p.SetTimestamp(pcommon.Timestamp(now))
	p.SetIntValue(1)
	p.Attributes().PutStr("version", r.ScopeVersion)
}
