package contractreader

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

type attrs = map[string]any

// counted is what a scope or a record says to count as HTTP.
var counted = attrs{contract.AttrVersion: contract.Version, contract.AttrVerdict: "http", contract.AttrSchema: "istio"}

func with(base, more attrs) attrs {
	all := attrs{}
	for _, m := range []attrs{base, more} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

func logs(t *testing.T, scope attrs, records ...attrs) plog.Logs {
	t.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	require.NoError(t, sl.Scope().Attributes().FromRaw(scope))
	for _, r := range records {
		require.NoError(t, sl.LogRecords().AppendEmpty().Attributes().FromRaw(r))
	}
	return ld
}

// read returns the labels of the sets that the logs make, in order of
// appearance, without those that have their defaults.
func read(ld plog.Logs) (outcomes Outcomes, sets [][]aggregate.Label) {
	r := new(Reader)
	r.Read(ld)
	for _, set := range setsOf(&r.Batch) {
		sets = append(sets, withoutDefaults(set.Labels))
	}
	return r.Outcomes, sets
}

// allMetrics are those of all schemas.
func allMetrics() (o aggregate.Options) {
	for i, schema := range contract.Schemas {
		for _, m := range schema.Metrics() {
			o.Metrics = append(o.Metrics, aggregate.Metric{Metric: m, Schema: uint8(i)})
		}
	}
	return o
}

// setsOf lists the sets of labels that a batch makes.
func setsOf(b *aggregate.Batch) (sets []*aggregate.LabelSet) {
	s := aggregate.New(allMetrics())
	s.Apply(b, 1)
	var n aggregate.Snapshot
	for c := s.Collect(1, 1); c.Append(&n, 1); {
	}
	for _, p := range n.Counters {
		if !slices.Contains(sets, p.Set) {
			sets = append(sets, p.Set)
		}
	}
	return sets
}

func withoutDefaults(all []aggregate.Label) (labels []aggregate.Label) {
	for _, l := range all {
		if known, ok := contract.LabelByName(l.Name); !ok || l.Value != known.Default() {
			labels = append(labels, l)
		}
	}
	return labels
}

func TestReaderDefaults(t *testing.T) {
	says := with(counted, attrs{"source_app": "", "reporter": "source"})
	for name, ld := range map[string]plog.Logs{"scope": logs(t, says, nil), "record": logs(t, nil, says)} {
		r := new(Reader)
		r.Read(ld)
		sets := setsOf(&r.Batch)
		require.Len(t, sets, 1, name)
		got := map[string]string{}
		for _, l := range sets[0].Labels {
			got[l.Name] = l.Value
		}
		want := map[string]string{}
		for _, l := range contract.SchemaIstio.Labels(contract.HTTP) {
			want[l.String()] = l.Default()
		}
		want["reporter"] = "source"
		delete(want, "source_app") // an empty value leaves a label out
		delete(want, "grpc_response_status")
		assert.Equal(t, want, got, name)
		assert.Equal(t, "latest", got["destination_canonical_revision"], name)
		assert.Equal(t, "unknown", got["destination_principal"], name)
	}
}

// Each outcome is the same, wherever the version stands.
func TestReaderOutcomes(t *testing.T) {
	for _, test := range []struct {
		name string
		says attrs
		want Outcomes
	}{
		{"nothing of ours", attrs{"reporter": "source"}, Outcomes{NoContract: 1}},
		{"numbers alone", attrs{contract.AttrDuration: 1}, Outcomes{NoContract: 1}},
		{"HTTP", counted, Outcomes{Counted: 1}},
		{"TCP", with(counted, attrs{contract.AttrVerdict: "tcp"}), Outcomes{Counted: 1}},
		{"closed", with(counted, attrs{contract.AttrVerdict: "tcp_closed"}), Outcomes{Counted: 1}},
		{"not counted", with(counted, attrs{contract.AttrVerdict: "periodic"}), Outcomes{NotCounted: 1}},
		{"verdict that is unknown", with(counted, attrs{contract.AttrVerdict: "HTTP"}), Outcomes{NotCounted: 1}},
		{"verdict that is empty", with(counted, attrs{contract.AttrVerdict: ""}), Outcomes{NoVerdict: 1}},
		{"verdict of another type", with(counted, attrs{contract.AttrVerdict: true}), Outcomes{NoVerdict: 1}},
		{"version alone", attrs{contract.AttrVersion: contract.Version}, Outcomes{NoVerdict: 1}},
		{"version that is older", with(counted, attrs{contract.AttrVersion: contract.Version - 1}), Outcomes{UnknownVersion: 1}},
		{"version that is newer", with(counted, attrs{contract.AttrVersion: contract.Version + 1}), Outcomes{UnknownVersion: 1}},
		{"version of another type", with(counted, attrs{contract.AttrVersion: "2"}), Outcomes{UnknownVersion: 1}},
		{"no version, as the first contract had none", attrs{contract.AttrVerdict: "http", contract.AttrSchema: "istio"}, Outcomes{UnknownVersion: 1}},
		{"another schema", with(counted, attrs{contract.AttrSchema: "istio-1.3"}), Outcomes{Counted: 1}},
		{"schema that is unknown", with(counted, attrs{contract.AttrSchema: "istio-2"}), Outcomes{UnknownSchema: 1}},
		{"schema that is empty", with(counted, attrs{contract.AttrSchema: ""}), Outcomes{UnknownSchema: 1}},
		{"schema of another type", with(counted, attrs{contract.AttrSchema: 1}), Outcomes{UnknownSchema: 1}},
		{"not counted under no schema", attrs{contract.AttrVersion: contract.Version, contract.AttrVerdict: "tunnel"}, Outcomes{NotCounted: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			onScope, _ := read(logs(t, test.says, attrs{}))
			assert.Equal(t, test.want, onScope, "on the scope")
			onRecord, _ := read(logs(t, attrs{"library": "x"}, test.says))
			assert.Equal(t, test.want, onRecord, "on the record")
		})
	}
}

// A scope that has a version speaks for all its records.
func TestReaderMixesNoForms(t *testing.T) {
	outcomes, sets := read(logs(t, with(counted, attrs{"reporter": "s"}),
		with(counted, attrs{"reporter": "r", contract.AttrVerdict: "periodic", contract.LabelPrefix + "team": "r"})))
	assert.Equal(t, Outcomes{Counted: 1}, outcomes)
	assert.Equal(t, [][]aggregate.Label{{{Name: "reporter", Value: "s"}}}, sets)
}

// Nothing is looked up on the resource.
func TestReaderReadsNoResource(t *testing.T) {
	ld := logs(t, nil, attrs{})
	require.NoError(t, ld.ResourceLogs().At(0).Resource().Attributes().FromRaw(counted))
	outcomes, _ := read(ld)
	assert.Equal(t, Outcomes{NoContract: 1}, outcomes)
}

func TestReaderLabels(t *testing.T) {
	for _, test := range []struct {
		name          string
		scope, record attrs
		want          []aggregate.Label
	}{
		{
			"all strings of a scope are labels",
			with(counted, attrs{"zone": "s", "reporter": "s", "cluster": "s"}),
			attrs{},
			[]aggregate.Label{{Name: "reporter", Value: "s"}, {Name: "cluster", Value: "s"}, {Name: "zone", Value: "s"}},
		},
		{
			"only strings are",
			with(counted, attrs{"reporter": 1, "response_code": 200, "source_app": "s", "team": []any{"s"}}),
			attrs{},
			[]aggregate.Label{{Name: "source_app", Value: "s"}},
		},
		{
			"a record of such a scope has none",
			with(counted, attrs{"reporter": "s"}),
			attrs{"reporter": "r", "source_app": "r", "team": "r", contract.LabelPrefix + "team": "r"},
			[]aggregate.Label{{Name: "reporter", Value: "s"}},
		},
		{
			"of a record those of the schema are, and those that say so",
			nil,
			with(counted, attrs{"route_name": "r", "": "r", "permissive_response_code": "r", "reporter": "r", contract.LabelPrefix + "zone": "r", contract.LabelPrefix + "team": "r", "team": "other"}),
			[]aggregate.Label{{Name: "reporter", Value: "r"}, {Name: "team", Value: "r"}, {Name: "zone", Value: "r"}},
		},
		{
			"those of the other protocol are none",
			with(counted, attrs{contract.AttrVerdict: "tcp", "response_code": "200", "response_flags": "UF"}),
			attrs{},
			[]aggregate.Label{{Name: "response_flags", Value: "UF"}},
		},
		{
			"those of another schema are extra ones",
			with(counted, attrs{"permissive_response_code": "s"}),
			attrs{},
			[]aggregate.Label{{Name: "permissive_response_code", Value: "s"}},
		},
		{
			"an empty extra one is left out",
			with(counted, attrs{"team": ""}),
			attrs{},
			nil,
		},
		{
			"an address is not one of a set",
			with(counted, attrs{"reporter": "s"}),
			attrs{"destination_ip": "192.0.2.1"},
			[]aggregate.Label{{Name: "reporter", Value: "s"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			outcomes, sets := read(logs(t, test.scope, test.record))
			require.Equal(t, Outcomes{Counted: 1}, outcomes)
			assert.Equal(t, test.want, sets[0])
		})
	}
}

// The order of attributes does not matter.
func TestReaderSchemaLast(t *testing.T) {
	for _, names := range [][]string{{"reporter", "team", contract.AttrSchema}, {contract.AttrSchema, "reporter", "team", contract.AttrSchema}, {"reporter", contract.AttrSchema, "team", "a.b"}} {
		ld := logs(t, nil, attrs{})
		scope := ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Attributes()
		scope.EnsureCapacity(10)
		scope.PutInt(contract.AttrVersion, contract.Version)
		scope.PutStr(contract.AttrVerdict, "http")
		for _, name := range names {
			value := "x"
			if name == contract.AttrSchema {
				value = "istio"
			}
			scope.PutStr(name, value)
		}
		outcomes, sets := read(ld)
		assert.EqualValues(t, 1, outcomes.Counted)
		assert.Equal(t, slices.Contains(names, "a.b"), outcomes.RefusedNames == 1)
		assert.Equal(t, [][]aggregate.Label{{{Name: "reporter", Value: "x"}, {Name: "team", Value: "x"}}}, sets)
	}
}

// A request over the wire may name an attribute twice. Then the last one counts.
func TestReaderNameTwice(t *testing.T) {
	var s labelSet
	s.names = namesOf[0]
	for _, name := range []string{"b", "a", "b", "c", "a"} {
		s.putExtra(name, name+strconv.Itoa(len(s.extras)))
	}
	assert.Equal(t, []extraLabel{{"a", "a3"}, {"b", "b2"}, {"c", "c2"}}, s.extras)
}

func TestReaderSharesTheSetOfAScope(t *testing.T) {
	outcomes, sets := read(logs(t, with(counted, attrs{"reporter": "s"}), attrs{contract.AttrDuration: 1}, attrs{"source_app": "l"}, nil))
	assert.Equal(t, Outcomes{Counted: 3}, outcomes)
	assert.Equal(t, [][]aggregate.Label{{{Name: "reporter", Value: "s"}}}, sets)
}

func TestReaderFields(t *testing.T) {
	for _, test := range []struct {
		name   string
		record attrs
		want   aggregate.Values
	}{
		{"none", attrs{}, aggregate.Values{-1, -1, -1, -1, -1}},
		{
			"all",
			attrs{
				contract.AttrDuration: 1, contract.AttrBytesReceived: 2, contract.AttrBytesSent: 3,
				contract.AttrMessagesReceived: 4, contract.AttrMessagesSent: 5,
			},
			aggregate.Values{1, 2, 3, 4, 5},
		},
		{"that are no integers", attrs{contract.AttrDuration: 1.0, contract.AttrBytesReceived: "2", contract.AttrBytesSent: nil}, aggregate.Values{-2, -2, -2, -1, -1}},
		{"that are negative", attrs{contract.AttrDuration: -1, contract.AttrMessagesSent: -9223372036854775808}, aggregate.Values{-2, -1, -1, -1, -2}},
		{"of zero", attrs{contract.AttrDuration: 0}, aggregate.Values{0, -1, -1, -1, -1}},
		{"unknown ones of the contract", attrs{contract.Prefix + "more": 1}, aggregate.Values{-1, -1, -1, -1, -1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ld := range []plog.Logs{logs(t, with(counted, attrs{contract.AttrDuration: 7}), test.record), logs(t, nil, with(counted, test.record))} {
				r := new(Reader)
				r.Read(ld)
				assert.Equal(t, test.want, r.Batch.At(0).Values)
			}
		})
	}
}

func TestReaderAddresses(t *testing.T) {
	for _, test := range []struct {
		name   string
		record attrs
		want   aggregate.Addresses
	}{
		{"none", nil, aggregate.Addresses{}},
		{"some", attrs{"destination_ip": "192.0.2.2", "destination_network": "office"}, aggregate.Addresses{"192.0.2.2", "", "office"}},
		{"all", attrs{"destination_ip": "192.0.2.2", "destination_host": "b.example", "destination_network": "office"}, aggregate.Addresses{"192.0.2.2", "b.example", "office"}},
		{"empty ones", attrs{"destination_ip": "", "destination_host": ""}, aggregate.Addresses{}},
		{"that are no strings", attrs{"destination_host": 1, "destination_network": true}, aggregate.Addresses{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ld := range []plog.Logs{logs(t, counted, test.record), logs(t, nil, with(counted, test.record))} {
				r := new(Reader)
				r.Read(ld)
				assert.Equal(t, test.want, r.Batch.At(0).Addresses)
			}
		})
	}
}

func TestReaderExtraLabelNames(t *testing.T) {
	many := attrs{}
	for i := range contract.MaxExtraLabels + 2 {
		many["extra_"+strings.Repeat("x", i)] = "v"
	}
	names := func(names ...string) attrs {
		says := attrs{}
		for _, name := range names {
			says[name] = "v"
		}
		return says
	}
	for _, test := range []struct {
		name   string
		labels attrs
		want   Outcomes
		kept   []string
	}{
		{"good ones", names("team", "_zone", "Team2", "permissive_response_code"), Outcomes{}, []string{"Team2", "_zone", "permissive_response_code", "team"}},
		{"no names of Prometheus", names("", "1a", "a.b", "a-b", "é", "a\x00b"), Outcomes{RefusedNames: 6}, nil},
		{"reserved ones", names("__name__", "__x", "le", "quantile", "job", "instance"), Outcomes{RefusedNames: 6}, nil},
		{"an address", names("destination_ip"), Outcomes{RefusedNames: 1}, nil},
		{"a long one", names(strings.Repeat("a", contract.MaxNameLen+1)), Outcomes{RefusedNames: 1}, nil},
		{"too many", many, Outcomes{SurplusNames: 2}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.want.Counted = 1
			onRecord := attrs{}
			for name, value := range test.labels {
				onRecord[contract.LabelPrefix+name] = value
			}
			for _, ld := range []plog.Logs{logs(t, with(counted, test.labels), attrs{}), logs(t, nil, with(counted, onRecord))} {
				outcomes, sets := read(ld)
				assert.Equal(t, test.want, outcomes)
				var kept []string
				for _, l := range sets[0] {
					kept = append(kept, l.Name)
				}
				if test.want.SurplusNames > 0 {
					assert.Len(t, kept, contract.MaxExtraLabels)
				} else {
					assert.Equal(t, test.kept, kept)
				}
			}
		})
	}
	outcomes, _ := read(logs(t, nil, with(counted, attrs{contract.LabelPrefix + "reporter": "v"})))
	assert.Equal(t, Outcomes{Counted: 1, RefusedNames: 1}, outcomes, "a label of the schema is no extra one")
}

// A slot is read where the label that it belongs to has a value.
func TestReaderSlots(t *testing.T) {
	good := contract.PackSlot(5, 7)
	slot := func(label string, packed any) attrs { return attrs{contract.SlotPrefix + label: packed} }
	run := attrs{contract.AttrIncarnation: "a"}
	for _, test := range []struct {
		name string
		says attrs
		bad  int64
	}{
		{"of a label", with(run, slot("reporter", good)), 0},
		{"of the user's label", with(run, slot("team", good)), 0},
		{"of a peer", with(run, slot(contract.ClaimedPeer, good)), 0},
		{"without an incarnation", slot("reporter", good), 1},
		{"of a long incarnation", with(attrs{contract.AttrIncarnation: strings.Repeat("a", 300)}, slot("reporter", good)), 1},
		{"of a label that is not there", with(run, slot("zone", good)), 1},
		{"of a label that is empty", with(run, slot("source_app", good)), 1},
		{"without a term", with(run, slot("reporter", contract.PackSlot(5, 0))), 1},
		{"that is negative", with(run, slot("reporter", -good)), 1},
		{"that is no number", with(run, slot("reporter", "5")), 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			labels := attrs{"reporter": "source", "team": "blue", "source_app": ""}
			onRecord := attrs{"reporter": "source", contract.LabelPrefix + "team": "blue", "source_app": ""}
			for _, ld := range []plog.Logs{
				logs(t, with(with(counted, labels), test.says), attrs{}),
				logs(t, nil, with(with(counted, onRecord), test.says)),
			} {
				outcomes, _ := read(ld)
				assert.Equal(t, Outcomes{Counted: 1, BadSlots: test.bad}, outcomes)
			}
		})
	}
}

// Slots of addresses stand on the record, as the addresses do.
func TestReaderAddressSlots(t *testing.T) {
	ip, host := contract.PackSlot(5, 7), contract.PackSlot(0, 1)
	run := with(counted, attrs{contract.AttrIncarnation: "a"})
	for _, test := range []struct {
		name   string
		record attrs
		want   aggregate.AddressSlots
		bad    int64
	}{
		{"both", attrs{"destination_ip": "192.0.2.1", "destination_host": "a", contract.SlotPrefix + "destination_ip": ip, contract.SlotPrefix + "destination_host": host}, aggregate.AddressSlots{ip, host}, 0},
		{"none", attrs{"destination_ip": "192.0.2.1"}, aggregate.AddressSlots{}, 0},
		{"without an address", attrs{contract.SlotPrefix + "destination_ip": ip}, aggregate.AddressSlots{}, 1},
		{"none that is one", attrs{"destination_ip": "192.0.2.1", contract.SlotPrefix + "destination_ip": -1}, aggregate.AddressSlots{}, 1},
		{"another type", attrs{"destination_ip": "192.0.2.1", contract.SlotPrefix + "destination_ip": "1"}, aggregate.AddressSlots{}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ld := range []plog.Logs{logs(t, run, test.record), logs(t, nil, with(run, test.record))} {
				r := new(Reader)
				r.Read(ld)
				assert.Equal(t, test.want, r.Batch.At(0).AddressSlots)
				assert.Equal(t, test.bad, r.Outcomes.BadSlots)
			}
		})
	}
}

func TestReaderSlotsAreBounded(t *testing.T) {
	says := with(counted, attrs{contract.AttrIncarnation: "a", "reporter": "x"})
	for i := range 10 * maxSlots {
		says[contract.SlotPrefix+strconv.Itoa(i)] = contract.PackSlot(1, 1)
	}
	outcomes, _ := read(logs(t, says, attrs{}))
	assert.Equal(t, Outcomes{Counted: 1, BadSlots: int64(maxSlots)}, outcomes)
}

func TestReaderCutsLongValues(t *testing.T) {
	long := strings.Repeat("v", 10*aggregate.MaxValueLen)
	outcomes, sets := read(logs(t, with(counted, attrs{"reporter": long, "team": long}), attrs{}, attrs{}))
	assert.Equal(t, Outcomes{Counted: 2, CutValues: 2}, outcomes)
	assert.Equal(t, []aggregate.Label{{Name: "reporter", Value: long[:aggregate.MaxValueLen]}, {Name: "team", Value: long[:aggregate.MaxValueLen]}}, sets[0])
}

func TestReaderReadsEachResourceAndScope(t *testing.T) {
	ld := plog.NewLogs()
	for _, reporter := range []string{"source", "destination"} {
		rl := ld.ResourceLogs().AppendEmpty()
		for _, app := range []string{"a", ""} {
			sl := rl.ScopeLogs().AppendEmpty()
			says := with(counted, attrs{"reporter": reporter})
			if app != "" {
				says["source_app"] = app
			}
			require.NoError(t, sl.Scope().Attributes().FromRaw(says))
			sl.LogRecords().AppendEmpty()
		}
		rl.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	}
	outcomes, sets := read(ld)
	assert.Equal(t, Outcomes{Counted: 4, NoContract: 2}, outcomes)
	assert.Equal(t, [][]aggregate.Label{
		{{Name: "reporter", Value: "source"}, {Name: "source_app", Value: "a"}},
		{{Name: "reporter", Value: "source"}},
		{{Name: "reporter", Value: "destination"}, {Name: "source_app", Value: "a"}},
		{{Name: "reporter", Value: "destination"}},
	}, sets)
}

func TestReaderTakesTraces(t *testing.T) {
	ld := logs(t, counted, attrs{})
	lr := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	lr.SetTraceID(pcommon.TraceID{1})
	lr.SetSpanID(pcommon.SpanID{2})
	r := new(Reader)
	r.Read(ld)
	assert.Equal(t, [16]byte{1}, r.Batch.At(0).Trace)
	assert.Equal(t, [8]byte{2}, r.Batch.At(0).Span)
}

func TestReaderReleaseLetsGo(t *testing.T) {
	r := new(Reader)
	ld := logs(t, with(counted, attrs{"reporter": "s", "team": "s", contract.AttrIncarnation: "a", contract.SlotPrefix + "team": contract.PackSlot(1, 1)}), attrs{"destination_ip": "192.0.2.1"})
	r.Read(ld)
	require.Equal(t, 1, r.Batch.Len())
	r.Release()
	assert.Zero(t, r.Batch.Len())
	assert.Zero(t, r.Outcomes)
	assert.Zero(t, r.set.labels)
	assert.Zero(t, r.set.extras[:1][0])
	assert.Zero(t, r.set.slots[:1][0])
	assert.Zero(t, r.own)
	r.Read(ld)
	r.Release()
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		r.Read(ld)
		r.Release()
	}))
}
