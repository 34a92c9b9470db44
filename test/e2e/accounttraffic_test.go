// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

// Lines of the account.
const (
	inMeshLine = `[2026-11-23T03:26:42.738Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 135 4 4 "-" "curl" "id" "httpbin:8000" "10.44.1.27:80" outbound|8000||httpbin.foo.svc.cluster.local 10.44.1.23:37652 10.0.45.184:8000 10.44.1.23:46520 - default`
	// ztunnelLine is one of ambient's data plane, which has metrics of its own.
	ztunnelLine = "2026-11-30T02:32:35.454299Z\tinfo\taccess\tconnection complete\tsrc.addr=10.244.1.10:48368 src.workload=\"sleep-5577c64d7c-sl11p\" src.namespace=\"default\" dst.addr=10.244.2.20:15008 dst.hbone_addr=10.244.2.20:8080 dst.service=\"httpbin.foo.svc.cluster.local\" direction=\"outbound\" bytes_sent=117 bytes_recv=1000 duration=\"21ms\""
)

// counted is what n records of a verdict that counts add, which come over a transport.
func counted(n int, transport, verdict string) account {
	return account{accepted + "{" + transport + "}": n, verdicts + "{" + verdict + "}": n, outcomes + "{counted}": n}
}

// notCounted is what n records of another verdict add.
func notCounted(n int, verdict string) account {
	return account{accepted + "{grpc}": n, verdicts + "{" + verdict + "}": n, outcomes + "{not_counted}": n}
}

// unlabelled is what n records add that the processor passes on as they came.
func unlabelled(n int, verdict string) account {
	return account{accepted + "{grpc}": n, verdicts + "{" + verdict + "}": n, outcomes + "{no_contract}": n}
}

// with adds up accounts.
func with(all ...account) account {
	sum := account{}
	for _, a := range all {
		for key, n := range a {
			sum[key] += n
		}
	}
	return sum
}

// outsideRequest has the recommended labels of a request that left the mesh, and
// others in the place of some of them.
func outsideRequest(others map[string]string) map[string]string {
	a := map[string]string{
		"access_log_type": "DownstreamEnd", "method": "GET", "authority": "e3.example", "route_name": "allow_any",
		"upstream_cluster_raw": "PassthroughCluster", "upstream_host": "203.0.113.9:80", "downstream_local_address": "203.0.113.9:80",
		"response_code": "200", "response_flags": "-", "duration": "12",
	}
	maps.Copy(a, others)
	return a
}

// blockedConnection has those of a connection that BlackHoleCluster took.
func blockedConnection(others map[string]string) map[string]string {
	a := map[string]string{
		"access_log_type": "TcpConnectionEnd", "upstream_cluster_raw": "BlackHoleCluster", "upstream_host": "-",
		"downstream_local_address": "203.0.113.9:443", "response_flags": "UH", "duration": "0",
	}
	maps.Copy(a, others)
	return a
}

func accountSettings(t *testing.T) map[string]accountSetting {
	t.Helper()
	return map[string]accountSetting{
		"text":                      {rows: textRows(t)},
		"labels":                    {rows: labelRows()},
		"OTLP on HTTP":              {rows: postRows(t)},
		"ALS":                       {rows: alsRows()},
		"requests that are refused": {rows: refusedRows()},
		"conditions": {
			configs: []string{overlay(t, `processors: {istio_labels: {conditions: ['log.attributes["response_code"] == "503"']}}`)},
			rows: []accountRow{
				{"a condition holds", func(s *accountSender) {
					s.records(3, ofAttributes(outsideRequest(map[string]string{"response_code": "503"})))
				}, counted(3, "grpc", "http")},
				{"none holds", func(s *accountSender) { s.records(4, ofAttributes(outsideRequest(nil))) }, unlabelled(4, "excluded")},
			},
		},
		"Istio 1.3": {
			env: map[string]string{"ISTIO_SCHEMA": "istio-1.3"},
			rows: []accountRow{
				{"blocked connections", func(s *accountSender) { s.records(5, ofAttributes(blockedConnection(nil))) }, counted(5, "grpc", "tcp_closed")},
			},
		},
		"bounds":             boundRows(),
		"memory limit":       memoryLimitRows(t),
		"without the labels": contractRows(),
		"sender identity":    senderRows(t),
	}
}

func textRows(t *testing.T) []accountRow {
	t.Helper()
	object, err := json.Marshal(outsideRequest(map[string]string{"start_time": "2026-11-23T03:26:50.846Z", "path": "/", "protocol": "HTTP/1.1", "bytes_received": "0", "bytes_sent": "0"}))
	require.NoError(t, err)
	sends := func(n int, line string) func(*accountSender) {
		return func(s *accountSender) { s.records(n, ofText(line)) }
	}
	twoOutcomes := strings.Replace(inMeshLine, `"curl"`, `"x `+forgedOutcome+`"`, 1)
	return []accountRow{
		{"allowed requests", sends(3, recordedLine(t, "allowed request")), counted(3, "grpc", "http")},
		{"blocked requests", sends(4, recordedLine(t, "blocked request")), counted(4, "grpc", "http")},
		{"allowed connections", sends(5, recordedLine(t, "allowed connection")), counted(5, "grpc", "tcp")},
		{"blocked connections", sends(6, recordedLine(t, "blocked connection")), counted(6, "grpc", "tcp")},
		{"requests in the mesh", sends(7, inMeshLine), counted(7, "grpc", "http")},
		{"lines of JSON", sends(8, string(object)), counted(8, "grpc", "http")},
		{"a line of many", func(s *accountSender) {
			for range 9 {
				s.records(2, ofText(recordedLine(t, "blocked request")))
			}
		}, counted(18, "grpc", "http")},
		{"ztunnel's lines", sends(3, ztunnelLine), unlabelled(3, "not_understood_format")},
		{"other lines", sends(4, "Envoy proxy is ready"), unlabelled(4, "not_understood_format")},
		{"nothing", sends(5, ""), unlabelled(5, "not_understood_format")},
		{"cut lines", sends(6, inMeshLine[:len(inMeshLine)/2]), unlabelled(6, "not_understood_text")},
		{"cut lines of JSON", sends(7, string(object)[:len(object)/2]), unlabelled(7, "not_understood_json")},
		{"lines with two outcomes", sends(2, twoOutcomes), with(counted(2, "grpc", "http"), account{ambiguous: 2})},
	}
}

func labelRows() []accountRow {
	sends := func(n int, attributes map[string]string) func(*accountSender) {
		return func(s *accountSender) { s.records(n, ofAttributes(attributes)) }
	}
	as := func(kind string) map[string]string {
		return blockedConnection(map[string]string{"access_log_type": kind})
	}
	return []accountRow{
		{"allowed requests", sends(3, outsideRequest(nil)), counted(3, "grpc", "http")},
		{"blocked requests", sends(4, outsideRequest(map[string]string{"upstream_cluster_raw": "BlackHoleCluster", "route_name": "block_all", "response_code": "502", "upstream_host": "-"})), counted(4, "grpc", "http")},
		{"blocked connections", sends(5, blockedConnection(nil)), counted(5, "grpc", "tcp")},
		{"requests in the mesh", sends(6, outsideRequest(map[string]string{"upstream_cluster_raw": "outbound|80||known.foo.svc.cluster.local"})), counted(6, "grpc", "http")},
		{"connections that last", sends(2, as("TcpPeriodic")), notCounted(2, "periodic")},
		{"connections that begin", sends(3, as("TcpConnectionStart")), notCounted(3, "connect")},
		{"tunnels", sends(4, as("DownstreamTunnelSuccessfullyEstablished")), notCounted(4, "tunnel")},
		{"the upstream's side", sends(5, as("UpstreamEnd")), notCounted(5, "other_type")},
		{"no filter chain", sends(6, blockedConnection(map[string]string{"access_log_type": "NotSet", "response_flags": "NR", "upstream_cluster_raw": "-"})), notCounted(6, "listener")},
		{
			"forged attributes of the contract", sends(2, outsideRequest(map[string]string{"istio_labels.verdict": "tcp", "istio_labels.version": "2", "source_principal": "spiffe://cluster.local/ns/bank/sa/vault"})),
			with(counted(2, "grpc", "http"), account{forgedNames: 6}),
		},
		{"bytes that are no text", func(s *accountSender) {
			request := plogotlp.NewExportRequestFromLogs(accountRequest(3, ofAttributes(outsideRequest(map[string]string{"authority": "PLACEHOLDER"}))))
			b, err := request.MarshalProto()
			require.NoError(s.t, err)
			require.NoError(s.t, s.raw([]byte(strings.ReplaceAll(string(b), "PLACEHOLDER", strings.Repeat("\xff", len("PLACEHOLDER"))))))
			s.sent += 3
		}, counted(3, "grpc", "http")},
	}
}

func postRows(t *testing.T) []accountRow {
	t.Helper()
	request := plogotlp.NewExportRequestFromLogs(accountRequest(3, ofText(recordedLine(t, "blocked request"))))
	binary, err := request.MarshalProto()
	require.NoError(t, err)
	text, err := request.MarshalJSON()
	require.NoError(t, err)
	post := func(kind string, body []byte) func(*accountSender) {
		return func(s *accountSender) { s.post(kind, body, http.StatusOK); s.sent += 3 }
	}
	return []accountRow{
		{"protobuf", post("application/x-protobuf", binary), counted(3, "http", "http")},
		{"JSON", post("application/json", text), counted(3, "http", "http")},
	}
}
