// SPDX-License-Identifier: Apache-2.0

// Package accesslog is the record of one access log entry: its values by
// operator, whatever format they came in.
//
// A reader of a format fills a Record; rules read it. Neither knows the other.
// Package logformat reads the formats that Envoy can be told to write, package
// istio/formats says which formats and keys Istio has.
package accesslog

// Op names a value of a record. Most are command operators of Envoy.
type Op uint8

// The operators, named as Envoy names them. Those with an argument are named
// after it.
const (
	StartTime Op = iota
	Method
	Path
	Protocol
	ResponseCode
	ResponseFlags
	ResponseCodeDetails
	ConnectionTerminationDetails
	UpstreamTransportFailureReason
	BytesReceived
	BytesSent
	Duration
	UpstreamServiceTime
	ForwardedFor
	UserAgent
	RequestID
	Authority
	UpstreamHost
	UpstreamCluster
	UpstreamLocalAddress
	DownstreamLocalAddress
	DownstreamRemoteAddress
	DownstreamDirectRemoteAddress
	RequestedServerName
	RouteName
	MixerStatus

	AccessLogType
	StreamID
	GRPCStatusNumber
	ContentType
	DownstreamWireBytesReceived
	DownstreamWireBytesSent
	DownstreamPeerURISAN
	DownstreamLocalURISAN
	UpstreamPeerURISAN
	UpstreamLocalURISAN
	ListenerDirection
	ConnectionMTLS

	NodeID
	NodeCluster
	NodeWorkload
	NodeNamespace
	NodeClusterID
	NodeMeshID
	NodeCanonicalName
	NodeCanonicalRevision
	NodeApp
	NodeVersion
	NodePod
	PodIP

	ClusterServices
	UpstreamWorkload
	DownstreamPeer
	UpstreamPeer
	GRPCStats

	// NumOps is the number of operators.
	NumOps
)

var keys = [NumOps]string{
	StartTime:                      "start_time",
	Method:                         "method",
	Path:                           "path",
	Protocol:                       "protocol",
	ResponseCode:                   "response_code",
	ResponseFlags:                  "response_flags",
	ResponseCodeDetails:            "response_code_details",
	ConnectionTerminationDetails:   "connection_termination_details",
	UpstreamTransportFailureReason: "upstream_transport_failure_reason",
	BytesReceived:                  "bytes_received",
	BytesSent:                      "bytes_sent",
	Duration:                       "duration",
	UpstreamServiceTime:            "upstream_service_time",
	ForwardedFor:                   "x_forwarded_for",
	UserAgent:                      "user_agent",
	RequestID:                      "request_id",
	Authority:                      "authority",
	UpstreamHost:                   "upstream_host",
	UpstreamCluster:                "upstream_cluster",
	UpstreamLocalAddress:           "upstream_local_address",
	DownstreamLocalAddress:         "downstream_local_address",
	DownstreamRemoteAddress:        "downstream_remote_address",
	DownstreamDirectRemoteAddress:  "downstream_direct_remote_address",
	RequestedServerName:            "requested_server_name",
	RouteName:                      "route_name",
	MixerStatus:                    "istio_policy_status",
	AccessLogType:                  "access_log_type",
	StreamID:                       "stream_id",
	GRPCStatusNumber:               "grpc_status_number",
	ContentType:                    "content_type",
	DownstreamWireBytesReceived:    "downstream_wire_bytes_received",
	DownstreamWireBytesSent:        "downstream_wire_bytes_sent",
	DownstreamPeerURISAN:           "downstream_peer_uri_san",
	DownstreamLocalURISAN:          "downstream_local_uri_san",
	UpstreamPeerURISAN:             "upstream_peer_uri_san",
	UpstreamLocalURISAN:            "upstream_local_uri_san",
	ListenerDirection:              "listener_direction",
	ConnectionMTLS:                 "connection_mtls",
	NodeID:                         "node_id",
	NodeCluster:                    "node_cluster",
	NodeWorkload:                   "workload_name",
	NodeNamespace:                  "namespace",
	NodeClusterID:                  "cluster_id",
	NodeMeshID:                     "mesh_id",
	NodeCanonicalName:              "canonical_name",
	NodeCanonicalRevision:          "canonical_revision",
	NodeApp:                        "app",
	NodeVersion:                    "version",
	NodePod:                        "pod",
	PodIP:                          "pod_ip",
	ClusterServices:                "cluster_services",
	UpstreamWorkload:               "upstream_workload",
	DownstreamPeer:                 "downstream_peer",
	UpstreamPeer:                   "upstream_peer",
	GRPCStats:                      "grpc_stats",
}

// Key is the operator's name as an attribute of a log record. Istio's JSON
// format uses the same names.
func (op Op) Key() string { return keys[op] }
