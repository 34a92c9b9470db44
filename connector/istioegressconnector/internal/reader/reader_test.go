// SPDX-License-Identifier: Apache-2.0

package reader

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

const now = int64(1_772_366_400_000_000_000)

// labels of a connection of a workload to a host, and what stands beside them.
func ofScope(more map[string]any) map[string]any {
	return with(map[string]any{
		contract.AttrVersion: contract.Version, contract.AttrVerdict: string(contract.VerdictTCP), contract.AttrTraffic: "tls",
		"source_workload_namespace": "shop", "source_workload": "web", "source_app": "web",
		"destination_service_name": contract.PassthroughCluster, "destination_service": "unknown",
	}, more)
}

func ofRecord(more map[string]any) map[string]any {
	return with(map[string]any{
		contract.AttrDestinationPort: 443, contract.AttrNameSource: "server_name", contract.AttrBytesReceived: 10, contract.AttrBytesSent: 20,
		"destination_ip": "203.0.113.1", "destination_host": "api.example.com",
	}, more)
}

func with(m, more map[string]any) map[string]any {
	for k, v := range more {
		if m[k] = v; v == nil {
			delete(m, k)
		}
	}
	return m
}

// logs with a scope and a record; the scope's attributes stand on the record if there
// is no other way to write them.
func logs(t *testing.T, scope, record map[string]any) plog.Logs {
	t.Helper()
	ld := plog.NewLogs()
	sl := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty()
	require.NoError(t, sl.Scope().Attributes().FromRaw(scope))
	require.NoError(t, sl.LogRecords().AppendEmpty().Attributes().FromRaw(record))
	return ld
}

func want(change func(o *ledger.Observation)) ledger.Observation {
	o := ledger.Observation{
		Key: egress.Key{
			Source:      egress.Source{Namespace: "shop", Workload: "web", App: "web"},
			Destination: "api.example.com", NameSource: egress.NameOfServer, Port: 443, Traffic: egress.TLS, Decision: egress.Passed,
		},
		Counts:  egress.Counts{Connections: 1, SentBytes: 10, ReceivedBytes: 20},
		Address: "203.0.113.1", Time: now,
	}
	if change != nil {
		change(&o)
	}
	return o
}

func TestObservations(t *testing.T) {
	for _, tc := range []struct {
		name          string
		scope, record map[string]any
		want          func(o *ledger.Observation)
	}{
		{"passed", nil, nil, nil},
		{
			"blocked",
			map[string]any{"destination_service_name": contract.BlackHoleCluster},
			nil,
			func(o *ledger.Observation) { o.Key.Decision = egress.Blocked },
		},
		{"never established", map[string]any{contract.AttrVerdict: string(contract.VerdictTCPClosed)}, nil, nil},
		{
			"request",
			map[string]any{contract.AttrVerdict: string(contract.VerdictHTTP), contract.AttrTraffic: "http"},
			map[string]any{contract.AttrNameSource: "host"},
			func(o *ledger.Observation) {
				o.Key.Traffic, o.Key.NameSource = egress.HTTP, egress.NameOfHost
				o.Connections, o.Requests = 0, 1
			},
		},
		{
			"entry",
			map[string]any{"destination_service_name": "api", "destination_service": "*.example.com"},
			nil,
			func(o *ledger.Observation) { o.Key.Decision, o.Key.Entry = egress.Allowed, "*.example.com" },
		},
		{
			"entry without a name",
			map[string]any{"destination_service_name": "api.example.com", "destination_service": "api.example.com"},
			map[string]any{"destination_host": nil, contract.AttrNameSource: nil},
			func(o *ledger.Observation) {
				o.Key.Decision, o.Key.Entry, o.Key.NameSource = egress.Allowed, "api.example.com", egress.NameOfEntry
			},
		},
		{
			"address of an entry",
			map[string]any{"destination_service_name": "api.example.com", "destination_service": "api.example.com"},
			map[string]any{"destination_host": nil, "destination_ip": nil, contract.AttrProvenAddress: "203.0.113.7"},
			func(o *ledger.Observation) {
				o.Key.Decision, o.Key.Entry, o.Key.NameSource, o.Address = egress.Allowed, "api.example.com", egress.NameOfEntry, "203.0.113.7"
				o.Proven = true
			},
		},
		{
			"proven address of an entry, and another text as the label",
			map[string]any{"destination_service_name": "api.example.com", "destination_service": "api.example.com"},
			map[string]any{"destination_ip": "203.0.113.0/24", contract.AttrProvenAddress: "203.0.113.7"},
			func(o *ledger.Observation) {
				o.Key.Decision, o.Key.Entry, o.Address, o.Proven = egress.Allowed, "api.example.com", "203.0.113.7", true
			},
		},
		{
			"entry, and the client named another host",
			map[string]any{"destination_service_name": "api.example.com", "destination_service": "api.example.com"},
			map[string]any{"destination_host": nil, "destination_ip": nil, contract.AttrClientName: "evil\n.example.org"},
			func(o *ledger.Observation) {
				o.Key.Decision, o.Key.Entry, o.Key.NameSource, o.Address = egress.Allowed, "api.example.com", egress.EntryMismatch, ""
				o.ClientName = "evil\ufffd.example.org"
			},
		},
		{
			"entry, and the client's name is the label",
			map[string]any{"destination_service_name": "api.example.com", "destination_service": "api.example.com"},
			map[string]any{"destination_host": "evil.example.org", contract.AttrClientName: "evil.example.org"},
			func(o *ledger.Observation) {
				o.Key.Decision, o.Key.Entry, o.Key.Destination = egress.Allowed, "api.example.com", "evil.example.org"
			},
		},
		{
			"entry, and the client's name is one too many for the label",
			map[string]any{"destination_service_name": "api.example.com", "destination_service": "api.example.com"},
			map[string]any{"destination_host": "other", contract.AttrNameSource: "none", contract.AttrClientName: "evil.example.org"},
			func(o *ledger.Observation) {
				o.Key.Decision, o.Key.Entry, o.Key.Destination, o.Key.NameSource = egress.Allowed, "api.example.com", "other", egress.NoName
				o.ClientName = "evil.example.org"
			},
		},
		{
			"entry, and the client's name is its host",
			map[string]any{"destination_service_name": "api.example.com", "destination_service": "api.example.com"},
			map[string]any{"destination_host": nil, contract.AttrClientName: "api.example.com"},
			func(o *ledger.Observation) {
				o.Key.Decision, o.Key.Entry, o.Key.NameSource = egress.Allowed, "api.example.com", egress.NameOfEntry
			},
		},
		{
			"a client's name without an entry", nil,
			map[string]any{contract.AttrClientName: "evil.example.org"},
			nil,
		},
		{
			"address", nil,
			map[string]any{"destination_host": nil},
			func(o *ledger.Observation) { o.Key.Destination, o.Key.NameSource = "203.0.113.1", egress.NoName },
		},
		{
			"network", nil,
			map[string]any{"destination_host": nil, "destination_ip": nil, "destination_network": "partner"},
			func(o *ledger.Observation) {
				o.Key.Destination, o.Key.NameSource, o.Address = "partner", egress.NoName, ""
			},
		},
		{
			"nothing", nil,
			map[string]any{"destination_host": nil, "destination_ip": nil},
			func(o *ledger.Observation) {
				o.Key.Destination, o.Key.NameSource, o.Address = "unknown", egress.NoName, ""
			},
		},
		{
			"bad numbers", nil,
			map[string]any{contract.AttrDestinationPort: 70_000, contract.AttrBytesReceived: -1, contract.AttrBytesSent: "20"},
			func(o *ledger.Observation) { o.Key.Port, o.Counts = 0, egress.Counts{Connections: 1} },
		},
		{
			"words of a later version",
			map[string]any{contract.AttrTraffic: "quic"},
			map[string]any{contract.AttrNameSource: "guessed"},
			func(o *ledger.Observation) { o.Key.Traffic, o.Key.NameSource = egress.NoTraffic, egress.NoName },
		},
		{
			"bytes that are no text",
			map[string]any{"source_workload": "we\xffb"},
			map[string]any{"destination_host": "a\nb" + strings.Repeat("c", 1000)},
			func(o *ledger.Observation) {
				o.Key.Source.Workload = "we\ufffdb"
				o.Key.Destination = "a\ufffdb" + strings.Repeat("c", contract.MaxValueLen-5)
			},
		},
		{
			"no source",
			map[string]any{"source_workload": nil, "source_workload_namespace": nil, "source_app": nil},
			nil,
			func(o *ledger.Observation) {
				o.Key.Source = egress.Source{Namespace: "unknown", Workload: "unknown"}
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for form, ld := range map[string]plog.Logs{
				"scope":  logs(t, ofScope(tc.scope), ofRecord(tc.record)),
				"record": logs(t, nil, with(ofScope(tc.scope), ofRecord(tc.record))),
			} {
				var r Reader
				r.Read(ld, now)
				assert.Equal(t, []ledger.Observation{want(tc.want)}, r.Observations, form)
				assert.Equal(t, Outcomes{Outside: 1}, r.Outcomes, form)
			}
		})
	}
}

func TestOutcomes(t *testing.T) {
	for _, tc := range []struct {
		name  string
		scope map[string]any
		want  Outcomes
	}{
		{"in the mesh", map[string]any{contract.AttrTraffic: nil}, Outcomes{Inside: 1}},
		{"not counted", map[string]any{contract.AttrVerdict: string(contract.VerdictPeriodic)}, Outcomes{Inside: 1}},
		{"no contract", map[string]any{contract.AttrVersion: nil}, Outcomes{NoContract: 1}},
		{"version as text", map[string]any{contract.AttrVersion: "2"}, Outcomes{NoContract: 1}},
		{"another version", map[string]any{contract.AttrVersion: contract.Version + 1}, Outcomes{UnknownVersion: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for form, ld := range map[string]plog.Logs{
				"scope":  logs(t, ofScope(tc.scope), ofRecord(nil)),
				"record": logs(t, nil, with(ofScope(tc.scope), ofRecord(nil))),
			} {
				var r Reader
				r.Read(ld, now)
				assert.Empty(t, r.Observations, form)
				assert.Equal(t, tc.want, r.Outcomes, form)
			}
		})
	}
}

// Records of one scope share what it says, and nothing of each other.
func TestRecordsOfAScope(t *testing.T) {
	ld := logs(t, ofScope(nil), ofRecord(nil))
	second := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty()
	require.NoError(t, second.Attributes().FromRaw(map[string]any{"destination_ip": "203.0.113.2"}))
	var r Reader
	r.Read(ld, now)
	require.Len(t, r.Observations, 2)
	assert.Equal(t, "203.0.113.2", r.Observations[1].Key.Destination)
	assert.Zero(t, r.Observations[1].Key.Port)
	r.Release()
	assert.Empty(t, r.Observations)
	assert.Zero(t, r.Outcomes)

	r.Read(ld, now)
	r.Release()
	assert.Zero(t, testing.AllocsPerRun(10, func() { r.Read(ld, now); r.Release() }))
}

// No attributes make it panic.
func FuzzRead(f *testing.F) {
	good, err := (&plog.ProtoMarshaler{}).MarshalLogs(func() plog.Logs {
		ld := plog.NewLogs()
		a := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Attributes()
		a.PutInt(contract.AttrVersion, contract.Version)
		a.PutStr(contract.AttrTraffic, "tcp")
		a.PutStr(contract.AttrVerdict, string(contract.VerdictTCP))
		return ld
	}())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) {
		ld, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(data)
		if err != nil {
			return
		}
		var r Reader
		r.Read(ld, now)
		o := r.Outcomes
		if int(o.Outside+o.Inside+o.NoContract+o.UnknownVersion) != ld.LogRecordCount() || int(o.Outside) != len(r.Observations) {
			t.Fatalf("%d records, %+v, %d observations", ld.LogRecordCount(), o, len(r.Observations))
		}
	})
}
