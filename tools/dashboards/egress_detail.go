// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// millis makes a time of seconds one of milliseconds, which Grafana's units of time take.
func millis(expr string) string { return fmt.Sprintf("(%s) * 1000", expr) }

var egressContacts = row{title: "First contacts", panels: []cog.Builder[dashboard.Panel]{
	lines(panel{
		title: "First contacts", unit: unitTime, width: fullWidth,
		description: "Destinations whose first traffic lies in the time range, the latest first. Without storage a gateway forgets them at a restart.",
	}, keysOf(namespaceKey, workloadKey, destinationKey, portKey, kindKey, decisionKey),
		column{top(mostLines, millis(firstInRange(byPort+", "+labelTraffic+", "+labelDecision, isDestination))), "First seen", unitTime}),
}}

const (
	topBars  = 10
	byTarget = labelDestination
)

var egressBytes = row{title: "Bytes", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Bytes to and from the outside", unit: unitBytesPerSecond, width: thirdWidth,
		description: "Bytes that workloads sent and received. A connection's bytes count when it ends.",
	}, query{fmt.Sprintf("sum(rate(%s[$__rate_interval]))", outside(egressSent)), "sent"},
		query{fmt.Sprintf("sum(rate(%s[$__rate_interval]))", outside(egressReceived)), "received"}),
	bars(panel{
		title: "Workloads that send most", unit: unitBytes, width: thirdWidth,
		description: "The workloads that sent most bytes to the outside in the time range.",
	}, query{top(topBars, some(increase(byWorkload, outside(egressSent)))), "{{source_workload_namespace}}/{{source_workload}}"}),
	bars(panel{
		title: "Destinations that get most", unit: unitBytes, width: thirdWidth,
		description: "The destinations that got most bytes in the time range.",
	}, query{top(topBars, some(increase(byTarget, outside(egressSent, isDestination)))), "{{destination_host}}"}),
}}

var egressKinds = row{title: "Ports and kinds", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Requests and connections by kind", unit: unitPerSecond, width: thirdWidth,
		description: "http and grpc are requests, tls and tcp are connections. tls sent a server name.",
	}, query{rate(labelTraffic, outside(egressRequests)), "{{traffic}} requests"},
		query{rate(labelTraffic, outside(egressConns)), "{{traffic}} connections"}),
	bars(panel{
		title: "Requests by port", unit: unitNumber, width: thirdWidth,
		description: "The ports with most requests in the time range.",
	}, query{top(topBars, some(increase(labelPort+", "+labelTraffic, outside(egressRequests)))), "{{destination_port}} {{traffic}}"}),
	bars(panel{
		title: "Connections by port", unit: unitNumber, width: thirdWidth,
		description: "The ports with most connections in the time range.",
	}, query{top(topBars, some(increase(labelPort+", "+labelTraffic, outside(egressConns)))), "{{destination_port}} {{traffic}}"}),
}}

var egressNames = row{title: "Names", panels: []cog.Builder[dashboard.Panel]{
	bars(panel{
		title: "Destinations by where the name comes from", unit: unitNumber, width: thirdWidth,
		description: "entry, proven and reverse_dns: the mesh's configuration or a resolver says so. server_name, host and claimed: a client says so. entry_mismatch: the host of a ServiceEntry, and the client named another. none: only the address is known.",
	}, query{fmt.Sprintf("count by (name_source) (%s)", lastInRange(byDestination+", "+labelNameSource, isDestination)), "{{name_source}}"}),
	lines(panel{
		title: "Names that only a client claims", unit: unitTime, width: 2 * thirdWidth,
		description: "A client may write any name. Compare the addresses on the page before you trust one.",
	}, keysOf(namespaceKey, workloadKey, destinationKey, portKey, nameSourceKey, decisionKey),
		column{top(mostLines, millis(lastInRange(byPort+", name_source, decision", isDestination, `name_source=~"server_name|host|claimed"`))), "Last seen", unitTime}),
}}

var egressReadiness = row{title: "Readiness for REGISTRY_ONLY", panels: []cog.Builder[dashboard.Panel]{
	lines(panel{
		title: "Readiness by namespace", unit: unitNumber, width: fullWidth,
		description: "Workloads and the ports of outside destinations, with traffic in the time range. A namespace whose column \"Without ServiceEntry\" is empty loses nothing under REGISTRY_ONLY. Look at a range that has seen all that runs.",
	}, keysOf(key{label: labelNamespace, title: "Namespace", link: dashboard.NewDashboardLinkBuilder("Suggested ServiceEntries").
		Url("${page}/suggestions?namespace=${__data.fields.Namespace}").TargetBlank(true)}),
		column{destinations(), "Destinations", unitNumber},
		column{destinations(isPassed), "Without ServiceEntry", unitNumber},
		column{destinations(isAllowed), "With ServiceEntry", unitNumber},
		column{destinations(isBlocked), "Blocked", unitNumber},
		column{overflowed(), "Events in overflow rows", unitNumber}),
}}

// destinations counts them for each namespace.
func destinations(matchers ...string) string {
	return fmt.Sprintf("count by (%s) (%s)", labelNamespace, lastInRange(byPort, append(matchers, isDestination)...))
}

// overflowed counts what is in overflow series, for which nobody can say what it needs.
// A namespace may have requests, connections, or both.
func overflowed() string {
	marked := func(metric, of string) string {
		return fmt.Sprintf(`label_replace(%s, "of", "%s", "", "")`, increase(labelNamespace, outside(metric, isOverflow)), of)
	}
	return some(fmt.Sprintf("sum by (%s) (%s or %s)", labelNamespace, marked(egressRequests, "requests"), marked(egressConns, "connections")))
}
