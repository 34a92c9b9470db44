// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const statWidth = 4

var egressOverview = row{title: "Overview", panels: []cog.Builder[dashboard.Panel]{
	number(panel{
		title: "Destinations", unit: unitNumber, width: statWidth,
		description: "Pairs of a workload and an outside destination that had traffic in the time range.",
	}, query{expr: countOf(lastInRange(byDestination, isDestination))}),
	number(panel{
		title: "New destinations", unit: unitNumber, width: statWidth,
		description: "Pairs of a workload and an outside destination whose first traffic lies in the time range.",
	}, query{expr: countOf(firstInRange(byDestination, isDestination))}),
	number(panel{
		title: "Blocked destinations", unit: unitNumber, width: statWidth,
		description: "Pairs of a workload and an outside destination that Istio blocked in the time range.",
	}, query{expr: countOf(lastInRange(byDestination, isDestination, isBlocked))}),
	number(panel{
		title: "Destinations without ServiceEntry", unit: unitNumber, width: statWidth,
		description: "Pairs of a workload and an outside destination that passed without a ServiceEntry. REGISTRY_ONLY would block them.",
	}, query{expr: countOf(lastInRange(byDestination, isDestination, isPassed))}),
	number(panel{
		title: "Bytes sent", unit: unitBytes, width: statWidth,
		description: "Bytes that workloads sent to the outside in the time range.",
	}, query{expr: fmt.Sprintf("sum(increase(%s[$__range]))", outside(egressSent))}),
	number(panel{
		title: "Bytes received", unit: unitBytes, width: statWidth,
		description: "Bytes that workloads received from the outside in the time range.",
	}, query{expr: fmt.Sprintf("sum(increase(%s[$__range]))", outside(egressReceived))}),
}}

var egressDecisions = row{title: "Blocked and passed", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Requests by decision", unit: unitRequests, width: halfWidth,
		description: "HTTP and gRPC requests to the outside. blocked: Istio kept them in. passed: no ServiceEntry names the destination. allowed: a ServiceEntry does.",
	}, query{rate(labelDecision, outside(egressRequests)), "{{decision}}"}),
	overTime(panel{
		title: "Connections by decision", unit: unitPerSecond, width: halfWidth,
		description: "TCP and TLS connections to the outside that ended. The decisions are those of requests.",
	}, query{rate(labelDecision, outside(egressConns)), "{{decision}}"}),
	traffic("Blocked, by workload and destination",
		"What Istio kept in. A workload that has to reach the destination needs a ServiceEntry.", isBlocked),
	traffic("Passed without ServiceEntry, by workload and destination",
		"What left the mesh though no ServiceEntry names it. REGISTRY_ONLY would block it.", isPassed),
}}

// traffic is a table of the traffic that a matcher selects.
func traffic(title, description, matcher string) cog.Builder[dashboard.Panel] {
	sum := func(metric string) string {
		return top(mostLines, some(increase(byPort, outside(metric, isDestination, matcher))))
	}
	return lines(panel{title: title, unit: unitNumber, width: fullWidth, description: description},
		keysOf(namespaceKey, workloadKey, destinationKey, portKey),
		column{top(mostLines, millis(lastInRange(byPort, isDestination, matcher))), "Last seen", unitTime},
		column{sum(egressRequests), "Requests", unitNumber},
		column{sum(egressConns), "Connections", unitNumber},
		column{sum(egressSent), "Bytes sent", unitBytes},
		column{sum(egressReceived), "Bytes received", unitBytes},
	)
}
