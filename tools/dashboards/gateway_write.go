// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

var gatewayWrite = row{title: "Flushes and remote write", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Flushes", unit: unitPerSecond, width: thirdWidth,
		description: "Times that the metrics were collected, those that the exporter refused, and those that left the queue unsent.",
	}, query{total(metricsPrefix + "flushes"), "istio_metrics"},
		query{total(egressPrefix + "flushes"), "istio_egress"},
		query{total(metricsPrefix + "flush_failures"), "istio_metrics, refused"},
		query{total(egressPrefix + "flush_failures"), "istio_egress, refused"},
		query{rateOf("reason", writePrefix+"dropped_flushes"), "dropped: {{reason}}"}),
	overTime(panel{
		title: "Requests of remote write", unit: unitRequests, width: thirdWidth,
		description: "Attempts at requests. failed is tried again, refused is not.",
	}, query{rateOf("outcome", writePrefix+"requests"), "{{outcome}}"}),
	overTime(panel{
		title: "Samples", unit: unitPerSecond, width: thirdWidth,
		description: "Samples that the server accepted, and those that will not be written.",
	}, query{total(writePrefix + "sent_samples"), "sent"},
		query{rateOf("reason", writePrefix+"lost_samples"), "lost: {{reason}}"}),
	overTime(panel{
		title: "Age of the queue", unit: unitSeconds, width: thirdWidth,
		description: "Age of the oldest flush in the queue, and how long the request has failed that has failed longest.",
	}, query{fmt.Sprintf("max by (instance) (%s)", own(writePrefix+"queue_age")), "{{instance}} oldest flush"},
		query{fmt.Sprintf("max by (instance) (%s)", own(writePrefix+"retry_age")), "{{instance}} failing for"}),
	overTime(panel{
		title: "Size of the queue", unit: unitShare, width: thirdWidth,
		description: "The share of queue_size_mib that is used. When it is full the oldest flush goes.",
	}, query{share("instance", writePrefix+"queue_bytes", writePrefix+"queue_capacity_bytes"), "{{instance}}"}),
	overTime(panel{
		title: "Bytes written", unit: unitBytesPerSecond, width: thirdWidth,
		description: "Bytes of all attempts, compressed.",
	}, query{rateOf("instance", writePrefix+"sent_bytes"), "{{instance}}"}),
}}

var gatewayProxies = row{title: "Streams and proxies", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Connections and streams", unit: unitNumber, width: thirdWidth,
		description: "Open connections of all protocols, open streams of ALS, and proxies that have one.",
	}, query{fmt.Sprintf("sum(%s)", own(receiverPrefix+"connections")), "connections"},
		query{fmt.Sprintf("sum(%s)", own(receiverPrefix+"als_streams")), "streams of ALS"},
		query{fmt.Sprintf("sum(%s)", own(receiverPrefix+"proxies")), "proxies with a stream"}),
	overTime(panel{
		title: "Entries of ALS by outcome", unit: unitPerSecond, width: thirdWidth,
		description: "Access log entries over ALS, by what became of them.",
	}, query{rateOf("outcome", receiverPrefix+"entries"), "{{outcome}}"}),
	overTime(panel{
		title: "Streams of ALS that ended", unit: unitPerSecond, width: thirdWidth,
		description: "Streams of ALS that ended, by reason.",
	}, query{rateOf("reason", receiverPrefix+"als_streams_ended"), "{{reason}}"}),
	lines(panel{
		title: "Proxies by when they were last heard", unit: unitSeconds, width: fullWidth,
		description: "Time since the last record of each proxy. A proxy without traffic sends none. A gateway lists at most 1000, each for an hour.",
	}, keysOf(key{label: "namespace", title: "Namespace"}, key{label: "node_id", title: "Proxy"}, key{label: "client_address", title: "Address"}),
		column{top(mostLines, fmt.Sprintf("time() - max by (namespace, node_id, client_address) (%s)", own(receiverPrefix+"proxy_last_heard"))), "Last heard", unitSeconds}),
}}

var gatewayState = row{title: "Stored state", panels: []cog.Builder[dashboard.Panel]{
	overTime(panel{
		title: "Failures of the storage", unit: unitPerSecond, width: halfWidth,
		description: "Saves that the storage refused. A crash loses what is not saved.",
	}, query{total(labelsPrefix + "storage_failures"), "istio_labels"},
		query{total(metricsPrefix + "storage_failures"), "istio_metrics"},
		query{total(egressPrefix + "storage_failures"), "istio_egress"},
		query{rateOf("operation", writePrefix+"storage_failures"), "remote_write: {{operation}}"}),
	overTime(panel{
		title: "Stored states set aside", unit: unitNumber, width: halfWidth,
		description: "Stored states that were of no use at the start: of another version, instance or setting, or damaged.",
	}, query{fmt.Sprintf("sum(%s)", own(labelsPrefix+"state_set_aside")), "istio_labels"},
		query{fmt.Sprintf("sum(%s)", own(metricsPrefix+"state_set_aside")), "istio_metrics"},
		query{fmt.Sprintf("sum(%s)", own(egressPrefix+"state_set_aside")), "istio_egress"},
		query{fmt.Sprintf("sum(%s)", own(writePrefix+"queues_set_aside")), "remote_write"}),
}}
