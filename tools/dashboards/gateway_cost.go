// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

var gatewayCost = row{title: "Cost and memory", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "CPU", unit: unitNumber, width: thirdWidth,
		description: "Cores that each gateway uses.",
	}, query{rateOf("instance", gatewayCPU), "{{instance}}"}),
	overTime(panel{
		title: "CPU time of a record", unit: unitSeconds, width: thirdWidth,
		description: "CPU time of all that a gateway does, over the records that it accepted.",
	}, query{fmt.Sprintf("%s / (%s > 0)", rateOf("instance", gatewayCPU), rateOf("instance", gatewayAccepted)), "{{instance}}"}),
	overTime(panel{
		title: "Memory", unit: unitBytes, width: thirdWidth,
		description: "Memory of the process, and its heap. The memory limit bounds the heap.",
	}, query{now("instance", "otelcol_process_memory_rss"), "{{instance}} process"},
		query{now("instance", "otelcol_process_runtime_heap_alloc_bytes"), "{{instance}} heap"}),
}}

var gatewayLimits = row{title: "Limits", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Series and rows", unit: unitShare, width: thirdWidth,
		description: "The shares of max_series (istio_metrics) and max_rows (istio_egress) that are used.",
	}, query{share("instance", metricsPrefix+"series_committed", metricsPrefix+"series_limit"), "{{instance}} series"},
		query{share("instance", egressPrefix+"rows", egressPrefix+"rows_limit"), "{{instance}} rows"}),
	overTime(panel{
		title: "Values of bounded labels", unit: unitShare, width: thirdWidth,
		description: "The share of a label's limit that is used, of the fullest gateway. At the limit new values share a network, or are other.",
	}, query{share("label", labelsPrefix+"limit_values", labelsPrefix+"limit"), "{{label}}"}),
	overTime(panel{
		title: "Receiver", unit: unitShare, width: thirdWidth,
		description: "The shares of the receiver's limits that are used, of the fullest gateway.",
	}, query{fmt.Sprintf("max(%s / %s)", own(receiverPrefix+"connections"), own(receiverPrefix+"connections_limit")), "connections"},
		query{fmt.Sprintf("max(%s / %s)", own(receiverPrefix+"streams"), own(receiverPrefix+"streams_limit")), "streams"},
		query{fmt.Sprintf("max(%s / %s)", own(receiverPrefix+"in_flight_bytes"), own(receiverPrefix+"in_flight_bytes_limit")), "bytes in flight"},
		query{fmt.Sprintf("max(%s / %s)", own(receiverPrefix+"pairing_bytes"), own(receiverPrefix+"pairing_bytes_limit")), "bytes of entries that wait"}),
	overTime(panel{
		title: "Series", unit: unitNumber, width: halfWidth,
		description: "Series in memory, as remote write counts them.",
	}, query{now("instance", metricsPrefix+"series"), "{{instance}}"}),
	overTime(panel{
		title: "Records beyond a limit", unit: unitPerSecond, width: halfWidth,
		description: "Records that no series, row or value of their own was left for. They are counted, with fewer labels.",
	}, query{total(metricsPrefix + "overflowed_records"), "overflow series"},
		query{total(egressPrefix + "overflowed_records"), "overflow rows"},
		query{rateOf("label, fallback", labelsPrefix+"limit_fallbacks"), "{{label}}: {{fallback}}"}),
}}

var gatewayEgress = row{title: "Outside traffic", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Records at istio_egress", unit: unitPerSecond, width: thirdWidth,
		description: "What became of records at istio_egress. outside: they are in a row.",
	}, query{rateOf("outcome", egressPrefix+"records"), "{{outcome}}"}),
	overTime(panel{
		title: "First contacts", unit: unitPerSecond, width: thirdWidth,
		description: "Log records of first contacts that istio_egress wrote, or left out.",
	}, query{rateOf("result", egressPrefix+"first_contacts"), "{{result}}"}),
	overTime(panel{
		title: "Rows", unit: unitNumber, width: thirdWidth,
		description: "Rows in memory: workloads and their destinations, and overflow rows.",
	}, query{now("instance", egressPrefix+"rows"), "{{instance}}"}),
}}
