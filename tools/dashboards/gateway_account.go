// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const notUnderstood = `verdict=~"not_understood_.*"`

var gatewayOverview = row{title: "Overview", panels: []cog.Builder[dashboard.Panel]{
	number(panel{
		title: "Gateways", unit: unitNumber, width: statWidth,
		description: "Gateways that Prometheus scrapes.",
	}, query{expr: fmt.Sprintf("count(%s)", own(gatewayUptime))}),
	number(panel{
		title: "Records", unit: unitPerSecond, width: statWidth,
		description: "Access log records that the gateways accept in a second.",
	}, query{expr: total(gatewayAccepted)}),
	number(panel{
		title: "Not understood", unit: unitShare, width: statWidth,
		description: "The share of records that could not be read as an access log of Istio.",
	}, query{expr: fmt.Sprintf("(%s or vector(0)) / %s", total(gatewayVerdicts, notUnderstood), total(gatewayVerdicts))}),
	number(panel{
		title: "Fullest series", unit: unitShare, width: statWidth,
		description: "The share of max_series that the fullest gateway uses. Beyond it records are counted without most of their labels.",
	}, query{expr: fmt.Sprintf("max(%s / %s)", own(metricsPrefix+"series_committed"), own(metricsPrefix+"series_limit"))}),
	number(panel{
		title: "Oldest flush", unit: unitSeconds, width: statWidth,
		description: "Age of the oldest flush that waits for the remote-write server.",
	}, query{expr: fmt.Sprintf("max(%s)", own(writePrefix+"queue_age"))}),
	number(panel{
		title: "Proxies heard", unit: unitNumber, width: statWidth,
		description: "Proxies of which a record came within the last 5 minutes. A gateway lists at most 1000.",
	}, query{expr: fmt.Sprintf("count(max by (node_id) (%s) > time() - 300)", own(receiverPrefix+"proxy_last_heard"))}),
}}

var gatewayAccount = row{title: "Account of records", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Received, read, counted", unit: unitPerSecond, width: thirdWidth,
		description: "The same records at three places. The lines lie on each other unless records are lost in between.",
	}, query{total(gatewayAccepted), "received"},
		query{total(gatewayVerdicts), "read by istio_labels"},
		query{total(gatewayRecords), "arrived at istio_metrics"}),
	overTime(panel{
		title: "Records by outcome", unit: unitPerSecond, width: thirdWidth,
		description: "What became of records at istio_metrics. The outcomes add up to what arrived.",
	}, query{rateOf("outcome", gatewayRecords), "{{outcome}}"}),
	overTime(panel{
		title: "Records by verdict", unit: unitPerSecond, width: thirdWidth,
		description: "What istio_labels read in records. Each record has one verdict.",
	}, query{rateOf("verdict", gatewayVerdicts), "{{verdict}}"}),
	overTime(panel{
		title: "Accepted and not accounted for", unit: unitNumber, width: thirdWidth,
		description: "Records that were accepted since the start, less those that arrived at istio_metrics. Records under way make it rise for a moment.",
	}, query{fmt.Sprintf("%s - %s", now("instance", gatewayAccepted), now("instance", gatewayRecords)), "{{instance}}"}),
	overTime(panel{
		title: "Refused", unit: unitPerSecond, width: thirdWidth,
		description: "What did not get in. Proxies do not send it again. Records are those that the memory limit refused.",
	}, query{rateOf("transport", gatewayRefused), "records over {{transport}}"},
		query{rateOf("protocol, reason", receiverPrefix+"refused_requests"), "requests over {{protocol}}: {{reason}}"},
		query{rateOf("reason", receiverPrefix+"limited_connections"), "connections: {{reason}}"},
		query{rateOf("reason", receiverPrefix+"limited_streams"), "streams: {{reason}}"}),
	overTime(panel{
		title: "Repaired, removed, ambiguous", unit: unitPerSecond, width: thirdWidth,
		description: "Records that hold bytes that are not UTF-8, name another sender than their certificate, or look forged.",
	}, query{total(receiverPrefix + "repaired_requests"), "repaired requests"},
		query{total(receiverPrefix + "repaired_entries"), "repaired entries"},
		query{rateOf("reason", receiverPrefix+"removed_records"), "removed: {{reason}}"},
		query{total(labelsPrefix + "ambiguous_records"), "ambiguous"}),
}}
