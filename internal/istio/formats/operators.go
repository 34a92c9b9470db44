// SPDX-License-Identifier: Apache-2.0

package formats

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
)

// Operators are the operators whose values labels and metrics are made of, as
// format strings spell them. Format strings may hold any other operator, too.
var Operators = logformat.NewOperators(operators, otherKeys, commonKeys...)

var operators = []logformat.Operator{
	operator(accesslog.StartTime, logformat.Timestamp, "START_TIME"),
	operator(accesslog.Method, logformat.Token, "REQ(:METHOD)", "REQUEST_HEADER(:METHOD)"),
	operator(accesslog.Path, logformat.Open, "REQ(X-ENVOY-ORIGINAL-PATH?:PATH)", "REQ(:PATH)", "REQUEST_HEADER(X-ENVOY-ORIGINAL-PATH?:PATH)", "REQUEST_HEADER(:PATH)", "PATH"),
	operator(accesslog.Protocol, logformat.HTTPVersion, "PROTOCOL"),
	operator(accesslog.ResponseCode, logformat.Number, "RESPONSE_CODE"),
	operator(accesslog.ResponseFlags, logformat.Flags, "RESPONSE_FLAGS"),
	operator(accesslog.ResponseCodeDetails, logformat.Token, "RESPONSE_CODE_DETAILS"),
	operator(accesslog.ConnectionTerminationDetails, logformat.Quoteless, "CONNECTION_TERMINATION_DETAILS"),
	operator(accesslog.UpstreamTransportFailureReason, logformat.Quoteless, "UPSTREAM_TRANSPORT_FAILURE_REASON"),
	operator(accesslog.BytesReceived, logformat.Number, "BYTES_RECEIVED"),
	operator(accesslog.BytesSent, logformat.Number, "BYTES_SENT"),
	operator(accesslog.Duration, logformat.NumberOrDash, "DURATION"),
	operator(accesslog.UpstreamServiceTime, logformat.Open, "RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)", "RESPONSE_HEADER(X-ENVOY-UPSTREAM-SERVICE-TIME)"),
	operator(accesslog.ForwardedFor, logformat.Open, "REQ(X-FORWARDED-FOR)", "REQUEST_HEADER(X-FORWARDED-FOR)"),
	operator(accesslog.UserAgent, logformat.Open, "REQ(USER-AGENT)", "REQUEST_HEADER(USER-AGENT)"),
	operator(accesslog.RequestID, logformat.Open, "REQ(X-REQUEST-ID)", "REQUEST_HEADER(X-REQUEST-ID)"),
	operator(accesslog.Authority, logformat.Token, "REQ(:AUTHORITY)", "REQUEST_HEADER(:AUTHORITY)", "REQ(HOST)", "REQUEST_HEADER(HOST)"),
	operator(accesslog.UpstreamHost, logformat.Token, "UPSTREAM_HOST", "UPSTREAM_REMOTE_ADDRESS"),
	operator(accesslog.UpstreamCluster, logformat.Token, "UPSTREAM_CLUSTER_RAW", "UPSTREAM_CLUSTER"),
	operator(accesslog.UpstreamLocalAddress, logformat.Token, "UPSTREAM_LOCAL_ADDRESS"),
	operator(accesslog.DownstreamLocalAddress, logformat.Token, "DOWNSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"),
	operator(accesslog.DownstreamRemoteAddress, logformat.Token, "DOWNSTREAM_REMOTE_ADDRESS", "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"),
	operator(accesslog.DownstreamDirectRemoteAddress, logformat.Token, "DOWNSTREAM_DIRECT_REMOTE_ADDRESS", "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT"),
	operator(accesslog.RequestedServerName, logformat.Token, "REQUESTED_SERVER_NAME"),
	operator(accesslog.RouteName, logformat.Token, "ROUTE_NAME"),
	operator(accesslog.MixerStatus, logformat.Quoteless, "DYNAMIC_METADATA(istio.mixer:status)"),

	operator(accesslog.AccessLogType, logformat.Token, "ACCESS_LOG_TYPE"),
	operator(accesslog.StreamID, logformat.Token, "STREAM_ID"),
	operator(accesslog.GRPCStatusNumber, logformat.Token, "GRPC_STATUS_NUMBER", "GRPC_STATUS(NUMBER)", "GRPC_STATUS", "GRPC_STATUS(SNAKE_STRING)", "GRPC_STATUS(CAMEL_STRING)"),
	operator(accesslog.ContentType, logformat.Open, "REQ(CONTENT-TYPE)", "REQUEST_HEADER(CONTENT-TYPE)"),
	operator(accesslog.DownstreamWireBytesReceived, logformat.Number, "DOWNSTREAM_WIRE_BYTES_RECEIVED"),
	operator(accesslog.DownstreamWireBytesSent, logformat.Number, "DOWNSTREAM_WIRE_BYTES_SENT"),
	operator(accesslog.DownstreamPeerURISAN, logformat.Token, "DOWNSTREAM_PEER_URI_SAN"),
	operator(accesslog.DownstreamLocalURISAN, logformat.Token, "DOWNSTREAM_LOCAL_URI_SAN"),
	operator(accesslog.UpstreamPeerURISAN, logformat.Token, "UPSTREAM_PEER_URI_SAN"),
	operator(accesslog.UpstreamLocalURISAN, logformat.Token, "UPSTREAM_LOCAL_URI_SAN"),
	operator(accesslog.ListenerDirection, logformat.Token, "CEL(xds.listener_direction)"),
	operator(accesslog.ConnectionMTLS, logformat.Token, "CEL(connection.mtls)"),

	operator(accesslog.NodeID, logformat.Token, "CEL(xds.node.id)"),
	operator(accesslog.NodeCluster, logformat.Token, "CEL(xds.node.cluster)"),
	operator(accesslog.NodeWorkload, logformat.Token, "CEL(xds.node.metadata.WORKLOAD_NAME)", "ENVIRONMENT(ISTIO_META_WORKLOAD_NAME)"),
	operator(accesslog.NodeNamespace, logformat.Token, "CEL(xds.node.metadata.NAMESPACE)", "ENVIRONMENT(POD_NAMESPACE)"),
	operator(accesslog.NodeClusterID, logformat.Token, "CEL(xds.node.metadata.CLUSTER_ID)", "ENVIRONMENT(ISTIO_META_CLUSTER_ID)"),
	operator(accesslog.NodeMeshID, logformat.Token, "CEL(xds.node.metadata.MESH_ID)", "ENVIRONMENT(ISTIO_META_MESH_ID)"),
	operator(accesslog.NodeCanonicalName, logformat.Token, "CEL(xds.node.metadata.LABELS['service.istio.io/canonical-name'])"),
	operator(accesslog.NodeCanonicalRevision, logformat.Token, "CEL(xds.node.metadata.LABELS['service.istio.io/canonical-revision'])"),
	operator(accesslog.NodeApp, logformat.Token, "CEL(xds.node.metadata.LABELS.app)", "CEL(xds.node.metadata.LABELS['app'])"),
	operator(accesslog.NodeVersion, logformat.Token, "CEL(xds.node.metadata.LABELS.version)", "CEL(xds.node.metadata.LABELS['version'])"),
	operator(accesslog.NodePod, logformat.Token, "CEL(xds.node.metadata.NAME)", "ENVIRONMENT(POD_NAME)"),
	operator(accesslog.PodIP, logformat.Token, "ENVIRONMENT(INSTANCE_IP)"),

	operator(accesslog.ClusterServices, logformat.Open, "CLUSTER_METADATA(istio:services)", "METADATA(CLUSTER:istio:services)"),
	operator(accesslog.UpstreamWorkload, logformat.Open, "UPSTREAM_METADATA(istio:workload)", "METADATA(UPSTREAM_HOST:istio:workload)"),
	operator(accesslog.DownstreamPeer, logformat.Open,
		"FILTER_STATE(downstream_peer)", "FILTER_STATE(downstream_peer:TYPED)", "FILTER_STATE(downstream_peer:PLAIN)",
		"FILTER_STATE(downstream_peer_obj)", "FILTER_STATE(downstream_peer_obj:TYPED)", "FILTER_STATE(downstream_peer_obj:PLAIN)",
		"FILTER_STATE(wasm.downstream_peer)", "FILTER_STATE(wasm.downstream_peer:TYPED)", "FILTER_STATE(wasm.downstream_peer:PLAIN)",
	),
	operator(accesslog.UpstreamPeer, logformat.Open,
		"FILTER_STATE(upstream_peer)", "FILTER_STATE(upstream_peer:TYPED)", "FILTER_STATE(upstream_peer:PLAIN)",
		"FILTER_STATE(upstream_peer_obj)", "FILTER_STATE(upstream_peer_obj:TYPED)", "FILTER_STATE(upstream_peer_obj:PLAIN)",
		"FILTER_STATE(wasm.upstream_peer)", "FILTER_STATE(wasm.upstream_peer:TYPED)", "FILTER_STATE(wasm.upstream_peer:PLAIN)",
		"UPSTREAM_FILTER_STATE(upstream_peer)", "UPSTREAM_FILTER_STATE(upstream_peer_obj)", "UPSTREAM_FILTER_STATE(wasm.upstream_peer)",
	),
	operator(accesslog.GRPCStats, logformat.Open, "FILTER_STATE(envoy.filters.http.grpc_stats)", "FILTER_STATE(envoy.filters.http.grpc_stats:TYPED)"),
}

func operator(op accesslog.Op, shape logformat.Shape, spellings ...string) logformat.Operator {
	return logformat.Operator{Op: op, Shape: shape, Spellings: spellings}
}
