// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	servicev3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// als is the entry as Envoy's logger for HTTP sends it, connections included,
// with the headers that deploy/istio recommends.
func (e *entry) als() *accesslogv3.HTTPAccessLogEntry {
	common := e.alsCommon()
	if e.kind.tcp() {
		common.DownstreamWireBytesReceived, common.DownstreamWireBytesSent = uint64(e.received), uint64(e.sent)
		common.AccessLogType = accesslogv3.AccessLogType_TcpConnectionEnd
		return &accesslogv3.HTTPAccessLogEntry{
			CommonProperties: common,
			Request:          &accesslogv3.HTTPRequestProperties{RequestBodyBytes: uint64(e.received)},
			Response:         &accesslogv3.HTTPResponseProperties{ResponseBodyBytes: uint64(e.sent)},
		}
	}
	const headers = 160
	common.DownstreamWireBytesReceived, common.DownstreamWireBytesSent = uint64(e.received+headers), uint64(e.sent+headers)
	common.AccessLogType = accesslogv3.AccessLogType_DownstreamEnd
	code, err := strconv.ParseUint(e.code, 10, 16)
	if err != nil {
		panic(err) // this program wrote it
	}
	entry := &accesslogv3.HTTPAccessLogEntry{
		CommonProperties: common,
		ProtocolVersion:  accesslogv3.HTTPAccessLogEntry_HTTP11,
		Request: &accesslogv3.HTTPRequestProperties{
			RequestMethod: corev3.RequestMethod(corev3.RequestMethod_value[e.method]),
			Scheme:        "http", Authority: e.authority, Path: e.path, UserAgent: e.userAgent, RequestId: e.requestID,
			RequestHeadersBytes: headers, RequestBodyBytes: uint64(e.received), DownstreamHeaderBytesReceived: headers,
		},
		Response: &accesslogv3.HTTPResponseProperties{
			ResponseCode: wrapperspb.UInt32(uint32(code)), ResponseCodeDetails: e.details,
			ResponseHeadersBytes: headers, ResponseBodyBytes: uint64(e.sent), DownstreamHeaderBytesSent: headers,
		},
	}
	if e.contentType != "" {
		entry.ProtocolVersion = accesslogv3.HTTPAccessLogEntry_HTTP2
		entry.Request.RequestHeaders = map[string]string{"content-type": e.contentType}
		entry.Response.ResponseTrailers = map[string]string{"grpc-status": e.grpcStatus}
	}
	return entry
}

func (e *entry) alsCommon() *accesslogv3.AccessLogCommon {
	start, err := time.Parse(time.RFC3339, e.start)
	if err != nil {
		panic(err) // this program wrote it
	}
	took := durationpb.New(time.Duration(e.duration) * time.Millisecond)
	common := &accesslogv3.AccessLogCommon{
		StartTime: timestamppb.New(start), Duration: took, StreamId: e.requestID, RouteName: e.route,
		TimeToLastRxByte: took, TimeToLastUpstreamRxByte: took, TimeToLastDownstreamTxByte: took,
		DownstreamLocalAddress: socketAddress(e.local), DownstreamRemoteAddress: socketAddress(e.remote),
		DownstreamDirectRemoteAddress: socketAddress(e.remote),
		UpstreamRemoteAddress:         socketAddress(e.upstreamHost), UpstreamLocalAddress: socketAddress(e.upstreamLocal),
	}
	if e.upstreamHost != "" { // else no cluster is named
		common.UpstreamCluster, common.UpstreamRequestAttemptCount = e.cluster, 1
	}
	if e.flags == "UH" {
		common.ResponseFlags = &accesslogv3.ResponseFlags{NoHealthyUpstream: true}
	}
	if e.kind.inbound() {
		common.TlsProperties = &accesslogv3.TLSProperties{
			TlsVersion: accesslogv3.TLSProperties_TLSv1_3, TlsSniHostname: e.serverName,
			LocalCertificateProperties: certificate(e.ownSAN), PeerCertificateProperties: certificate(e.peerSAN),
		}
	}
	return common
}

func certificate(san string) *accesslogv3.TLSProperties_CertificateProperties {
	return &accesslogv3.TLSProperties_CertificateProperties{
		SubjectAltName: []*accesslogv3.TLSProperties_CertificateProperties_SubjectAltName{{
			San: &accesslogv3.TLSProperties_CertificateProperties_SubjectAltName_Uri{Uri: san},
		}},
	}
}

func socketAddress(s string) *corev3.Address {
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return nil // there is none
	}
	return &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
		Address: a.Addr().String(), PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: uint32(a.Port())},
	}}}
}

// extensions is how many a real proxy lists in its node, which takes 64 KB.
const extensions = 516

// identifier is the first message of a stream, without entries. Each stream is
// one of another proxy.
func identifier(s sender, stream int) ([]byte, error) {
	pod := fmt.Sprintf("%s-%d", s.pod, stream)
	metadata, err := structpb.NewStruct(map[string]any{
		"NAME": pod, "NAMESPACE": s.namespace, "WORKLOAD_NAME": s.app, "CLUSTER_ID": "Kubernetes", "MESH_ID": "cluster.local",
		"LABELS": map[string]any{"app": s.app, "version": "v1", "service.istio.io/canonical-name": s.app, "service.istio.io/canonical-revision": "v1"},
	})
	if err != nil {
		return nil, err
	}
	node := &corev3.Node{
		Id:      fmt.Sprintf("sidecar~%s~%s.%s~%s.svc.cluster.local", s.ip, pod, s.namespace, s.namespace),
		Cluster: s.app + "." + s.namespace, Metadata: metadata, UserAgentName: "envoy",
	}
	for i := range extensions {
		name := fmt.Sprintf("envoy.extensions.some_category.some_extension_%03d", i)
		node.Extensions = append(node.Extensions, &corev3.Extension{Name: name, Category: "envoy.some_category", TypeUrls: []string{name + ".v3.Config"}})
	}
	return proto.Marshal(&servicev3.StreamAccessLogsMessage{
		Identifier: &servicev3.StreamAccessLogsMessage_Identifier{Node: node, LogName: "http_envoy_accesslog"},
	})
}
