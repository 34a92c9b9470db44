// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The metrics of the connector istio_egress, and the one that says that a gateway runs.
const (
	buildInfo      = "otelcol_istio_build_info"
	egressRequests = "istio_egress_requests_total"
	egressConns    = "istio_egress_connections_total"
	egressSent     = "istio_egress_sent_bytes_total"
	egressReceived = "istio_egress_received_bytes_total"
	firstSeen      = "istio_egress_first_seen_timestamp_seconds"
	lastSeen       = "istio_egress_last_seen_timestamp_seconds"
)

// Their labels.
const (
	labelNamespace   = "source_workload_namespace"
	labelWorkload    = "source_workload"
	labelDestination = "destination_host"
	labelPort        = "destination_port"
	labelTraffic     = "traffic"
	labelDecision    = "decision"
	labelNameSource  = "name_source"
)

// Matchers of one decision, and of overflow series: what they count got no series of
// its own, so that their destination is not known.
const (
	isBlocked     = `decision="blocked"`
	isPassed      = `decision="passed"`
	isAllowed     = `decision="allowed"`
	isDestination = `otel_metric_overflow!="true"`
	isOverflow    = `otel_metric_overflow="true"`
)

// byWorkload and byDestination are what most tables have a line for.
const (
	byWorkload    = labelNamespace + ", " + labelWorkload
	byDestination = byWorkload + ", " + labelDestination
	byPort        = byDestination + ", " + labelPort
)

// mostLines is what a table holds at most.
const mostLines = 200

// outside selects series of the chosen workloads.
func outside(metric string, matchers ...string) string {
	return selector(metric, append([]string{
		selectTargets, `source_workload_namespace=~"$namespace"`, `source_workload=~"$workload"`,
	}, matchers...)...)
}

// firstInRange keeps the series of a time that lies in the dashboard's range. Several
// gateways may know the same destination: the earliest first time and the latest last
// time stand.
func firstInRange(by string, matchers ...string) string {
	return fmt.Sprintf("min by (%s) (%s) > time() - $__range_s", by, outside(firstSeen, matchers...))
}

func lastInRange(by string, matchers ...string) string {
	return fmt.Sprintf("max by (%s) (%s) > time() - $__range_s", by, outside(lastSeen, matchers...))
}

// countOf counts the lines of an expression. It is 0 where there are none, and nothing
// where no gateway writes at all.
func countOf(expr string) string {
	return fmt.Sprintf("count(%s) or 0 * count(%s)", expr, outside(lastSeen))
}

// keysOf lists columns.
func keysOf(keys ...key) []key { return keys }

// The columns of labels. A namespace leads to the page, with the same filter.
var (
	namespaceKey = key{label: labelNamespace, title: "Namespace"}
	workloadKey  = key{label: labelWorkload, title: "Workload", link: dashboard.NewDashboardLinkBuilder("On the page").
			Url("${page}/destinations?namespace=${__data.fields.Namespace}&workload=${__data.fields.Workload}").TargetBlank(true)}
	destinationKey = key{label: labelDestination, title: "Destination"}
	portKey        = key{label: labelPort, title: "Port"}
	kindKey        = key{label: labelTraffic, title: "Kind"}
	decisionKey    = key{label: labelDecision, title: "Decision"}
	nameSourceKey  = key{label: labelNameSource, title: "Name from"}
)
