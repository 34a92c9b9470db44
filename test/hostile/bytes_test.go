// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
	"github.com/otelcol-istio/otelcol-istio/test/internal/rawgrpc"
)

// placeholder is as long as what stands for it on the wire, which is no UTF-8.
const placeholder = "PLACEHOLDER"

func noText(message []byte) []byte {
	return bytes.ReplaceAll(message, []byte(placeholder), bytes.Repeat([]byte{0xff}, len(placeholder)))
}

// TestBytesThatAreNoText has them in what a client can write, in forms that test/e2e
// does not have, since Envoy cleans or does not speak them: what was sent is what
// is counted, and so is what stands beside it.
func TestBytesThatAreNoText(t *testing.T) {
	t.Parallel()
	g := startGateway(t, options{})
	const each = 3
	sent := 0

	// OTLP/JSON, with a record that has them between two that do not.
	json := func(user string) string {
		return fmt.Sprintf(`{"body":{"stringValue":%q}}`, `[2026-11-23T03:26:42.738Z] "GET / HTTP/1.1" 502 - direct_response - "-" 0 0 0 - "-" "`+
			user+`" "id" "www.example.com" "-" - - `+blockedAddress+":80 10.244.0.8:38258 - block_all\n")
	}
	request := noText([]byte(`{"resourceLogs":[{"resource":{"attributes":[{"key":"k8s.namespace.name","value":{"stringValue":"` + namespace + `"}},` +
		`{"key":"k8s.deployment.name","value":{"stringValue":"honest"}}]},"scopeLogs":[{"logRecords":[` +
		json("curl") + "," + json(placeholder) + "," + json("curl") + `]}]}]}`))
	for range each {
		status, err := attack.Post(t.Context(), attack.Bystander, g.OTLPHTTP, attack.Body{Type: attack.JSON, Bytes: request})
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, status)
		sent += 3
	}

	// OTLP over gRPC, in a label.
	conn := dialGRPC(t, attack.Bystander, g.OTLP)
	for range each {
		labels := noText(labelsRequest(t, "honest", "authority", placeholder))
		var answer []byte
		require.NoError(t, conn.Invoke(t.Context(), attack.ExportLogs, labels, &answer, grpc.ForceCodecV2(rawgrpc.Codec{})))
	}
	// ALS, in every string of an entry that some client can write.
	stream := openStream(t, dialGRPC(t, attack.Bystander, g.ALS))
	first := byHTTP()
	first.Identifier = identifier(t, nodeID("honest"), "honest")
	require.NoError(t, stream.SendMsg(marshal(t, first)))
	n := 0
	for range each {
		entries := []*accesslogv3.HTTPAccessLogEntry{blockedRequest(n)}
		for _, x := range writable {
			n++
			e := blockedRequest(n)
			x.write(e)
			entries = append(entries, e)
		}
		n++
		sent += len(entries)
		require.NoError(t, stream.SendMsg(noText(marshal(t, byHTTP(entries...)))))
	}
	g.settles(t, func() (wrong []string) {
		requests := `sum(istio_requests_total{destination_service_name="BlackHoleCluster",source_workload="honest"})`
		if n := g.value(t, requests); int(n) != sent {
			wrong = append(wrong, fmt.Sprintf("requests: %g of %d", n, sent))
		}
		return append(wrong, g.notYet(t, "honest", each)...)
	})
	assert.Positive(t, g.telemetry(t, receiver+"repaired_requests", `protocol="otlp_http"`))
	assert.Positive(t, g.telemetry(t, receiver+"repaired_requests", `protocol="otlp_grpc"`))
	assert.InDelta(t, each*len(writable), g.telemetry(t, receiver+"repaired_entries", ""), 0)
}

// blockedRequest is an entry of a request to an unknown host.
func blockedRequest(n int) *accesslogv3.HTTPAccessLogEntry {
	common := blockedConnection("honest", n)
	common.AccessLogType = accesslogv3.AccessLogType_DownstreamEnd
	common.ResponseFlags = nil
	common.RouteName = "block_all"
	return &accesslogv3.HTTPAccessLogEntry{
		CommonProperties: common,
		Request:          &accesslogv3.HTTPRequestProperties{Authority: "www.example.com", Path: "/"},
		Response:         &accesslogv3.HTTPResponseProperties{},
	}
}

// writable are strings of an entry that come from a client or from a server.
var writable = []struct {
	field string
	write func(e *accesslogv3.HTTPAccessLogEntry)
}{
	{"stream id", func(e *accesslogv3.HTTPAccessLogEntry) { e.CommonProperties.StreamId += placeholder }},
	{"server name", func(e *accesslogv3.HTTPAccessLogEntry) {
		e.CommonProperties.TlsProperties = &accesslogv3.TLSProperties{TlsSniHostname: placeholder}
	}},
	{"fingerprint", func(e *accesslogv3.HTTPAccessLogEntry) {
		e.CommonProperties.TlsProperties = &accesslogv3.TLSProperties{Ja3Fingerprint: placeholder}
	}},
	{"subject", func(e *accesslogv3.HTTPAccessLogEntry) {
		e.CommonProperties.TlsProperties = &accesslogv3.TLSProperties{PeerCertificateProperties: &accesslogv3.TLSProperties_CertificateProperties{
			Subject: placeholder, Issuer: placeholder,
			SubjectAltName: []*accesslogv3.TLSProperties_CertificateProperties_SubjectAltName{{
				San: &accesslogv3.TLSProperties_CertificateProperties_SubjectAltName_Uri{Uri: placeholder},
			}},
		}}
	}},
	{"failure", func(e *accesslogv3.HTTPAccessLogEntry) {
		e.CommonProperties.UpstreamTransportFailureReason = placeholder
	}},
	{"tag", func(e *accesslogv3.HTTPAccessLogEntry) {
		e.CommonProperties.CustomTags = map[string]string{placeholder: placeholder}
	}},
	{"authority", func(e *accesslogv3.HTTPAccessLogEntry) { e.Request.Authority = placeholder }},
	{"path", func(e *accesslogv3.HTTPAccessLogEntry) { e.Request.Path = placeholder }},
	{"original path", func(e *accesslogv3.HTTPAccessLogEntry) { e.Request.OriginalPath = placeholder }},
	{"scheme", func(e *accesslogv3.HTTPAccessLogEntry) { e.Request.Scheme = placeholder }},
	{"user agent", func(e *accesslogv3.HTTPAccessLogEntry) { e.Request.UserAgent = placeholder }},
	{"referer", func(e *accesslogv3.HTTPAccessLogEntry) { e.Request.Referer = placeholder }},
	{"list of proxies", func(e *accesslogv3.HTTPAccessLogEntry) { e.Request.ForwardedFor = placeholder }},
	{"request id", func(e *accesslogv3.HTTPAccessLogEntry) { e.Request.RequestId = placeholder }},
	{"request header", func(e *accesslogv3.HTTPAccessLogEntry) {
		e.Request.RequestHeaders = map[string]string{"content-type": placeholder}
	}},
	{"response header", func(e *accesslogv3.HTTPAccessLogEntry) {
		e.Response.ResponseHeaders = map[string]string{"grpc-status": placeholder}
	}},
	{"response trailer", func(e *accesslogv3.HTTPAccessLogEntry) {
		e.Response.ResponseTrailers = map[string]string{"grpc-status": placeholder}
	}},
	{"details", func(e *accesslogv3.HTTPAccessLogEntry) { e.Response.ResponseCodeDetails = placeholder }},
}
