// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

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

func TestReaderCutsLongValues(t *testing.T) {
	long := strings.Repeat("v", 10*aggregate.MaxValueLen)
	outcomes, sets := read(logs(t, with(counted, attrs{"reporter": long, "team": long}), attrs{}, attrs{}))
	assert.Equal(t, Outcomes{Counted: 2, CutValues: 2}, outcomes)
	assert.Equal(t, []aggregate.Label{{Name: "reporter", Value: long[:aggregate.MaxValueLen]}, {Name: "team", Value: long[:aggregate.MaxValueLen]}}, sets[0])
}
