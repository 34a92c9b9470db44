// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

// Whoever runs a container named istio-proxy writes its lines.
var asVault = map[string]string{
	"namespace": "bank", "workload_name": "vault", "pod": "vault-0", "app": "vault", "canonical_name": "vault", "cluster_id": "bank",
	"node_id": "sidecar~10.0.0.1~vault-0.bank~bank.svc.cluster.local", "node_cluster": "vault.bank",
	"upstream_local_uri_san": "spiffe://cluster.local/ns/bank/sa/vault",
	"k8s.namespace.name":     "bank", "k8s.pod.name": "vault-0", "source_workload_namespace": "bank",
}

// hostileLines are those that count as one blocked request each, and those that
// count as nothing.
func hostileLines(t *testing.T) (counted, notCounted []string) {
	line := recordedLine(t, "blocked request")
	object := map[string]string{
		"start_time": "2026-11-23T03:26:50.846Z", "method": "GET", "path": "/get?x=1", "protocol": "HTTP/1.1", "response_code": "502",
		"response_flags": "-", "bytes_received": "0", "bytes_sent": "0", "duration": "0", "authority": "httpbin.org", "upstream_host": "-",
		"upstream_cluster": "-", "downstream_local_address": "203.0.113.10:80", "route_name": "block_all",
	}
	maps.Copy(object, asVault)
	claims, err := json.Marshal(object)
	require.NoError(t, err)
	withPath := func(path string) string { return strings.Replace(line, "/get?x=1", path, 1) }
	counted = []string{
		line,
		string(claims),
		"2026-11-23T03:26:50.000000000Z stdout F " + line,
		withPath("/" + strings.Repeat("a", 60<<10)),
	}
	notCounted = []string{
		criEntry(dockerEntry("a line in a line", true, firstEntry()), true, firstEntry()),
		`{"log":"x","stream":"stdout","time":"2026-11-23T03:26:50Z","attrs":{"namespace":"bank"}}`,
		withPath("/" + strings.Repeat("a", 600<<10)), // longer than any that Envoy writes
		"", "P", " F ", "\x00\xff\xfe",
	}
	return counted, notCounted
}

// TestHostileLogLines has lines that claim to be another workload's, or several
// lines, or have no end: none changes who is counted, or what.
func TestHostileLogLines(t *testing.T) {
	n := newNode(t, map[string]string{"START_AT": "beginning"})
	n.start()
	e := expect.New(labels{"job": "otelcol-istio"})
	counted, notCounted := hostileLines(t)
	for _, runtime := range []string{containerd, docker} {
		logs := &proxyLogs{t: t}
		logs.add(n.logs, "shop", runtime+"-7656cf8794-cgsm5", runtime, runtime)
		for _, line := range append(counted, notCounted...) {
			logs.logs[0].write(line)
			logs.logs[0].write(recordedLine(t, "blocked connection"))
		}
		recorded["blocked request"].count(e, len(counted), logs.from[0])
		recorded["blocked connection"].count(e, len(counted)+len(notCounted), logs.from[0])
	}
	n.settle("after hostile lines", e)
	n.stop()
	n.settle("after the end", e)
}

// TestForgedPiece has a client that writes a line of its own into a header, so far
// in that a piece of the log begins with it.
func TestForgedPiece(t *testing.T) {
	n := newNode(t, map[string]string{"START_AT": "beginning"})
	n.start()
	line, forged := recordedLine(t, "allowed request"), recordedLine(t, "blocked connection")
	agent := strings.Repeat("a", pieceSize-strings.Index(line, "curl/7.88.1"))
	for _, runtime := range []string{containerd, docker} {
		log := newPodLog(t, n.logs, "shop", runtime+"-0", runtime)
		log.write(strings.Replace(line, "curl/7.88.1", agent+forged, 1))
	}
	const counted = "sum by (source_workload) (last_over_time(istio_requests_total[1h]))"
	require.Eventually(t, func() bool {
		v, err := n.prometheus.Query(t.Context(), counted)
		return err == nil && len(v) == 2 && v[0].Value == 1 && v[1].Value == 1
	}, settleTimeout, pollInterval)
	n.stop()
	for _, s := range n.counted() {
		assert.Equal(t, "PassthroughCluster", s.Labels["destination_service_name"], s)
		assert.NotContains(t, s.Labels["__name__"], "tcp")
		if s.Labels["__name__"] == requests {
			assert.InDelta(t, 1, s.Value, 0)
		}
	}
}

// TestLogFilesBeginAlike has a workload whose lines begin with 1000 bytes of its
// own, as with a format that begins with what a client sends. A file of docker has
// no time before them, so the file before and after a rotation look alike.
func TestLogFilesBeginAlike(t *testing.T) {
	n := newNode(t, map[string]string{"START_AT": "beginning"})
	n.start()
	e := expect.New(labels{"job": "otelcol-istio"})
	logs := &proxyLogs{t: t}
	logs.add(n.logs, "shop", "web-0", "web", docker)
	log := logs.logs[0]
	write := func(times int) {
		log.write(strings.Replace(recordedLine(t, "blocked request"), "/get?x=1", "/"+strings.Repeat("a", 2000), 1))
		recorded["blocked request"].count(e, 1, logs.from[0])
		for range times {
			log.write(recordedLine(t, "blocked connection"))
		}
		recorded["blocked connection"].count(e, times, logs.from[0])
	}
	write(20)
	n.settle("before the rotation", e)
	log.rotate()
	write(5)
	n.settle("after the rotation", e)
	write(5)
	n.stop()
	n.start()
	n.settle("after a restart", e)
	n.stop()
}

// TestLogFilesHoldMemory has what a reader would have to keep: a line of 64 MiB,
// and in many pods at once a long line whose end does not come. The process has
// the memory of its container.
func TestLogFilesHoldMemory(t *testing.T) {
	n := newNode(t, map[string]string{"START_AT": "beginning"})
	endless := &proxyLogs{t: t}
	endless.add(n.logs, "shop", "endless-0", "endless", containerd)
	for range 64 {
		endless.logs[0].raw(strings.Repeat("a", 1<<20))
	}
	endless.logs[0].raw("\n")
	const pods = 32
	for i := range pods {
		log := newPodLog(t, n.logs, "shop", fmt.Sprintf("long-%d", i), containerd)
		for range 30 {
			log.piece(strings.Repeat("a", pieceSize), false)
		}
	}
	n.start()
	e := expect.New(labels{"job": "otelcol-istio"})
	endless.logs[0].write(recordedLine(t, "blocked connection"))
	recorded["blocked connection"].count(e, 1, endless.from[0])
	n.settle("after lines without an end", e)
	// Each is one record, which is no access log.
	require.Eventually(t, func() bool {
		cut, err := n.Metric(t.Context(), "otelcol_processor_istio_labels_records", `verdict="not_understood_format"`)
		return err == nil && cut == 1+pods
	}, 2*settleTimeout, pollInterval)
	require.NoError(t, n.Process.CheckMemory())
	n.stop()
}
