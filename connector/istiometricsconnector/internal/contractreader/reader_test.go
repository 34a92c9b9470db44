// SPDX-License-Identifier: Apache-2.0

package contractreader

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/aggregate"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

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

func TestReaderSharesTheSetOfAScope(t *testing.T) {
	outcomes, sets := read(logs(t, with(counted, attrs{"reporter": "s"}), attrs{contract.AttrDuration: 1}, attrs{"source_app": "l"}, nil))
	assert.Equal(t, Outcomes{Counted: 3}, outcomes)
	assert.Equal(t, [][]aggregate.Label{{{Name: "reporter", Value: "s"}}}, sets)
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
