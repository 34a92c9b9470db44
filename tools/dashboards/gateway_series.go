// SPDX-License-Identifier: Apache-2.0

package main

import "fmt"

// The prefixes of the components' metrics.
const (
	receiverPrefix = "otelcol_receiver_envoy_access_log_"
	labelsPrefix   = "otelcol_processor_istio_labels_"
	metricsPrefix  = "otelcol_connector_istio_metrics_"
	egressPrefix   = "otelcol_connector_istio_egress_"
	writePrefix    = "otelcol_exporter_remote_write_"
)

// Metrics that more than one panel asks for.
const (
	gatewayUptime   = "otelcol_process_uptime"
	gatewayAccepted = "otelcol_receiver_accepted_log_records"
	gatewayRefused  = "otelcol_receiver_refused_log_records"
	gatewayVerdicts = labelsPrefix + "records"
	gatewayRecords  = metricsPrefix + "records"
	gatewayCPU      = "otelcol_process_cpu_seconds"
)

// own selects series of the chosen gateways.
func own(metric string, matchers ...string) string {
	return selector(metric, append([]string{selectTargets}, matchers...)...)
}

// total adds up the rates of a metric over the chosen gateways.
func total(metric string, matchers ...string) string {
	return fmt.Sprintf("sum(rate(%s[$__rate_interval]))", own(metric, matchers...))
}

// rateOf is the rate of a metric for each set of labels.
func rateOf(by, metric string, matchers ...string) string { return rate(by, own(metric, matchers...)) }

// now is a gauge for each set of labels.
func now(by, metric string) string { return fmt.Sprintf("sum by (%s) (%s)", by, own(metric)) }

// share is how much of a limit is used.
func share(by, used, limit string) string {
	return fmt.Sprintf("max by (%s) (%s / %s)", by, own(used), own(limit))
}
