// SPDX-License-Identifier: Apache-2.0

package istioegressconnector

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

func TestValidate(t *testing.T) {
	for want, conf := range map[string]map[string]any{
		"": nil,
		"`max_rows` must be at least 100, got 99":                                                {"max_rows": 99},
		"`retention` must be at least 1m0s, got 59s":                                             {"retention": "59s"},
		"`retention` must be a duration":                                                         {"retention": "30days"},
		"`flush_interval` must be at least 100ms, got 15ns (a number needs a unit, as in 15s)":   {"flush_interval": 15},
		"`shutdown_timeout` must be at least 100ms, got 20ns (a number needs a unit, as in 20s)": {"shutdown_timeout": 20},
		"`service_name` must not be empty":                                                       {"service_name": ""},
	} {
		cfg := createDefaultConfig()
		err := confmap.NewFromStringMap(conf).Unmarshal(cfg)
		if err == nil {
			err = confmap.Validate(cfg)
		}
		if want == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, want)
		}
	}
}

// page is an extension that keeps who registered.
type page struct {
	component.StartFunc
	component.ShutdownFunc
	mu         sync.Mutex
	registered map[string]egress.Ledger
}

func (p *page) Register(component string, l egress.Ledger) (unregister func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.registered[component] = l
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.registered, component)
	}
}

// host has extensions.
type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

func (host) Report(*componentstatus.Event) {}

var pageID = component.MustNewID("egress_page")

// connection is a labelled record of a connection that went out.
func connection(lr plog.LogRecord, workload, destination, serviceName string) {
	a := lr.Attributes()
	a.PutInt(contract.AttrVersion, contract.Version)
	a.PutStr(contract.AttrVerdict, string(contract.VerdictTCP))
	a.PutStr(contract.AttrTraffic, "tls")
	a.PutStr(contract.AttrNameSource, "server_name")
	a.PutInt(contract.AttrDestinationPort, 443)
	a.PutInt(contract.AttrBytesReceived, 10)
	a.PutStr("source_workload_namespace", "shop")
	a.PutStr("source_workload", workload)
	a.PutStr("destination_service_name", serviceName)
	a.PutStr("destination_host", destination)
	a.PutStr("destination_ip", "203.0.113.1")
}

// webToAPI is a connection of request.
var webToAPI = [3]string{"web", "api.example.com", contract.PassthroughCluster}

func request(connections ...[3]string) plog.Logs {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, c := range connections {
		connection(records.AppendEmpty(), c[0], c[1], c[2])
	}
	return ld
}

func TestFirstContacts(t *testing.T) {
	sink := new(consumertest.LogsSink)
	g := newGateway(t, testConfig(), outputs{logs: sink}).start()
	ld := request(
		webToAPI,
		webToAPI,
		[3]string{"batch", "203.0.113.1", contract.BlackHoleCluster},
	)
	for range 2 {
		g.consume(ld)
	}

	require.Len(t, sink.AllLogs(), 1, "what was seen before is no first contact")
	records := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	require.Equal(t, 2, records.Len())
	first, second := records.At(0), records.At(1)
	assert.Equal(t, plog.SeverityNumberInfo, first.SeverityNumber())
	assert.Equal(t, eventFirstContact, first.EventName())
	assert.Equal(t, map[string]any{
		"k8s.namespace.name": "shop", "source_workload": "web",
		"server.address": "api.example.com", "server.port": int64(443), "network.peer.address": "203.0.113.1", "network.transport": "tcp",
		"istio_egress.traffic": "tls", "istio_egress.decision": "passed", "istio_egress.name_source": "server_name",
	}, first.Attributes().AsRaw())
	assert.Equal(t, plog.SeverityNumberWarn, second.SeverityNumber())
	decision, _ := second.Attributes().Get("istio_egress.decision")
	assert.Equal(t, "blocked", decision.Str())

	rows := g.rows()
	require.Len(t, rows, 2)
	for _, r := range rows {
		if r.Source.Workload == "web" {
			assert.Equal(t, egress.Counts{Connections: 4, SentBytes: 40}, r.Counts)
		} else {
			assert.Equal(t, egress.Counts{Connections: 2, SentBytes: 20}, r.Counts)
		}
	}
	about := g.page.registered["istio_egress"].About()
	assert.Equal(t, 2, about.Rows)
	assert.Equal(t, defaultMaxRows, about.MaxRows)
	assert.WithinDuration(t, time.Now(), about.WatchingSince, time.Minute)

	g.stop()
	assert.Empty(t, g.page.registered)
}

// A workload that goes to more destinations than it has places for is told once.
func TestOverflowIsTold(t *testing.T) {
	sink := new(consumertest.LogsSink)
	cfg := createDefaultConfig().(*Config)
	cfg.MaxRows = 100
	c, err := NewFactory().CreateLogsToLogs(t.Context(), connectortest.NewNopSettings(metadata.Type), cfg, sink)
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	for i := range 500 {
		require.NoError(t, c.ConsumeLogs(t.Context(), request([3]string{"scan", fmt.Sprintf("%d.example.com", i), contract.BlackHoleCluster})))
	}
	require.NoError(t, c.Shutdown(t.Context()))
	overflows := 0
	for _, ld := range sink.AllLogs() {
		for _, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
			if lr.EventName() == eventOverflow {
				overflows++
				assert.Equal(t, plog.SeverityNumberWarn, lr.SeverityNumber())
			}
		}
	}
	assert.Equal(t, 1, overflows)
}

func outcome(value string) attribute.Set { return attribute.NewSet(attribute.String("outcome", value)) }

// What the next component refuses costs the sender nothing, and is counted.
func TestTelemetry(t *testing.T) {
	g := newGateway(t, testConfig(), outputs{logs: consumertest.NewErr(errors.New("full"))}).start()
	ld := request(webToAPI)
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty()
	g.consume(ld)
	for i := range contactsPerSecond * 5 {
		g.consume(request([3]string{"web", fmt.Sprintf("%d.example.com", i), contract.PassthroughCluster}))
	}
	records := int64(contactsPerSecond*5 + 1)
	metadatatest.AssertEqualConnectorIstioEgressRecords(t, g.telemetry, []metricdata.DataPoint[int64]{
		{Attributes: outcome("outside"), Value: records},
		{Attributes: outcome("no_contract"), Value: 1},
	}, metricdatatest.IgnoreTimestamp())
	metadatatest.AssertEqualConnectorIstioEgressRows(t, g.telemetry, []metricdata.DataPoint[int64]{{Value: records}}, metricdatatest.IgnoreTimestamp())
	m, err := g.telemetry.GetMetric("otelcol_connector_istio_egress_first_contacts")
	require.NoError(t, err)
	var contacts int64
	for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
		contacts += p.Value
		result, _ := p.Attributes.Value("result")
		assert.NotEqual(t, "sent", result.AsString())
	}
	assert.Equal(t, records, contacts, "each first contact is told or counted")
	g.stop()
}

func TestBadPage(t *testing.T) {
	noPage := struct {
		component.StartFunc
		component.ShutdownFunc
	}{}
	for want, h := range map[string]host{
		"`page` is \"egress_page\", which is no extension of `service::extensions`":                                {},
		"`page` is \"egress_page\", which is an extension that shows no ledgers: name one of the type egress_page": {pageID: noPage},
	} {
		cfg := createDefaultConfig().(*Config)
		cfg.Page = &pageID
		c, err := NewFactory().CreateLogsToLogs(t.Context(), connectortest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
		require.NoError(t, err)
		require.EqualError(t, c.Start(t.Context(), h), want)
		require.NoError(t, c.Shutdown(t.Context()))
	}
}
