// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

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
		{"good ones", names("team", "_zone", "Team2", "permissive_response_code"), Outcomes{}, []string{"permissive_response_code", "Team2", "_zone", "team"}},
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

// A label has one place in a label set, whether the schema has it or the user does:
// records of two schemas with the same labels have the same series.
func TestLabelOfAnotherSchema(t *testing.T) {
	users := attrs{"permissive_response_code": "200", "permissive_response_policyid": "p", "team": "a", "Zone": "z"}
	for _, l := range []string{"source_canonical_service", "source_canonical_revision", "source_cluster", "destination_canonical_service", "destination_canonical_revision", "destination_cluster"} {
		users[l] = "x"
	}
	onRecord := attrs{}
	for name, value := range users {
		onRecord[name], onRecord[contract.LabelPrefix+name] = value, value
	}
	var keys []string
	for _, schema := range contract.Schemas {
		says := with(counted, attrs{contract.AttrSchema: string(schema)})
		for _, ld := range []plog.Logs{logs(t, with(says, users), attrs{}), logs(t, nil, with(says, onRecord))} {
			outcomes, sets := read(ld)
			assert.Equal(t, int64(1), outcomes.Counted)
			seen := map[string]bool{}
			var key []string
			for _, l := range sets[0] {
				assert.False(t, seen[l.Name], l.Name)
				seen[l.Name] = true
				key = append(key, l.Name+"="+l.Value)
			}
			keys = append(keys, strings.Join(key, ","))
		}
	}
	for _, key := range keys {
		assert.Equal(t, keys[0], key)
	}
}
