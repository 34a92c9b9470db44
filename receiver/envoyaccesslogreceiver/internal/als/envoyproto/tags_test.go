// SPDX-License-Identifier: Apache-2.0

package envoyproto

import (
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// tags are the fields that are read of each message.
var tags = []struct {
	of     proto.Message
	fields map[protoreflect.Name]uint64
}{
	{&accesslogv3.HTTPAccessLogEntry{}, map[protoreflect.Name]uint64{
		"common_properties": httpCommonProperties, "protocol_version": httpProtocolVersion,
		"request": httpRequest, "response": httpResponse,
	}},
	{&accesslogv3.TCPAccessLogEntry{}, map[protoreflect.Name]uint64{
		"common_properties": tcpCommonProperties, "connection_properties": tcpConnectionProperties,
	}},
	{&accesslogv3.ConnectionProperties{}, map[protoreflect.Name]uint64{
		"received_bytes": connectionReceivedBytes, "sent_bytes": connectionSentBytes,
	}},
	{&accesslogv3.AccessLogCommon{}, map[protoreflect.Name]uint64{
		"downstream_remote_address":           commonDownstreamRemoteAddress,
		"downstream_local_address":            commonDownstreamLocalAddress,
		"tls_properties":                      commonTLSProperties,
		"start_time":                          commonStartTime,
		"upstream_remote_address":             commonUpstreamRemoteAddress,
		"upstream_local_address":              commonUpstreamLocalAddress,
		"upstream_cluster":                    commonUpstreamCluster,
		"response_flags":                      commonResponseFlags,
		"upstream_transport_failure_reason":   commonUpstreamTransportFailureReason,
		"route_name":                          commonRouteName,
		"downstream_direct_remote_address":    commonDownstreamDirectRemoteAddress,
		"filter_state_objects":                commonFilterStateObjects,
		"custom_tags":                         commonCustomTags,
		"duration":                            commonDuration,
		"upstream_request_attempt_count":      commonUpstreamRequestAttemptCount,
		"connection_termination_details":      commonConnectionTerminationDetails,
		"stream_id":                           commonStreamID,
		"intermediate_log_entry":              commonIntermediateLogEntry,
		"downstream_transport_failure_reason": commonDownstreamTransportFailureReason,
		"downstream_wire_bytes_sent":          commonDownstreamWireBytesSent,
		"downstream_wire_bytes_received":      commonDownstreamWireBytesReceived,
		"upstream_wire_bytes_sent":            commonUpstreamWireBytesSent,
		"upstream_wire_bytes_received":        commonUpstreamWireBytesReceived,
		"access_log_type":                     commonAccessLogType,
	}},
	{&accesslogv3.HTTPRequestProperties{}, map[protoreflect.Name]uint64{
		"request_method": requestRequestMethod, "scheme": requestScheme, "authority": requestAuthority, "path": requestPath,
		"user_agent": requestUserAgent, "referer": requestReferer, "forwarded_for": requestForwardedFor,
		"request_id": requestRequestID, "original_path": requestOriginalPath,
		"request_body_bytes": requestRequestBodyBytes, "request_headers": requestRequestHeaders,
	}},
	{&accesslogv3.HTTPResponseProperties{}, map[protoreflect.Name]uint64{
		"response_code": responseResponseCode, "response_body_bytes": responseResponseBodyBytes,
		"response_headers": responseResponseHeaders, "response_trailers": responseResponseTrailers,
		"response_code_details": responseResponseCodeDetails,
	}},
	{&accesslogv3.TLSProperties{}, map[protoreflect.Name]uint64{
		"tls_version": tlsTLSVersion, "tls_cipher_suite": tlsTLSCipherSuite, "tls_sni_hostname": tlsTLSSNIHostname,
		"local_certificate_properties": tlsLocalCertificateProperties, "peer_certificate_properties": tlsPeerCertificateProperties,
		"tls_session_id": tlsTLSSessionID, "ja3_fingerprint": tlsJA3Fingerprint,
	}},
	{&accesslogv3.TLSProperties_CertificateProperties{}, map[protoreflect.Name]uint64{
		"subject_alt_name": certificateSubjectAltName, "subject": certificateSubject, "issuer": certificateIssuer,
	}},
	{&accesslogv3.TLSProperties_CertificateProperties_SubjectAltName{}, map[protoreflect.Name]uint64{"uri": nameURI, "dns": nameDNS}},
	{&accesslogv3.ResponseFlags{}, map[protoreflect.Name]uint64{"unauthorized_details": flagsUnauthorizedDetails}},
	{&corev3.Address{}, map[protoreflect.Name]uint64{
		"socket_address": addressSocketAddress, "pipe": addressPipe, "envoy_internal_address": addressEnvoyInternalAddress,
	}},
	{&corev3.SocketAddress{}, map[protoreflect.Name]uint64{
		"address": socketAddress, "port_value": socketPortValue, "named_port": socketNamedPort,
	}},
	{&corev3.Pipe{}, map[protoreflect.Name]uint64{"path": pipePath}},
	{&corev3.EnvoyInternalAddress{}, map[protoreflect.Name]uint64{
		"server_listener_name": internalServerListenerName, "endpoint_id": internalEndpointID,
	}},
	{&timestamppb.Timestamp{}, map[protoreflect.Name]uint64{"seconds": timeSeconds, "nanos": timeNanos}},
	{&durationpb.Duration{}, map[protoreflect.Name]uint64{"seconds": timeSeconds, "nanos": timeNanos}},
	{&wrapperspb.UInt32Value{}, map[protoreflect.Name]uint64{"value": uint32Value}},
	{&anypb.Any{}, map[protoreflect.Name]uint64{"type_url": anyTypeURL, "value": anyValue}},
}

// TestTags compares tags with Envoy's descriptions of its messages.
func TestTags(t *testing.T) {
	for _, m := range tags {
		d := m.of.ProtoReflect().Descriptor()
		for name, tag := range m.fields {
			fd := d.Fields().ByName(name)
			require.NotNil(t, fd, "%s.%s", d.Name(), name)
			wireType := varint
			switch fd.Kind() {
			case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
				wireType = length
			}
			assert.Equal(t, uint64(fd.Number())<<3|wireType, tag, "%s.%s", d.Name(), name)
			if fd.IsMap() {
				assert.Equal(t, [2]uint64{mapKey, mapValue}, [2]uint64{1<<3 | length, 2<<3 | length})
				assert.Equal(t, protoreflect.StringKind, fd.MapKey().Kind())
			}
		}
	}
}

// TestFlags checks what Flags takes for granted of the message's fields.
func TestFlags(t *testing.T) {
	fields := (&accesslogv3.ResponseFlags{}).ProtoReflect().Descriptor().Fields()
	require.Equal(t, NumFlags, fields.Len(), "Envoy has a flag more")
	for i := range fields.Len() {
		fd := fields.Get(i)
		assert.Equal(t, protoreflect.FieldNumber(i+1), fd.Number())
		assert.Equal(t, fd.Name() == "unauthorized_details", fd.Kind() != protoreflect.BoolKind, fd.Name())
	}
}
