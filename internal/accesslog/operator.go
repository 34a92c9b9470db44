// Package accesslog reads Envoy access-log records: lines of text in a known
// format, JSON, and single named values. It knows Envoy's command operators and
// nothing of Istio or of pdata.
//
// Invariant: every function is total. Whatever the bytes, it returns; its work
// is bounded by a multiple of their length; and a value is only reported where the input can
// be read in exactly one way.
package accesslog

import "strings"

// Op is one of Envoy's command operators whose value this project uses.
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

	ClusterServices
	UpstreamWorkload
	DownstreamPeer
	UpstreamPeer
	GRPCStats

	// NumOps is the number of operators.
	NumOps
)

// Shape says what an operator's value can hold, and so where it ends in a line.
type Shape uint8

const (
	// Open values hold any byte: a client, a server or free text writes them.
	Open Shape = iota
	// Token has neither spaces nor quotes.
	Token
	// Quoteless has no quotes.
	Quoteless
	// Timestamp is Envoy's default start time.
	Timestamp
	// Number is a decimal number.
	Number
	// NumberOrDash is a decimal number or Envoy's mark of a missing value.
	NumberOrDash
	// Flags is Envoy's list of response flags, or the mark of a missing value.
	Flags
	// HTTPVersion is the protocol of a request, or the mark of a missing value.
	HTTPVersion
)

type operator struct {
	// key is the attribute under which our recommended labels and Istio's JSON
	// format carry the value.
	key   string
	shape Shape
	// spellings are the operator in format strings, argument included.
	spellings []string
	// aliases are other attribute keys with the same meaning.
	aliases []string
}

// operators is the one table of operators: attribute key, shape in a line of
// text, spellings in a format string, further attribute keys.
var operators = [NumOps]operator{
	StartTime:                      {"start_time", Timestamp, []string{"START_TIME"}, nil},
	Method:                         {"method", Token, []string{"REQ(:METHOD)", "REQUEST_HEADER(:METHOD)"}, nil},
	Path:                           {"path", Open, []string{"REQ(X-ENVOY-ORIGINAL-PATH?:PATH)", "REQ(:PATH)", "REQUEST_HEADER(X-ENVOY-ORIGINAL-PATH?:PATH)", "REQUEST_HEADER(:PATH)", "PATH"}, nil},
	Protocol:                       {"protocol", HTTPVersion, []string{"PROTOCOL"}, nil},
	ResponseCode:                   {"response_code", Number, []string{"RESPONSE_CODE"}, nil},
	ResponseFlags:                  {"response_flags", Flags, []string{"RESPONSE_FLAGS"}, nil},
	ResponseCodeDetails:            {"response_code_details", Token, []string{"RESPONSE_CODE_DETAILS"}, nil},
	ConnectionTerminationDetails:   {"connection_termination_details", Quoteless, []string{"CONNECTION_TERMINATION_DETAILS"}, nil},
	UpstreamTransportFailureReason: {"upstream_transport_failure_reason", Quoteless, []string{"UPSTREAM_TRANSPORT_FAILURE_REASON"}, nil},
	BytesReceived:                  {"bytes_received", Number, []string{"BYTES_RECEIVED"}, nil},
	BytesSent:                      {"bytes_sent", Number, []string{"BYTES_SENT"}, nil},
	Duration:                       {"duration", NumberOrDash, []string{"DURATION"}, nil},
	UpstreamServiceTime:            {"upstream_service_time", Open, []string{"RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)", "RESPONSE_HEADER(X-ENVOY-UPSTREAM-SERVICE-TIME)"}, nil},
	ForwardedFor:                   {"x_forwarded_for", Open, []string{"REQ(X-FORWARDED-FOR)", "REQUEST_HEADER(X-FORWARDED-FOR)"}, nil},
	UserAgent:                      {"user_agent", Open, []string{"REQ(USER-AGENT)", "REQUEST_HEADER(USER-AGENT)"}, nil},
	RequestID:                      {"request_id", Open, []string{"REQ(X-REQUEST-ID)", "REQUEST_HEADER(X-REQUEST-ID)"}, nil},
	Authority:                      {"authority", Token, []string{"REQ(:AUTHORITY)", "REQUEST_HEADER(:AUTHORITY)", "REQ(HOST)", "REQUEST_HEADER(HOST)"}, nil},
	UpstreamHost:                   {"upstream_host", Token, []string{"UPSTREAM_HOST", "UPSTREAM_REMOTE_ADDRESS"}, nil},
	UpstreamCluster:                {"upstream_cluster", Token, []string{"UPSTREAM_CLUSTER", "UPSTREAM_CLUSTER_RAW"}, []string{"upstream_cluster_raw"}},
	UpstreamLocalAddress:           {"upstream_local_address", Token, []string{"UPSTREAM_LOCAL_ADDRESS"}, nil},
	DownstreamLocalAddress:         {"downstream_local_address", Token, []string{"DOWNSTREAM_LOCAL_ADDRESS", "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"}, nil},
	DownstreamRemoteAddress:        {"downstream_remote_address", Token, []string{"DOWNSTREAM_REMOTE_ADDRESS", "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"}, nil},
	DownstreamDirectRemoteAddress:  {"downstream_direct_remote_address", Token, []string{"DOWNSTREAM_DIRECT_REMOTE_ADDRESS", "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT"}, nil},
	RequestedServerName:            {"requested_server_name", Token, []string{"REQUESTED_SERVER_NAME"}, nil},
	RouteName:                      {"route_name", Token, []string{"ROUTE_NAME"}, nil},
	MixerStatus:                    {"istio_policy_status", Quoteless, []string{"DYNAMIC_METADATA(istio.mixer:status)"}, nil},

	AccessLogType:               {"access_log_type", Token, []string{"ACCESS_LOG_TYPE"}, nil},
	StreamID:                    {"stream_id", Token, []string{"STREAM_ID"}, nil},
	GRPCStatusNumber:            {"grpc_status_number", Token, []string{"GRPC_STATUS_NUMBER", "GRPC_STATUS(NUMBER)"}, nil},
	ContentType:                 {"content_type", Open, []string{"REQ(CONTENT-TYPE)", "REQUEST_HEADER(CONTENT-TYPE)"}, nil},
	DownstreamWireBytesReceived: {"downstream_wire_bytes_received", Number, []string{"DOWNSTREAM_WIRE_BYTES_RECEIVED"}, nil},
	DownstreamWireBytesSent:     {"downstream_wire_bytes_sent", Number, []string{"DOWNSTREAM_WIRE_BYTES_SENT"}, nil},
	DownstreamPeerURISAN:        {"downstream_peer_uri_san", Token, []string{"DOWNSTREAM_PEER_URI_SAN"}, nil},
	DownstreamLocalURISAN:       {"downstream_local_uri_san", Token, []string{"DOWNSTREAM_LOCAL_URI_SAN"}, nil},
	UpstreamPeerURISAN:          {"upstream_peer_uri_san", Token, []string{"UPSTREAM_PEER_URI_SAN"}, nil},
	UpstreamLocalURISAN:         {"upstream_local_uri_san", Token, []string{"UPSTREAM_LOCAL_URI_SAN"}, nil},
	ListenerDirection:           {"listener_direction", Token, []string{"CEL(xds.listener_direction)"}, nil},
	ConnectionMTLS:              {"connection_mtls", Token, []string{"CEL(connection.mtls)"}, nil},

	// node_name and cluster_name are Envoy's built-in resource attributes; pod,
	// namespace, cluster and mesh are what Istio's own samples set.
	NodeID:                {"node_id", Token, []string{"CEL(xds.node.id)"}, []string{"node_name"}},
	NodeCluster:           {"node_cluster", Token, []string{"CEL(xds.node.cluster)"}, []string{"cluster_name"}},
	NodeWorkload:          {"workload_name", Token, []string{"CEL(xds.node.metadata.WORKLOAD_NAME)", "ENVIRONMENT(ISTIO_META_WORKLOAD_NAME)"}, nil},
	NodeNamespace:         {"namespace", Token, []string{"CEL(xds.node.metadata.NAMESPACE)", "ENVIRONMENT(POD_NAMESPACE)"}, nil},
	NodeClusterID:         {"cluster_id", Token, []string{"CEL(xds.node.metadata.CLUSTER_ID)", "ENVIRONMENT(ISTIO_META_CLUSTER_ID)"}, []string{"cluster"}},
	NodeMeshID:            {"mesh_id", Token, []string{"CEL(xds.node.metadata.MESH_ID)", "ENVIRONMENT(ISTIO_META_MESH_ID)"}, []string{"mesh"}},
	NodeCanonicalName:     {"canonical_name", Token, []string{"CEL(xds.node.metadata.LABELS['service.istio.io/canonical-name'])"}, nil},
	NodeCanonicalRevision: {"canonical_revision", Token, []string{"CEL(xds.node.metadata.LABELS['service.istio.io/canonical-revision'])"}, nil},
	NodeApp:               {"app", Token, []string{"CEL(xds.node.metadata.LABELS.app)", "CEL(xds.node.metadata.LABELS['app'])"}, nil},
	NodeVersion:           {"version", Token, []string{"CEL(xds.node.metadata.LABELS.version)", "CEL(xds.node.metadata.LABELS['version'])"}, nil},
	NodePod:               {"pod", Token, []string{"CEL(xds.node.metadata.NAME)", "ENVIRONMENT(POD_NAME)"}, nil},

	ClusterServices:  {"cluster_services", Open, []string{"CLUSTER_METADATA(istio:services)", "METADATA(CLUSTER:istio:services)"}, nil},
	UpstreamWorkload: {"upstream_workload", Open, []string{"UPSTREAM_METADATA(istio:workload)", "METADATA(UPSTREAM_HOST:istio:workload)"}, nil},
	DownstreamPeer: {"downstream_peer", Open, []string{
		"FILTER_STATE(downstream_peer)", "FILTER_STATE(downstream_peer:TYPED)", "FILTER_STATE(downstream_peer:PLAIN)",
		"FILTER_STATE(downstream_peer_obj)", "FILTER_STATE(downstream_peer_obj:TYPED)", "FILTER_STATE(downstream_peer_obj:PLAIN)",
		"FILTER_STATE(wasm.downstream_peer)", "FILTER_STATE(wasm.downstream_peer:TYPED)", "FILTER_STATE(wasm.downstream_peer:PLAIN)",
	}, []string{"downstream_peer_obj", "wasm.downstream_peer"}},
	UpstreamPeer: {"upstream_peer", Open, []string{
		"FILTER_STATE(upstream_peer)", "FILTER_STATE(upstream_peer:TYPED)", "FILTER_STATE(upstream_peer:PLAIN)",
		"FILTER_STATE(upstream_peer_obj)", "FILTER_STATE(upstream_peer_obj:TYPED)", "FILTER_STATE(upstream_peer_obj:PLAIN)",
		"FILTER_STATE(wasm.upstream_peer)", "FILTER_STATE(wasm.upstream_peer:TYPED)", "FILTER_STATE(wasm.upstream_peer:PLAIN)",
		"UPSTREAM_FILTER_STATE(upstream_peer)", "UPSTREAM_FILTER_STATE(upstream_peer_obj)", "UPSTREAM_FILTER_STATE(wasm.upstream_peer)",
	}, []string{"upstream_peer_obj", "wasm.upstream_peer"}},
	GRPCStats: {"grpc_stats", Open, []string{"FILTER_STATE(envoy.filters.http.grpc_stats)", "FILTER_STATE(envoy.filters.http.grpc_stats:TYPED)"}, []string{"envoy.filters.http.grpc_stats"}},
}

// Key is the attribute key of our recommended labels for the operator.
func (op Op) Key() string { return operators[op].key }

// String is the operator's first spelling in a format string.
func (op Op) String() string { return "%" + operators[op].spellings[0] + "%" }

var opsByKey, opsBySpelling = indexOperators()

func indexOperators() (byKey, bySpelling map[string]Op) {
	byKey, bySpelling = map[string]Op{}, map[string]Op{}
	for i, o := range operators {
		byKey[o.key] = Op(i)
		for _, a := range o.aliases {
			byKey[a] = Op(i)
		}
		for _, s := range o.spellings {
			bySpelling[s] = Op(i)
		}
	}
	return byKey, bySpelling
}

// OpByKey finds the operator whose value an attribute of this name carries.
func OpByKey(key string) (Op, bool) {
	op, ok := opsByKey[key]
	return op, ok
}

// opBySpelling finds the operator that a format string spells so. Header names
// are compared without regard to case, as Envoy does.
func opBySpelling(name, arg string) (Op, bool) {
	if arg == "" {
		op, ok := opsBySpelling[name]
		return op, ok
	}
	if isHeaderOperator(name) {
		arg = strings.ToUpper(arg)
	}
	op, ok := opsBySpelling[name+"("+arg+")"]
	if !ok && addressWithMask(name) {
		op, ok = opsBySpelling[name]
	}
	return op, ok
}

func isHeaderOperator(name string) bool {
	switch name {
	case "REQ", "RESP", "TRAILER", "REQUEST_HEADER", "RESPONSE_HEADER", "RESPONSE_TRAILER":
		return true
	default:
		return false
	}
}

// addressWithMask holds for operators whose argument is the length of a prefix.
func addressWithMask(name string) bool { return strings.HasSuffix(name, "_WITHOUT_PORT") }
