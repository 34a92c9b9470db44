// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// traffic is an amount of it; out is what workloads sent, in what they got.
type traffic struct {
	requests, connections   int64
	requestsOut, requestsIn int64 // bytes of HTTP, with headers
	tcpOut, tcpIn           int64 // bytes of TCP
}

// totals is what a reader with a pencil would add up from the records.
type totals struct {
	records    int64
	notCounted int64
	all        traffic
	// passed and blocked are the part that left the mesh or tried to.
	passed, blocked traffic
}

// add reads the records of one request by what Envoy wrote into their labels.
func (t *totals) add(logs plog.Logs) error {
	for _, rl := range logs.ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, record := range sl.LogRecords().All() {
				if err := t.addRecord(record.Attributes()); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (t *totals) addRecord(labels pcommon.Map) error {
	t.records++
	var one traffic
	out, err := number(labels, "wire_bytes_received")
	if err != nil {
		return err
	}
	in, err := number(labels, "wire_bytes_sent")
	if err != nil {
		return err
	}
	switch text(labels, "access_log_type") {
	case "DownstreamEnd":
		one = traffic{requests: 1, requestsOut: out, requestsIn: in}
	case "TcpConnectionEnd":
		one = traffic{connections: 1, tcpOut: out, tcpIn: in}
	default:
		// A connection that has opened or is still open: its end will count.
		t.notCounted++
		return nil
	}
	t.all.add(one)
	switch {
	case text(labels, "route_name") == "block_all", text(labels, "upstream_cluster_raw") == "BlackHoleCluster":
		t.blocked.add(one)
	case text(labels, "upstream_cluster_raw") == "PassthroughCluster", text(labels, "upstream_cluster_raw") == "AllowAnyDynamicDNSCluster":
		t.passed.add(one)
	}
	return nil
}

func (t *traffic) add(o traffic) {
	t.requests += o.requests
	t.connections += o.connections
	t.requestsOut += o.requestsOut
	t.requestsIn += o.requestsIn
	t.tcpOut += o.tcpOut
	t.tcpIn += o.tcpIn
}

func text(labels pcommon.Map, name string) string {
	v, ok := labels.Get(name)
	if !ok {
		return ""
	}
	return v.Str()
}

func number(labels pcommon.Map, name string) (int64, error) {
	n, err := strconv.ParseInt(text(labels, name), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("label %s: %w", name, err)
	}
	return n, nil
}
