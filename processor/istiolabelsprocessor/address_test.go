// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns/dnstest"
)

func withHost(more map[string]any) map[string]any {
	settings := map[string]any{"destination_host": map[string]any{"enabled": true}}
	for k, v := range more {
		settings[k] = v
	}
	return settings
}

// connection is a connection to the outside, as the recommended labels tell it.
func connection(workload, address, sni string) map[string]any {
	return recommended(map[string]any{
		"access_log_type": "TcpConnectionEnd", "protocol": "-", "method": "-", "authority": "-", "response_code": "0", "route_name": "-",
		"upstream_cluster_raw": "PassthroughCluster", "upstream_host": address + ":443", "downstream_local_address": address + ":443",
		"requested_server_name": sni, "workload_name": workload, "namespace": "default",
	})
}

// The name in the record comes first, then one that the same workload gave to the
// address, then the address.
func TestDestinationHost(t *testing.T) {
	p := newTest(t, withHost(nil))
	host := func(attributes map[string]any) any {
		return p.label(t, attributeLogs(t, attributes))["destination_host"]
	}
	assert.Equal(t, "203.0.113.10", host(connection("sleep", "203.0.113.10", "-")))
	assert.Equal(t, "api.example.com", host(connection("sleep", "203.0.113.10", "API.example.com")))
	assert.Equal(t, "api.example.com", host(connection("sleep", "203.0.113.10", "-")), "learned")
	assert.Equal(t, "203.0.113.10", host(connection("other", "203.0.113.10", "-")), "what one workload claims says nothing of another's traffic")

	got := p.label(t, textLogs(linePassthrough))
	assert.Equal(t, "e3.example", got["destination_host"])
	assert.NotContains(t, got, "destination_ip")
	assert.NotContains(t, p.label(t, textLogs(lineKnown)), "destination_host")
	metadatatest.AssertEqualProcessorIstioLabelsLearnedNames(t, p.tel, []metricdata.DataPoint[int64]{
		{Value: 0, Attributes: attribute.NewSet(attribute.String("kind", "proven"))},
		{Value: 1, Attributes: attribute.NewSet(attribute.String("kind", "claimed"))},
	}, metricdatatest.IgnoreTimestamp())
}

// A record that is not labelled gives no name to an address.
func TestExcludedRecordsTeachNothing(t *testing.T) {
	p := newTest(t, withHost(map[string]any{"conditions": []any{`attributes["requested_server_name"] != "excluded.example.com"`}}))
	assert.NotContains(t, p.label(t, attributeLogs(t, connection("sleep", "203.0.113.10", "excluded.example.com"))), "destination_host")
	assert.Equal(t, "203.0.113.10", p.label(t, attributeLogs(t, connection("sleep", "203.0.113.10", "-")))["destination_host"])
}

// Where no record gets the label nothing is learned and DNS is not asked.
func TestNoNamesWithoutTheLabel(t *testing.T) {
	server := dnstest.Start(t)
	p := newTest(t, map[string]any{
		"destination_host": map[string]any{"enabled": "on", "reverse_dns": map[string]any{"enabled": "on", "endpoint": server.Addr()}},
		"remove":           []any{"destination_host"},
	})
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	for _, sni := range []string{"api.example.com", "-"} {
		assert.NotContains(t, p.label(t, attributeLogs(t, connection("sleep", "203.0.113.10", sni))), "destination_host")
	}
	require.NoError(t, p.Shutdown(t.Context()))
	assert.Empty(t, server.Questions())
	_, err := p.tel.GetMetric("otelcol_processor_istio_labels_learned_names")
	assert.Error(t, err)
}

// Expressions see the name that was found: names come before labels.
func TestExpressionsSeeTheHost(t *testing.T) {
	p := newTest(t, withHost(map[string]any{"labels": map[string]any{"host": `attributes["destination_host"]`}}))
	host := func(sni string) any {
		return p.label(t, attributeLogs(t, connection("sleep", "203.0.113.10", sni)))["host"]
	}
	assert.Equal(t, "203.0.113.10", host("-"))
	assert.Equal(t, "api.example.com", host("API.example.com"))
	assert.Equal(t, "api.example.com", host("-"), "learned")
	assert.Equal(t, "unknown", p.label(t, textLogs(lineKnown))["host"])
}

// A destination that the user names gets the label by that name.
func TestHostOfAChosenDestination(t *testing.T) {
	p := newTest(t, withHost(map[string]any{"labels": map[string]any{"destination_service_name": `"PassthroughCluster"`}}))
	entry := connection("sleep", "203.0.113.10", "sni.example")
	entry["upstream_cluster_raw"] = "outbound|443||api.example.com"
	assert.Equal(t, "sni.example", p.label(t, attributeLogs(t, entry))["destination_host"])

	p = newTest(t, map[string]any{"destination_host": map[string]any{"enabled": true, "destinations": []any{"api.example.com"}}})
	got := p.label(t, attributeLogs(t, entry))
	assert.Equal(t, "api.example.com", got["destination_service_name"])
	assert.Equal(t, "sni.example", got["destination_host"])
	assert.Equal(t, string(contract.NameOfServer), got[contract.AttrNameSource], "the entry does not make the client's name its own")

	p = newTest(t, withHost(nil))
	got = p.label(t, attributeLogs(t, entry))
	assert.NotContains(t, got, "destination_host")
	assert.Equal(t, string(contract.NameOfEntry), got[contract.AttrNameSource])
}

// What the mesh's configuration says of an address holds for everybody.
func TestProvenNames(t *testing.T) {
	p := newTest(t, withHost(nil))
	entry := connection("sleep", "203.0.113.10", "-")
	entry["upstream_cluster_raw"], entry["downstream_local_address"] = "outbound|443||api.example.com", "240.240.0.1:443"
	p.process(t, attributeLogs(t, entry))
	assert.Equal(t, "api.example.com", p.label(t, attributeLogs(t, connection("other", "203.0.113.10", "-")))["destination_host"])
}

// The limiter bounds names and addresses together; a name without a slot is
// counted under the network of its address.
func TestHostsFallBackOnNetworks(t *testing.T) {
	p := newTestOfOneSource(t, withHost(map[string]any{"limits": map[string]any{"destination_host": map[string]any{"limit": 10}}}))
	values := map[string]int{}
	for n := range 30 {
		address := fmt.Sprintf("203.0.113.%d", n)
		got := p.label(t, attributeLogs(t, connection("sleep", address, fmt.Sprintf("h%d.example", n))))
		values[got["destination_host"].(string)]++
	}
	assert.Len(t, values, 9, "%v", values)
	assert.Equal(t, 22, values["203.0.113.0/24"])
	assert.Equal(t, 1, values["h0.example"])
}

// Networks are named once, for both labels.
func TestNetworksOfBothLabels(t *testing.T) {
	networks := map[string]any{"office": []any{"203.0.113.0/24"}}
	for _, apart := range []bool{false, true} {
		p := newTest(t, withHost(map[string]any{
			"destination_ip": map[string]any{"enabled": true},
			"limits":         map[string]any{"destination_ip": map[string]any{"networks": networks, "network_label": apart}},
		}))
		got := p.label(t, textLogs(lineTCP))
		if apart {
			assert.Equal(t, []any{"203.0.113.10", "203.0.113.10", "office"}, []any{got["destination_ip"], got["destination_host"], got["destination_network"]})
		} else {
			assert.Equal(t, []any{"office", "office", nil}, []any{got["destination_ip"], got["destination_host"], got["destination_network"]})
		}
	}
}

// Off, the Host header is shown as it came, for parity with Istio.
func TestNormalizeHosts(t *testing.T) {
	line := strings.ReplaceAll(linePassthrough, "e3.example", "E3.Example.:80")
	assert.Equal(t, "E3.Example.:80", newTest(t, nil).label(t, textLogs(line))["destination_service"])
	assert.Equal(t, "e3.example", newTest(t, map[string]any{"normalize_hosts": true}).label(t, textLogs(line))["destination_service"])
}

// DNS is asked beside the records: the first one to an address has no name yet.
func TestReverseDNS(t *testing.T) {
	server := dnstest.Start(t)
	server.Add(netip.MustParseAddr("203.0.113.10"), "api.example.com")
	p := newTest(t, map[string]any{"destination_host": map[string]any{
		"enabled": true, "reverse_dns": map[string]any{"enabled": true, "endpoint": server.Addr()},
	}})
	require.NoError(t, p.Start(t.Context(), componenttest.NewNopHost()))
	host := func() any {
		return p.label(t, attributeLogs(t, connection("sleep", "203.0.113.10", "-")))["destination_host"]
	}
	assert.Equal(t, "203.0.113.10", host())
	assert.Eventually(t, func() bool { return host() == "api.example.com" }, time.Minute, time.Millisecond)
	assert.EqualValues(t, 1, p.count("reverse_dns_lookups"))
}
