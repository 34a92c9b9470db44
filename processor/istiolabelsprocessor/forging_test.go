// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// A workload talks to its own sidecar, so whoever should be watched writes part
// of the log. These tests put pieces of lines of a harmless service into each
// field that a client writes, and check what becomes of traffic that leaves the
// mesh or is kept from leaving it.

// requestLine is one HTTP request in Istio's text.
type requestLine struct {
	path, xff, agent, id                string
	code, flags, received, sent, millis string
	authority, host, cluster, address   string
	route                               string
}

// textLayouts write a request in each layout that Istio's text had.
var textLayouts = map[string]func(requestLine) string{
	"1.9": func(r requestLine) string { return r.start() + ` via_upstream - "-" ` + r.end() + " " + r.route },
	"1.8": func(r requestLine) string { return r.start() + ` "-" ` + r.end() + " " + r.route },
	"1.4": func(r requestLine) string { return r.start() + ` "-" "-" ` + r.end() + " " + r.route },
	"1.2": func(r requestLine) string { return r.start() + ` "-" "-" ` + r.end() },
	"1.1": func(r requestLine) string { return r.start() + ` "-" ` + r.end() },
	"1.0": func(r requestLine) string { return r.start() + ` ` + r.end() },
}

func (r requestLine) start() string {
	return fmt.Sprintf(`[2026-11-23T03:26:42.738Z] "GET %s HTTP/1.1" %s %s`, r.path, r.code, r.flags)
}

func (r requestLine) end() string {
	return fmt.Sprintf(`%s %s %s - "%s" "%s" "%s" "%s" "%s" %s - %s 10.244.0.8:38258 -`,
		r.received, r.sent, r.millis, r.xff, r.agent, r.id, r.authority, r.host, r.cluster, r.address)
}

// values are the request as Istio's JSON and the recommended labels carry it.
func (r requestLine) values() map[string]any {
	return map[string]any{
		"path": r.path, "x_forwarded_for": r.xff, "user_agent": r.agent, "request_id": r.id,
		"method": "GET", "protocol": "HTTP/1.1", "response_code": r.code, "response_flags": r.flags,
		"bytes_received": r.received, "bytes_sent": r.sent, "duration": r.millis, "authority": r.authority,
		"upstream_host": r.host, "upstream_cluster": r.cluster, "downstream_local_address": r.address, "route_name": r.route,
		"requested_server_name": "-",
	}
}

// outside is what leaves the mesh, or may not, by what it must be counted as.
var outside = map[string]requestLine{
	"BlackHoleCluster": {
		path: "/", xff: "-", agent: "curl", id: "id", code: "502", flags: "-", received: "7", sent: "8", millis: "9",
		authority: "e3.example", host: "-", cluster: "-", address: "203.0.113.10:80", route: "block_all",
	},
	"PassthroughCluster": {
		path: "/", xff: "-", agent: "curl", id: "id", code: "503", flags: "UF,URX", received: "7", sent: "8", millis: "9",
		authority: "e3.example", host: "203.0.113.10:80", cluster: "PassthroughCluster", address: "203.0.113.10:80", route: "allow_any",
	},
	"AllowAnyDynamicDNSCluster": {
		path: "/", xff: "-", agent: "curl", id: "id", code: "200", flags: "-", received: "7", sent: "8", millis: "9",
		authority: "e3.example", host: "203.0.113.10:80", cluster: "AllowAnyDynamicDNSCluster", address: "203.0.113.10:80", route: "allow_any_dynamic_dns",
	},
}

// bank is what a client would rather be seen with.
var bank = requestLine{
	path: "/", xff: "-", agent: "curl", id: "id", code: "200", flags: "-", received: "1", sent: "2", millis: "3",
	authority: "bank.example", host: "10.0.0.1:80", cluster: "outbound|80||bank.foo.svc.cluster.local", address: "10.0.0.2:80", route: "default",
}

// payloads are all pieces of a forged line that begin and end at its columns.
func payloads() (pieces []string) {
	seen := map[string]bool{}
	for _, write := range textLayouts {
		line := write(bank)
		var cuts []int
		for i, c := range line + " " {
			if c == ' ' || c == '"' {
				cuts = append(cuts, i)
			}
		}
		for i, from := range cuts {
			for _, to := range cuts[i+1:] {
				if piece := line[from:to]; !seen[piece] {
					seen[piece] = true
					pieces = append(pieces, piece)
				}
			}
		}
	}
	return append(pieces, `","upstream_cluster":"outbound|80||bank.foo.svc.cluster.local","x":"`, "\n"+textLayouts["1.9"](bank)+"\n",
		strings.Repeat(`" `, 5000), strings.Repeat(` HTTP/1.1" `, 5000), "\x00\xff\"")
}

// clientFields are what a client writes beside the authority: fields may hold
// anything in a header's value, and the path what X-Envoy-Original-Path says.
var clientFields = map[string]func(*requestLine, string){
	"path":            func(r *requestLine, v string) { r.path = "/a" + v },
	"x_forwarded_for": func(r *requestLine, v string) { r.xff = "x" + v },
	"user_agent":      func(r *requestLine, v string) { r.agent = "x" + v },
	"request_id":      func(r *requestLine, v string) { r.id = "x" + v },
}

// trust is what is known of a label after all forgings.
type trust struct{ wrong, absent bool }

func (c trust) show(label string) string {
	switch {
	case !c.wrong && c.absent && contract.Owns(label):
		return "true or absent"
	case c.wrong:
		return "the client's word"
	case c.absent:
		return "true or `unknown`"
	default:
		return "true"
	}
}

// forgedLabels are the labels and numbers that a forged column could change.
var forgedLabels = []string{
	"reporter", "destination_service", "destination_service_name", "destination_service_namespace", "destination_ip", "request_protocol", "response_code", "response_flags",
	contract.AttrDuration, contract.AttrBytesReceived, contract.AttrBytesSent,
}

// forgeAll sends every forging of every field through, in the format that
// write gives, and notes for each label whether it stayed true.
func forgeAll(t *testing.T, write func(requestLine) plog.LogRecord, found map[string]trust) {
	t.Helper()
	pieces := payloads()
	for name, truth := range outside {
		p := newTest(t, map[string]any{"destination_ip": map[string]any{"enabled": true, "destinations": []any{"BlackHoleCluster", "PassthroughCluster", "AllowAnyDynamicDNSCluster"}}})
		honest := plog.NewLogs()
		write(truth).CopyTo(honest.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
		want := p.label(t, honest)
		require.Equal(t, name, want["destination_service_name"])
		require.Equal(t, truth.code, want["response_code"])
		require.Zero(t, p.count("ambiguous_records"))

		for field, put := range clientFields {
			ld := plog.NewLogs()
			records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
			for _, piece := range pieces {
				forged := truth
				put(&forged, piece)
				write(forged).CopyTo(records.AppendEmpty())
			}
			out := p.process(t, ld)
			assertSafe(t, out)
			doubtful := 0
			for _, rl := range out.ResourceLogs().All() {
				for _, sl := range rl.ScopeLogs().All() {
					for _, lr := range sl.LogRecords().All() {
						got := seen(rl, sl, lr)
						require.Equal(t, name, got["destination_service_name"], "%s: %s", field, lr.Body().AsString())
						require.Equal(t, "http", got[contract.AttrVerdict], "%s: %s", field, lr.Body().AsString())
						if got["response_code"] == "unknown" {
							doubtful++
						}
						note(found, want, got)
					}
				}
			}
			assert.LessOrEqual(t, int64(doubtful), p.count("ambiguous_records"), "what is unknown shows in self-telemetry")
		}
		p.assertVerdicts(t, map[contract.Verdict]int64{contract.VerdictHTTP: int64(1 + len(clientFields)*len(pieces))})
	}
}

func note(found map[string]trust, want, got map[string]any) {
	for _, label := range forgedLabels {
		c := found[label]
		if v, ok := got[label]; !ok || v == "unknown" && want[label] != "unknown" {
			c.absent = true
		} else if v != want[label] {
			c.wrong = true
		}
		found[label] = c
	}
}

func textRecord(write func(requestLine) string) func(requestLine) plog.LogRecord {
	return func(r requestLine) plog.LogRecord {
		lr := plog.NewLogRecord()
		lr.Body().SetStr(write(r) + "\n")
		return lr
	}
}

func jsonRecord(r requestLine) plog.LogRecord {
	lr := plog.NewLogRecord()
	b, err := json.Marshal(r.values())
	if err != nil {
		panic(err)
	}
	lr.Body().SetStr(string(b) + "\n")
	return lr
}

func attributeRecord(r requestLine) plog.LogRecord {
	lr := plog.NewLogRecord()
	if err := lr.Attributes().FromRaw(r.values()); err != nil {
		panic(err)
	}
	return lr
}

func TestForging(t *testing.T) {
	found := map[string]map[string]trust{"text": {}, "JSON": {}, "attributes": {}}
	for layout, write := range textLayouts {
		t.Run("text/"+layout, func(t *testing.T) { forgeAll(t, textRecord(write), found["text"]) })
	}
	t.Run("JSON", func(t *testing.T) { forgeAll(t, jsonRecord, found["JSON"]) })
	t.Run("attributes", func(t *testing.T) { forgeAll(t, attributeRecord, found["attributes"]) })

	// The page on security shows what this found.
	page, err := os.ReadFile("../../docs/security.md")
	require.NoError(t, err)
	var table strings.Builder
	for _, label := range forgedLabels {
		row := fmt.Sprintf("| `%s` | %s | %s | %s |", label,
			found["text"][label].show(label), found["JSON"][label].show(label), found["attributes"][label].show(label))
		table.WriteString(row + "\n")
		assert.Contains(t, string(page), row)
	}
	t.Log("\n" + table.String())
}

// The authority is what the client asks for. It is shown as the host, and never
// makes the traffic that of a service.
func TestForgedAuthority(t *testing.T) {
	for _, write := range []func(requestLine) plog.LogRecord{textRecord(textLayouts["1.9"]), textRecord(textLayouts["1.2"]), jsonRecord, attributeRecord} {
		for name, r := range outside {
			for _, host := range []string{"bank.foo.svc.cluster.local", "outbound|80||bank.foo.svc.cluster.local", "BlackHoleCluster", strings.Repeat("h", 5000), "-", ""} {
				r.authority = host
				ld := plog.NewLogs()
				write(r).CopyTo(ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
				p := newTest(t, nil)
				got := p.label(t, ld)
				assert.Equal(t, name, got["destination_service_name"])
				assert.Equal(t, "unknown", got["destination_service_namespace"])
				assert.Equal(t, "http", got[contract.AttrVerdict])
				if strings.HasPrefix(host, "bank") {
					assert.Equal(t, host, got["destination_service"])
				}
			}
		}
	}
}

// A server name is a client's word, but on an inbound record with mutual TLS.
func TestForgedSNI(t *testing.T) {
	const sni = "outbound_.80_._.bank.vault.svc.cluster.local"
	passthrough := strings.TrimSuffix(lineTCP, "- -") + sni + " -"
	blocked := strings.TrimSuffix(lineTCPBlocked, "- -") + sni + " -"
	require.Contains(t, passthrough, sni)
	assert.Equal(t, "PassthroughCluster", newTest(t, nil).label(t, textLogs(passthrough))["destination_service_name"])
	assert.Equal(t, "BlackHoleCluster", newTest(t, nil).label(t, textLogs(blocked))["destination_service_name"])

	attributes := map[string]any{"upstream_cluster": "inbound|8080||", "requested_server_name": sni, "response_flags": "-", "protocol": "HTTP/1.1", "namespace": "foo", "workload_name": "httpbin"}
	assert.Equal(t, "httpbin", newTest(t, nil).label(t, attributeLogs(t, attributes))["destination_service_name"], "no service of another namespace")
	attributes["namespace"], attributes["downstream_peer_uri_san"] = "vault", "-"
	assert.Equal(t, "httpbin", newTest(t, nil).label(t, attributeLogs(t, attributes))["destination_service_name"], "no certificate")
	attributes["downstream_peer_uri_san"] = "spiffe://cluster.local/ns/a/sa/b"
	assert.Equal(t, "bank", newTest(t, nil).label(t, attributeLogs(t, attributes))["destination_service_name"])
}

// CONNECT to the port of tunnels is no tunnel if it went out or was refused.
func TestForgedTunnel(t *testing.T) {
	for name, r := range outside {
		r.address = "203.0.113.10:15008"
		line := strings.Replace(textLayouts["1.9"](r), `"GET `, `"CONNECT `, 1)
		got := newTest(t, nil).label(t, textLogs(line))
		assert.Equal(t, "http", got[contract.AttrVerdict])
		assert.Equal(t, name, got["destination_service_name"])
	}
}

// In a format of the user's own the cluster may stand between two texts of the
// client. Where it is in doubt, no service is named.
func TestForgingOfOwnFormat(t *testing.T) {
	p := newTest(t, map[string]any{"log_format": map[string]any{
		"text": `%REQ(:AUTHORITY)% "%REQ(USER-AGENT)%" %UPSTREAM_CLUSTER% %RESPONSE_CODE% %RESPONSE_FLAGS% "%REQ(X-A)%"`,
	}})
	got := p.label(t, textLogs(`e3.example "x" outbound|80||bank.foo.svc.cluster.local 200 - "x" PassthroughCluster 200 - "x"`))
	assert.Equal(t, "unknown", got["destination_service_name"])
	assert.Equal(t, "e3.example", got["destination_service"])
	assert.Equal(t, "unknown", got["response_code"])
	assert.Equal(t, "http", got[contract.AttrVerdict])
	assert.EqualValues(t, 1, p.count("ambiguous_records"))
}

// A body beside attributes says nothing against them: it fills what they leave
// open, and stays as it came.
func TestForgedBodyBesideAttributes(t *testing.T) {
	forged := bank
	forged.agent = `x" "id" "bank.example" "1.2.3.4:80" outbound|80||bank.example 10.0.0.1:1 10.0.0.2:2 10.0.0.3:3 - default`
	body := textLayouts["1.9"](forged)
	for name, truth := range outside {
		lr := attributeRecord(truth)
		lr.Body().SetStr(body)
		for _, open := range []string{"response_flags", "duration"} {
			lr.Attributes().Remove(open)
		}
		ld := plog.NewLogs()
		lr.CopyTo(ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
		p := newTest(t, nil)
		got := p.label(t, ld)
		assert.Equal(t, int64(3_000_000), got[contract.AttrDuration], "the body's: else this shows nothing")
		assert.Equal(t, "-", got["response_flags"], "the body's")
		assert.Equal(t, name, got["destination_service_name"])
		assert.Equal(t, truth.authority, got["destination_service"])
		assert.Equal(t, "unknown", got["destination_service_namespace"])
		assert.Equal(t, truth.code, got["response_code"])
		assert.Equal(t, int64(7), got[contract.AttrBytesReceived])
		assert.Equal(t, int64(8), got[contract.AttrBytesSent])
		for _, rl := range p.sink.AllLogs()[0].ResourceLogs().All() {
			for _, sl := range rl.ScopeLogs().All() {
				for _, lr := range sl.LogRecords().All() {
					assert.Equal(t, body, lr.Body().AsString())
				}
			}
		}
	}
}
