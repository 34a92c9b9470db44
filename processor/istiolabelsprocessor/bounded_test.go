// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadatatest"
)

func toHost(host string) string {
	return strings.ReplaceAll(linePassthrough, "e3.example", host)
}

func toAddress(line string, n int) string {
	return strings.ReplaceAll(line, "203.0.113.10:", fmt.Sprintf("10.%d.%d.%d:", byte(n>>16), byte(n>>8), byte(n)))
}

// values counts what a label says over all records that left.
func (p *testProcessor) values(tb testing.TB, label string, lines ...string) map[string]int {
	tb.Helper()
	values := map[string]int{}
	for _, rl := range p.process(tb, textLogs(lines...)).ResourceLogs().All() {
		for _, sl := range rl.ScopeLogs().All() {
			for _, lr := range sl.LogRecords().All() {
				value, _ := seen(rl, sl, lr)[label].(string)
				values[value]++
			}
		}
	}
	return values
}

func withLimit(label string, settings map[string]any) map[string]any {
	return map[string]any{
		"destination_ip": map[string]any{"enabled": true},
		"limits":         map[string]any{label: settings},
	}
}

// Addresses beyond the limit are counted under their networks, and each record
// under one value.
func TestAddressesAreLimited(t *testing.T) {
	p := newTestOf(t, withLimit("destination_ip", map[string]any{"limit": 20}), func(cfg *Config) {
		l := cfg.Limits["destination_ip"]
		l.Fixed.MaxSourceShare = 1
		cfg.Limits["destination_ip"] = l
	})
	var lines []string
	for n := range 2000 {
		lines = append(lines, toAddress(lineTCP, n))
	}
	values := p.values(t, "destination_ip", lines...)
	assert.LessOrEqual(t, len(values), 20)
	assert.Equal(t, 1, values["10.0.0.0"])
	assert.Equal(t, 256, values["10.0.1.0/24"], "%v", values)
	assert.Greater(t, values["10.0.0.0/16"], 1000)
	total := 0
	for _, n := range values {
		total += n
	}
	assert.Equal(t, 2000, total)

	label := attribute.String("label", "destination_ip")
	metadatatest.AssertEqualProcessorIstioLabelsLimit(t, p.tel, []metricdata.DataPoint[int64]{
		{Value: 20, Attributes: attribute.NewSet(label)},
		{Value: 400, Attributes: attribute.NewSet(attribute.String("label", "destination_service"))},
		{Value: 400, Attributes: attribute.NewSet(attribute.String("label", "claimed_peer"))},
		{Value: 20, Attributes: attribute.NewSet(attribute.String("label", "response_code"))},
		{Value: 20, Attributes: attribute.NewSet(attribute.String("label", "grpc_response_status"))},
	}, metricdatatest.IgnoreTimestamp())
}

// Only that label says less: all others stay.
func TestHostsAreLimited(t *testing.T) {
	p := newTestOfOneSource(t, withLimit("destination_service", map[string]any{"limit": 4}))
	var lines []string
	for n := range 10 {
		lines = append(lines, toHost(fmt.Sprintf("h%d.example", n)))
	}
	lines = append(lines, lineKnown)
	values := p.values(t, "destination_service", lines...)
	assert.Equal(t, map[string]int{
		"h0.example": 1, "h1.example": 1, "h2.example": 1, "h3.example": 1, "other": 6, "httpbin.foo.svc.cluster.local": 1,
	}, values, "services of the mesh need no slot")

	got := p.label(t, textLogs(toHost("h9.example")))
	assert.Equal(t, "other", got["destination_service"])
	assert.Equal(t, "PassthroughCluster", got["destination_service_name"])
	assert.Equal(t, "200", got["response_code"])
	assert.Equal(t, "203.0.113.10", got["destination_ip"])
	assert.Equal(t, []string{"destination_ip"}, slotsOf(got), "a fallback never ends")
	assert.Equal(t, []string{"destination_ip", "destination_service"}, slotsOf(p.label(t, textLogs(toHost("h0.example")))))
	assert.Empty(t, slotsOf(p.label(t, textLogs(lineKnown))))
}

// Hosts without a slot are not spelled out. What they are counted under is what
// it would be if they were.
func TestHostsWithoutSlotAreTheSame(t *testing.T) {
	settings := map[string]any{"destination_service": map[string]any{"limit": 3}}
	short := newTest(t, map[string]any{"limits": settings})
	long := newTest(t, map[string]any{"limits": settings, "conditions": []any{"true"}})
	for n := range 300 {
		host := fmt.Sprintf("h%d.example", n%7)
		if n%11 == 0 {
			host = []string{"other", "unknown", "10.0.0.0/8", "-"}[n%4]
		}
		line := strings.ReplaceAll([]string{linePassthrough, lineBlocked, lineKnown, lineInbound}[n%4], "e3.example", host)
		line = strings.ReplaceAll(line, "anything.example", host)
		want := long.label(t, textLogs(line))
		got := short.label(t, textLogs(line))
		require.Equal(t, withoutSlots(want), withoutSlots(got), line)
	}
	for _, counter := range []string{"limit_admitted", "limit_fallbacks", "limit_reserved"} {
		assert.Equal(t, long.count(counter), short.count(counter), counter)
		assert.Positive(t, short.count(counter))
	}
}

// Where the Host header is the service's name, too, both labels say other.
func TestNameFromHost(t *testing.T) {
	p := newTest(t, map[string]any{"limits": map[string]any{"destination_service": map[string]any{"limit": 1}}})
	line := func(host string) string {
		return strings.ReplaceAll(strings.ReplaceAll(lineKnown, `"httpbin.foo:8080"`, `"`+host+`"`), "outbound|8080|v1|httpbin.foo.svc.cluster.local", "-")
	}
	got := p.label(t, textLogs(line("a.example")))
	assert.Equal(t, "a.example", got["destination_service_name"])
	got = p.label(t, textLogs(line("b.example")))
	assert.Equal(t, "other", got["destination_service_name"])
	assert.Equal(t, "other", got["destination_service"])
}

func TestUsersLabelsAreLimited(t *testing.T) {
	p := newTestOfOneSource(t, map[string]any{
		"labels": map[string]any{"path": `attributes["path"]`},
		"limits": map[string]any{"path": map[string]any{"limit": 2}},
	})
	var lines []string
	for n := range 5 {
		lines = append(lines, strings.ReplaceAll(linePassthrough, "/x", fmt.Sprintf("/%d", n)))
	}
	assert.Equal(t, map[string]int{"/0": 1, "/1": 1, "other": 3}, p.values(t, "path", lines...))
	assert.Equal(t, map[string]int{"/1": 1, "other": 2, "/0": 1}, p.values(t, "path", lines[1], lines[2], lines[3], lines[0]))
	got := p.label(t, textLogs(lines[4]))
	assert.Equal(t, "other", got["path"])
	assert.Equal(t, []string{"destination_service"}, slotsOf(got))
	assert.Equal(t, "e3.example", got["destination_service"], "its own slot is another matter")
}

// A host that calls itself a cluster is no destination of that name.
func TestHostsThatCallThemselvesClusters(t *testing.T) {
	p := newTest(t, map[string]any{"host_header_fallback": "always", "destination_ip": map[string]any{"enabled": true}})
	line := strings.ReplaceAll(lineInbound, "outbound_.8080_._.httpbin.foo.svc.cluster.local", "-")
	got := p.label(t, textLogs(strings.ReplaceAll(line, "anything.example", "BlackHoleCluster")))
	assert.Equal(t, "unknown", got["destination_service_name"])
	assert.NotContains(t, got, "destination_ip")
}

// An attribute of the user's own format may have a label's name; its value is
// read and is no label.
func TestFormatsNamedLikeLabels(t *testing.T) {
	p := newTest(t, map[string]any{
		"destination_ip": map[string]any{"enabled": true},
		"log_format":     map[string]any{"labels": map[string]any{"destination_ip": "%UPSTREAM_HOST%", "destination_host": "%PATH%"}},
	})
	attributes := recommended(map[string]any{"destination_ip": "198.51.100.7:80", "destination_host": "/x"})
	delete(attributes, "upstream_host")
	got := p.label(t, attributeLogs(t, attributes))
	assert.Equal(t, "198.51.100.7", got["destination_ip"])
	assert.NotContains(t, got, "destination_host")
}

// Who sent a record is known even where the label of it has no slot left.
func TestSendersWithoutSlotsTellOneAnotherNothing(t *testing.T) {
	p := newTest(t, withHost(map[string]any{"limits": map[string]any{"source_workload": map[string]any{"limit": 1}}}))
	host := func(workload, sni string) any {
		return p.label(t, attributeLogs(t, connection(workload, "203.0.113.66", sni)))["destination_host"]
	}
	host("first", "-")
	assert.Equal(t, "github.com", host("attacker", "github.com"))
	assert.Equal(t, "203.0.113.66", host("victim", "-"))
}

// A server may answer with any number.
func TestCodesAreLimited(t *testing.T) {
	p := newTest(t, nil)
	var lines []string
	for code := 600; code < 700; code++ {
		lines = append(lines, strings.ReplaceAll(linePassthrough, " 200 ", fmt.Sprintf(" %d ", code)))
	}
	values := p.values(t, "response_code", append(lines, linePassthrough, lineKnown, lineBlocked)...)
	assert.Equal(t, 95, values["other"], "one source has a quarter of the slots")
	for _, code := range []string{"200", "418", "502", "600"} {
		assert.Equal(t, 1, values[code])
	}
}

// Who calls itself what we call the rest is counted under the rest.
func TestReservedHosts(t *testing.T) {
	p := newTest(t, nil)
	values := p.values(t, "destination_service", toHost("other"), toHost("10.0.0.0/8"), toHost("unknown"), toHost("a.example"))
	assert.Equal(t, map[string]int{"other": 2, "unknown": 1, "a.example": 1}, values)
	metadatatest.AssertEqualProcessorIstioLabelsLimitReserved(t, p.tel, []metricdata.DataPoint[int64]{
		{Value: 2, Attributes: attribute.NewSet(attribute.String("label", "destination_service"))},
		{Value: 0, Attributes: attribute.NewSet(attribute.String("label", "claimed_peer"))},
		{Value: 0, Attributes: attribute.NewSet(attribute.String("label", "response_code"))},
		{Value: 0, Attributes: attribute.NewSet(attribute.String("label", "grpc_response_status"))},
	}, metricdatatest.IgnoreTimestamp())
}

func TestNetworkLabel(t *testing.T) {
	networks := map[string]any{"office": []any{"203.0.113.0/24"}}
	p := newTest(t, withLimit("destination_ip", map[string]any{"networks": networks}))
	assert.Equal(t, "office", p.label(t, textLogs(lineTCP))["destination_ip"])
	p = newTest(t, withLimit("destination_ip", map[string]any{"networks": networks, "network_label": true}))
	got := p.label(t, textLogs(lineTCP))
	assert.Equal(t, "203.0.113.10", got["destination_ip"])
	assert.Equal(t, "office", got["destination_network"])
}

// Records that are not counted take no slot.
func TestUncountedRecordsTakeNoSlot(t *testing.T) {
	p := newTest(t, withLimit("destination_ip", map[string]any{"limit": 1}))
	assert.Equal(t, "203.0.113.10", p.label(t, textLogs(linePeriodic))["destination_ip"])
	assert.Equal(t, "10.0.0.1", p.label(t, textLogs(toAddress(lineTCP, 1)))["destination_ip"])
	assert.Equal(t, "other", p.label(t, textLogs(lineTCP))["destination_ip"])
}
