package observe

import (
	"slices"
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

// counted is what a level says for its records to count as HTTP.
var counted = attrs{contract.AttrVerdict: "http", contract.AttrSchema: "istio"}

func with(base, more attrs) attrs {
	all := attrs{}
	for _, m := range []attrs{base, more} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

func logs(t *testing.T, resource, scope attrs, records ...attrs) plog.Logs {
	t.Helper()
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	require.NoError(t, rl.Resource().Attributes().FromRaw(resource))
	sl := rl.ScopeLogs().AppendEmpty()
	require.NoError(t, sl.Scope().Attributes().FromRaw(scope))
	for _, r := range records {
		require.NoError(t, sl.LogRecords().AppendEmpty().Attributes().FromRaw(r))
	}
	return ld
}

// read returns the labels of the sets that the logs make, in order of
// appearance, without those that have their defaults.
func read(ld plog.Logs) (tally Tally, sets [][]aggregate.Label) {
	r := NewReader(contract.SchemaIstio)
	r.Read(ld)
	for _, set := range setsOf(&r.Batch) {
		sets = append(sets, withoutDefaults(set.Labels))
	}
	return r.Tally, sets
}

// setsOf lists the sets of labels that a batch makes.
func setsOf(b *aggregate.Batch) (sets []*aggregate.Set) {
	s := aggregate.New(aggregate.Options{Metrics: contract.SchemaIstio.Metrics()})
	s.Apply(b, 1)
	var n aggregate.Snapshot
	for c := s.Collect(1, 1, nil); c.Append(&n, 1); {
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
	r := NewReader(contract.SchemaIstio)
	r.Read(logs(t, nil, with(counted, attrs{"source_app": "", "reporter": "source"}), nil))
	sets := setsOf(&r.Batch)
	require.Len(t, sets, 1)
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
	assert.Equal(t, want, got)
	assert.Equal(t, "latest", got["destination_canonical_revision"])
	assert.Equal(t, "unknown", got["destination_principal"])
}

func TestReaderOutcomes(t *testing.T) {
	for _, test := range []struct {
		name                    string
		resource, scope, record attrs
		want                    Tally
	}{
		{"nothing of ours", attrs{"service.name": "x"}, attrs{}, attrs{"response_code": 200}, Tally{NoVerdict: 1}},
		{"verdict on the scope", nil, counted, nil, Tally{Counted: 1}},
		{"verdict on the record", nil, nil, counted, Tally{Counted: 1}},
		{"verdict on the resource", counted, nil, nil, Tally{Counted: 1}},
		{"verdict and schema apart", attrs{contract.AttrSchema: "istio"}, nil, attrs{contract.AttrVerdict: "tcp"}, Tally{Counted: 1}},
		{"closed", nil, counted, attrs{contract.AttrVerdict: "tcp_closed"}, Tally{Counted: 1}},
		{"record says otherwise", nil, counted, attrs{contract.AttrVerdict: "periodic"}, Tally{NotCounted: 1}},
		{"record says nothing", nil, counted, attrs{contract.AttrVerdict: ""}, Tally{NoVerdict: 1}},
		{"unknown verdict", nil, counted, attrs{contract.AttrVerdict: "HTTP"}, Tally{NotCounted: 1}},
		{"verdict of another type", nil, nil, attrs{contract.AttrVerdict: 1, contract.AttrSchema: "istio"}, Tally{NoVerdict: 1}},
		{"verdict of another type stands aside", nil, counted, attrs{contract.AttrVerdict: true}, Tally{Counted: 1}},
		{"another schema", nil, counted, attrs{contract.AttrSchema: "istio-1.3"}, Tally{OtherSchema: 1}},
		{"no schema", nil, attrs{contract.AttrVerdict: "http"}, nil, Tally{OtherSchema: 1}},
		{"not counted under another schema", nil, attrs{contract.AttrVerdict: "tunnel"}, nil, Tally{NotCounted: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tally, _ := read(logs(t, test.resource, test.scope, test.record))
			assert.Equal(t, test.want, tally)
		})
	}
}

func TestReaderLabels(t *testing.T) {
	for _, test := range []struct {
		name                    string
		resource, scope, record attrs
		want                    []aggregate.Label
	}{
		{
			"the innermost level wins",
			with(counted, attrs{"reporter": "r", "source_app": "r", "source_workload": "r"}),
			attrs{"source_app": "s", "source_workload": "s"},
			attrs{"source_workload": "l"},
			[]aggregate.Label{{Name: "reporter", Value: "r"}, {Name: "source_workload", Value: "l"}, {Name: "source_app", Value: "s"}},
		},
		{
			"an empty value takes a label away",
			nil, with(counted, attrs{"reporter": "s", "source_app": "s"}),
			attrs{"source_app": ""},
			[]aggregate.Label{{Name: "reporter", Value: "s"}},
		},
		{
			"only strings are labels",
			nil, with(counted, attrs{"reporter": 1, "response_code": 200, "source_app": "s"}),
			attrs{"source_app": []any{"l"}},
			[]aggregate.Label{{Name: "source_app", Value: "s"}},
		},
		{
			"other attributes are none",
			attrs{"service.name": "x"},
			with(counted, attrs{"cluster": "s"}),
			attrs{"route_name": "l", "": "l", "permissive_response_code": "none"},
			nil,
		},
		{
			"those of the other protocol are none",
			nil, with(counted, attrs{contract.AttrVerdict: "tcp"}),
			attrs{"response_code": "200", "response_flags": "UF"},
			[]aggregate.Label{{Name: "response_flags", Value: "UF"}},
		},
		{
			"destination_ip is not one of a set",
			nil, counted,
			attrs{"destination_ip": "192.0.2.1", "reporter": "l"},
			[]aggregate.Label{{Name: "reporter", Value: "l"}},
		},
		{
			"extra labels come last, sorted",
			nil, with(counted, attrs{contract.AttrExtraLabels: []any{"zone", "team"}, "zone": "s", "response_flags": "s"}),
			attrs{"team": "l", "other": "l"},
			[]aggregate.Label{{Name: "response_flags", Value: "s"}, {Name: "team", Value: "l"}, {Name: "zone", Value: "s"}},
		},
		{
			"the record's list of extra labels reads all levels",
			attrs{"zone": "r", "team": "r"},
			with(counted, attrs{"team": "s"}),
			attrs{contract.AttrExtraLabels: []any{"zone", "team"}},
			[]aggregate.Label{{Name: "team", Value: "s"}, {Name: "zone", Value: "r"}},
		},
		{
			"the innermost list of extra labels wins",
			nil, with(counted, attrs{contract.AttrExtraLabels: []any{"team"}, "team": "s", "zone": "s"}),
			attrs{contract.AttrExtraLabels: []any{"zone"}},
			[]aggregate.Label{{Name: "zone", Value: "s"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			tally, sets := read(logs(t, test.resource, test.scope, test.record))
			require.Equal(t, Tally{Counted: 1}, tally)
			assert.Equal(t, test.want, sets[0])
		})
	}
}

func TestReaderSharesTheSetOfAScope(t *testing.T) {
	plain, labelled := attrs{contract.AttrDuration: 1}, attrs{"source_app": "l"}
	tally, sets := read(logs(t, nil, with(counted, attrs{"reporter": "s"}), plain, labelled, plain, labelled, plain))
	assert.Equal(t, Tally{Counted: 5}, tally)
	assert.Equal(t, [][]aggregate.Label{
		{{Name: "reporter", Value: "s"}},
		{{Name: "reporter", Value: "s"}, {Name: "source_app", Value: "l"}},
	}, sets)
}

func TestReaderFields(t *testing.T) {
	scope := with(counted, attrs{contract.AttrDuration: 7, "destination_ip": "192.0.2.1"})
	for _, test := range []struct {
		name    string
		record  attrs
		want    aggregate.Values
		address string
	}{
		{"of the scope", attrs{}, aggregate.Values{7, -1, -1, -1, -1}, "192.0.2.1"},
		{
			"of the record",
			attrs{
				contract.AttrDuration: 1, contract.AttrBytesReceived: 2, contract.AttrBytesSent: 3,
				contract.AttrMessagesReceived: 4, contract.AttrMessagesSent: 5, "destination_ip": "192.0.2.2",
			},
			aggregate.Values{1, 2, 3, 4, 5},
			"192.0.2.2",
		},
		{"of a record with labels", attrs{"reporter": "l", contract.AttrBytesSent: 3}, aggregate.Values{7, -1, 3, -1, -1}, "192.0.2.1"},
		{"that are no integers", attrs{contract.AttrDuration: 1.0, contract.AttrBytesReceived: "2", contract.AttrBytesSent: nil}, aggregate.Values{-2, -2, -2, -1, -1}, "192.0.2.1"},
		{"that are negative", attrs{contract.AttrDuration: -1, contract.AttrMessagesSent: -9223372036854775808}, aggregate.Values{-2, -1, -1, -1, -2}, "192.0.2.1"},
		{"of zero", attrs{contract.AttrDuration: 0}, aggregate.Values{0, -1, -1, -1, -1}, "192.0.2.1"},
		{"no address", attrs{"destination_ip": ""}, aggregate.Values{7, -1, -1, -1, -1}, ""},
		{"an address that is no string", attrs{"destination_ip": 1}, aggregate.Values{7, -1, -1, -1, -1}, "192.0.2.1"},
		{"unknown ones of the contract", attrs{contract.Prefix + "more": 1}, aggregate.Values{7, -1, -1, -1, -1}, "192.0.2.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := NewReader(contract.SchemaIstio)
			r.Read(logs(t, nil, scope, test.record))
			got := r.Batch.At(0)
			assert.Equal(t, test.want, got.Values)
			assert.Equal(t, aggregate.Addresses{test.address}, got.Addresses)
		})
	}
}

func TestReaderAddresses(t *testing.T) {
	scope := with(counted, attrs{"destination_ip": "192.0.2.1", "destination_host": "a.example"})
	for _, test := range []struct {
		name   string
		record attrs
		want   aggregate.Addresses
	}{
		{"of the scope", nil, aggregate.Addresses{"192.0.2.1", "a.example", ""}},
		{"of the record", attrs{"destination_ip": "192.0.2.2", "destination_network": "office"}, aggregate.Addresses{"192.0.2.2", "a.example", "office"}},
		{"of a record with labels", attrs{"reporter": "l", "destination_host": "b.example"}, aggregate.Addresses{"192.0.2.1", "b.example", ""}},
		{"taken away", attrs{"destination_ip": "", "destination_host": ""}, aggregate.Addresses{}},
		{"that are no strings", attrs{"destination_host": 1, "destination_network": true}, aggregate.Addresses{"192.0.2.1", "a.example", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := NewReader(contract.SchemaIstio)
			r.Read(logs(t, nil, scope, test.record))
			assert.Equal(t, test.want, r.Batch.At(0).Addresses)
		})
	}
}

// The values of bounded labels end when they have lost their slots; no others
// do.
func TestReaderBoundedLabels(t *testing.T) {
	long := strings.Repeat("unknown ", maxBounded) + "source_app"
	for _, test := range []struct {
		name                    string
		resource, scope, record attrs
		want                    []string
	}{
		{"none", nil, nil, nil, nil},
		{"on the resource", attrs{contract.AttrBounded: "source_app"}, nil, nil, []string{"source_app"}},
		{"on the scope", attrs{contract.AttrBounded: "source_app"}, attrs{contract.AttrBounded: "response_code team"}, nil, []string{"response_code", "team"}},
		{"on the record", nil, attrs{contract.AttrBounded: "source_app"}, attrs{contract.AttrBounded: "zone"}, []string{"zone"}},
		{"with labels on the record", nil, attrs{contract.AttrBounded: "zone"}, attrs{"reporter": ""}, []string{"zone"}},
		{"that are not there", nil, attrs{contract.AttrBounded: "grpc_response_status source_app le  1"}, nil, []string{"source_app"}},
		{"no text", nil, attrs{contract.AttrBounded: []any{"source_app"}}, nil, nil},
		{"a list that is too long", nil, attrs{contract.AttrBounded: long}, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			base := with(counted, attrs{contract.AttrExtraLabels: []any{"empty", "team", "zone"}})
			for _, name := range []string{"source_app", "response_code", "team", "zone"} {
				base[name] = "lost"
			}
			r := NewReader(contract.SchemaIstio)
			r.Read(logs(t, test.resource, with(base, test.scope), test.record))
			for _, name := range []string{"source_app", "response_code", "team", "zone"} {
				s := aggregate.New(aggregate.Options{Metrics: contract.SchemaIstio.Metrics()})
				s.Apply(&r.Batch, 1)
				lost := aggregate.Label{Name: name, Value: "lost"}
				c := s.Collect(1, 1, []aggregate.Label{lost})
				for n := new(aggregate.Snapshot); c.Append(n, 1); {
				}
				assert.Equal(t, slices.Contains(test.want, name), c.Left(lost), name)
			}
		})
	}
}

// A peer that has one slot for all labels of its side ends with it.
func TestReaderBoundedPeers(t *testing.T) {
	for _, peer := range []contract.Peer{contract.SourcePeer, contract.DestinationPeer} {
		said := attrs{"destination_app": "server", "source_app": "client", "source_version": ""}
		value := string(contract.AppendPeer(nil, peer, func(l contract.Label) string {
			if v, ok := said[l.String()]; ok {
				return v.(string)
			}
			return l.Default()
		}))
		r := NewReader(contract.SchemaIstio)
		r.Read(logs(t, nil, with(with(counted, said), attrs{contract.AttrBounded: "source_app " + peer.String()}), nil))
		s := aggregate.New(aggregate.Options{Metrics: contract.SchemaIstio.Metrics()})
		s.Apply(&r.Batch, 1)
		for lost, want := range map[aggregate.Label]bool{
			{Name: contract.ClaimedPeer, Value: value}:       true,
			{Name: contract.ClaimedPeer, Value: value + "x"}: false,
			{Name: "source_app", Value: "client"}:            true,
		} {
			c := s.Collect(1, 1, []aggregate.Label{lost})
			for n := new(aggregate.Snapshot); c.Append(n, 1); {
			}
			assert.Equal(t, want, c.Left(lost), lost)
		}
	}
}

func TestReaderExtraLabelNames(t *testing.T) {
	many := make([]any, 0, contract.MaxExtraLabels+2)
	for i := range contract.MaxExtraLabels + 2 {
		many = append(many, "extra_"+strings.Repeat("x", i))
	}
	for _, test := range []struct {
		name  string
		list  any
		tally Tally
		want  []string
	}{
		{"good ones", []any{"team", "_zone", "Team2", "permissive_response_code"}, Tally{}, []string{"Team2", "_zone", "permissive_response_code", "team"}},
		{"one twice", []any{"team", "team"}, Tally{}, []string{"team"}},
		{"no names of Prometheus", []any{"", "1a", "a.b", "a-b", "é", "a\x00b"}, Tally{RefusedNames: 6}, nil},
		{"reserved ones", []any{"__name__", "__x", "le", "quantile", "job", "instance"}, Tally{RefusedNames: 6}, nil},
		{"taken ones", []any{"reporter", "response_code", "destination_ip"}, Tally{RefusedNames: 3}, nil},
		{"no strings", []any{1, "team", nil}, Tally{RefusedNames: 2}, []string{"team"}},
		{"no list", "team", Tally{RefusedNames: 1}, nil},
		{"a long one", []any{strings.Repeat("a", contract.MaxNameLen+1)}, Tally{RefusedNames: 1}, nil},
		{"too many", many, Tally{SurplusNames: 2}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			scope := with(counted, attrs{contract.AttrExtraLabels: test.list})
			for _, name := range test.want {
				scope[name] = "v"
			}
			test.tally.Counted = 1
			tally, sets := read(logs(t, nil, scope, attrs{}))
			assert.Equal(t, test.tally, tally)
			var names []string
			for _, l := range sets[0] {
				names = append(names, l.Name)
			}
			assert.Equal(t, test.want, names)
		})
	}
}

func TestReaderTellsListsOfExtraLabelsApart(t *testing.T) {
	r := NewReader(contract.SchemaIstio)
	for _, list := range [][]any{{"a\x00b"}, {"a", "b"}, {"ab"}, {"a", "b"}} {
		r.Read(logs(t, nil, with(counted, attrs{contract.AttrExtraLabels: list, "a": "1", "b": "2", "ab": "3"}), attrs{}))
	}
	sets := setsOf(&r.Batch)
	require.Len(t, sets, 3)
	assert.Empty(t, withoutDefaults(sets[0].Labels))
	assert.Equal(t, []aggregate.Label{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}, withoutDefaults(sets[1].Labels))
	assert.Equal(t, []aggregate.Label{{Name: "ab", Value: "3"}}, withoutDefaults(sets[2].Labels))
}

func TestReaderRemembersFewVocabularies(t *testing.T) {
	r := NewReader(contract.SchemaIstio)
	for i := range 10 * maxVocabularies {
		r.Read(logs(t, nil, with(counted, attrs{contract.AttrExtraLabels: []any{"a" + strings.Repeat("a", i)}}), attrs{}))
	}
	assert.Len(t, r.vocabularies.known, maxVocabularies)
}

func TestReaderCutsLongValues(t *testing.T) {
	long := strings.Repeat("v", 10*aggregate.MaxValueLen)
	tally, sets := read(logs(t, nil, with(counted, attrs{"reporter": long}), attrs{}, attrs{"source_app": long}))
	assert.Equal(t, Tally{Counted: 2, CutValues: 3}, tally)
	assert.Equal(t, []aggregate.Label{{Name: "reporter", Value: long[:aggregate.MaxValueLen]}}, sets[0])
}

func TestReaderReadsEachResourceAndScope(t *testing.T) {
	ld := plog.NewLogs()
	for _, reporter := range []string{"source", "destination"} {
		rl := ld.ResourceLogs().AppendEmpty()
		require.NoError(t, rl.Resource().Attributes().FromRaw(with(counted, attrs{"reporter": reporter})))
		for _, app := range []string{"a", ""} {
			sl := rl.ScopeLogs().AppendEmpty()
			if app != "" {
				sl.Scope().Attributes().PutStr("source_app", app)
			}
			sl.LogRecords().AppendEmpty()
		}
	}
	_, sets := read(ld)
	assert.Equal(t, [][]aggregate.Label{
		{{Name: "reporter", Value: "source"}, {Name: "source_app", Value: "a"}},
		{{Name: "reporter", Value: "source"}},
		{{Name: "reporter", Value: "destination"}, {Name: "source_app", Value: "a"}},
		{{Name: "reporter", Value: "destination"}},
	}, sets)
}

func TestReaderTakesTraces(t *testing.T) {
	ld := logs(t, nil, counted, attrs{})
	lr := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	lr.SetTraceID(pcommon.TraceID{1})
	lr.SetSpanID(pcommon.SpanID{2})
	r := NewReader(contract.SchemaIstio)
	r.Read(ld)
	assert.Equal(t, [16]byte{1}, r.Batch.At(0).Trace)
	assert.Equal(t, [8]byte{2}, r.Batch.At(0).Span)
}

func TestReaderReleaseLetsGo(t *testing.T) {
	r := NewReader(contract.SchemaIstio)
	ld := logs(t, nil, with(counted, attrs{"reporter": "s"}), attrs{}, attrs{"source_app": "l"})
	r.Read(ld)
	require.Equal(t, 2, r.Batch.Len())
	r.Release()
	assert.Zero(t, r.Batch.Len())
	assert.Zero(t, r.Tally)
	assert.Equal(t, contract.Reporter.Default(), r.scope.labels[contract.Reporter])
	assert.Equal(t, contract.Reporter.Default(), r.record.labels[contract.Reporter])
	r.Read(ld)
	r.Release()
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		r.Read(ld)
		r.Release()
	}))
}
