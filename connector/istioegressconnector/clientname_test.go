// SPDX-License-Identifier: Apache-2.0

package istioegressconnector

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// throughEntry has a connection through the ServiceEntry of api.example.com for each name
// that the client gave, with the settings as shipped. Empty is the host of the entry.
func throughEntry(workload string, names ...string) plog.Logs {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, name := range names {
		lr := records.AppendEmpty()
		connection(lr, workload, "", "api.example.com")
		a := lr.Attributes()
		a.PutStr("destination_service", "api.example.com")
		a.PutStr(contract.AttrNameSource, string(contract.NameOfEntry))
		a.Remove("destination_host")
		a.Remove("destination_ip")
		if name != "" {
			a.PutStr(contract.AttrClientName, name)
		}
	}
	return ld
}

// A client that names another host than that of the ServiceEntry has a row of its own, is
// told as a warning, and shows in the metrics.
func TestClientNamesAnotherHost(t *testing.T) {
	logs, metrics := new(consumertest.LogsSink), new(consumertest.MetricsSink)
	g := newGateway(t, testConfig(), outputs{logs, metrics}).start()
	g.consume(throughEntry("web", "", "evil.example.org", "", "worse.example.org", "evil.example.org"))
	rows := map[egress.NameSource]egress.Row{}
	for _, r := range g.rows() {
		rows[r.NameSource] = r
	}
	g.stop()

	require.Len(t, rows, 2)
	honest, mismatch := rows[egress.NameOfEntry], rows[egress.EntryMismatch]
	assert.Equal(t, int64(2), honest.Connections)
	assert.Empty(t, honest.ClientNames)
	assert.Equal(t, int64(3), mismatch.Connections)
	assert.Equal(t, "api.example.com", mismatch.Destination)
	assert.Equal(t, []string{"evil.example.org", "worse.example.org"}, mismatch.ClientNames)

	require.Len(t, logs.AllLogs(), 1)
	told := logs.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	require.Equal(t, 2, told.Len())
	assert.Equal(t, plog.SeverityNumberInfo, told.At(0).SeverityNumber())
	assert.Equal(t, plog.SeverityNumberWarn, told.At(1).SeverityNumber())
	assert.Equal(t, map[string]any{
		"k8s.namespace.name": "shop", "source_workload": "web",
		"server.address": "api.example.com", "server.port": int64(443), "network.transport": "tcp",
		"istio_egress.traffic": "tls", "istio_egress.decision": "allowed", "istio_egress.name_source": "entry_mismatch",
		"istio_egress.entry": "api.example.com", "istio_egress.client_name": "evil.example.org",
	}, told.At(1).Attributes().AsRaw())

	mds := metrics.AllMetrics()
	bySource := map[any]int64{}
	for _, p := range pointsOf(egress.ConnectionsTotal.Name, mds[len(mds)-1]) {
		labels := p.Attributes().AsRaw()
		bySource[labels["name_source"]] = p.IntValue()
		assert.Equal(t, "api.example.com", labels["destination_host"])
	}
	assert.Equal(t, map[any]int64{"entry": 2, "entry_mismatch": 3}, bySource)
}

// A workload that sends another name each time gets one row and its series, tells once, and
// puts no name into a label. The rows of others stay as they are.
func TestManyClientNames(t *testing.T) {
	logs, metrics := new(consumertest.LogsSink), new(consumertest.MetricsSink)
	g := newGateway(t, testConfig(), outputs{logs, metrics}).start()
	g.consume(throughEntry("web", ""))
	const names = 5000
	for n := range names {
		g.consume(throughEntry("evil", fmt.Sprintf("%d.example.org", n)))
	}
	rows := g.rows()
	g.stop()

	require.Len(t, rows, 2)
	for _, r := range rows {
		if r.Source.Workload == "web" {
			assert.Empty(t, r.ClientNames, "nobody else's names")
			assert.Equal(t, egress.NameOfEntry, r.NameSource)
			continue
		}
		assert.Len(t, r.ClientNames, egress.MaxClientNames)
		assert.True(t, r.MoreClientNames)
		assert.Equal(t, int64(names), r.Connections, "all are counted")
	}
	assert.Len(t, logs.AllLogs(), 2, "a first contact of each workload")
	series := map[string]bool{}
	for _, p := range pointsOf(egress.ConnectionsTotal.Name, metrics.AllMetrics()...) {
		for _, value := range p.Attributes().All() {
			assert.NotContains(t, value.Str(), "example.org")
		}
		series[fmt.Sprint(p.Attributes().AsRaw())] = true
	}
	assert.Len(t, series, 2)
}
