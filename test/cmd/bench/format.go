// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog"
)

// dash is how Envoy writes what is not there.
func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// text is the entry as a line of Istio's default text format.
func (e *entry) text() string {
	request, served := "- - -", "-"
	if !e.kind.tcp() {
		request, served = e.method+" "+e.path+" "+e.protocol, strconv.Itoa(e.served)
	}
	if e.kind == httpBlocked {
		served = "-"
	}
	return fmt.Sprintf("[%s] %q %s %s %s - \"-\" %d %d %d %s \"-\" %q %q %q %q %s %s %s %s %s %s\n",
		e.start, request, e.code, dash(e.flags), dash(e.details), e.received, e.sent, e.duration, served,
		dash(e.userAgent), e.textRequestID(), dash(e.authority), dash(e.upstreamHost), dash(e.cluster),
		dash(e.upstreamLocal), dash(e.local), dash(e.remote), dash(e.serverName), dash(e.route))
}

func (e *entry) textRequestID() string {
	if e.kind.tcp() {
		return "-"
	}
	return e.requestID
}

// attributes puts the recommended labels of an entry onto a record, in the
// order in which Istio writes them: sorted.
func (e *entry) attributes(record plog.LogRecord) {
	direction, wire := "2", 160
	if e.kind.inbound() {
		direction = "1"
	}
	if e.kind.tcp() {
		wire = 0
	}
	upstreamPeer, upstreamOwn, downstreamPeer, downstreamOwn := e.peerSAN, e.ownSAN, "", ""
	if e.kind.inbound() {
		upstreamPeer, upstreamOwn, downstreamPeer, downstreamOwn = "", "", e.peerSAN, e.ownSAN
	} else if e.peerSAN == "" {
		upstreamOwn = ""
	}
	attrs := record.Attributes()
	attrs.EnsureCapacity(40)
	for _, kv := range [...][2]string{
		{"access_log_type", e.accessLogType},
		{"app", e.from.app},
		{"authority", e.authority},
		{"bytes_received", strconv.Itoa(e.received)},
		{"bytes_sent", strconv.Itoa(e.sent)},
		{"canonical_name", e.from.app},
		{"canonical_revision", "v1"},
		{"cluster_id", "Kubernetes"},
		{"cluster_services", e.services},
		{"content_type", e.contentType},
		{"downstream_direct_remote_address", e.remote},
		{"downstream_local_address", e.local},
		{"downstream_local_uri_san", downstreamOwn},
		{"downstream_peer_uri_san", downstreamPeer},
		{"downstream_remote_address", e.remote},
		{"downstream_wire_bytes_received", strconv.Itoa(e.received + wire)},
		{"downstream_wire_bytes_sent", strconv.Itoa(e.sent + wire)},
		{"duration", strconv.Itoa(e.duration)},
		{"grpc_status_number", e.grpcStatus},
		{"listener_direction", direction},
		{"mesh_id", "cluster.local"},
		{"method", e.method},
		{"namespace", e.from.namespace},
		{"node_cluster", e.from.app + "." + e.from.namespace},
		{"node_id", strings.Join([]string{"sidecar", e.from.ip, e.from.pod + "." + e.from.namespace, e.from.namespace + ".svc.cluster.local"}, "~")},
		{"protocol", e.protocol},
		{"requested_server_name", e.serverName},
		{"response_code", e.code},
		{"response_code_details", e.details},
		{"response_flags", e.flags},
		{"route_name", e.route},
		{"stream_id", e.requestID},
		{"upstream_cluster_raw", e.cluster},
		{"upstream_host", e.upstreamHost},
		{"upstream_local_uri_san", upstreamOwn},
		{"upstream_peer_uri_san", upstreamPeer},
		{"upstream_workload", e.upstreamWorkload},
		{"version", "v1"},
		{"workload_name", e.from.app},
	} {
		attrs.PutStr(kv[0], dash(kv[1]))
	}
}
