// SPDX-License-Identifier: Apache-2.0

package labelset

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

// passthrough are values of a request that left the mesh to a host that a client
// wrote.
func passthrough() Values {
	v := Values{Verdict: contract.VerdictHTTP, Protocol: contract.HTTP, Reporter: istio.Reporter{Namespace: "default", Workload: "sleep"}}
	for _, l := range contract.SchemaIstio.Labels(contract.HTTP) {
		v.Labels[l] = l.Default()
	}
	v.Labels[contract.Reporter] = contract.ReporterSource
	v.Labels[contract.DestinationServiceName] = contract.PassthroughCluster
	v.Labels[contract.DestinationService], v.Claims[contract.DestinationService] = "e3.example", istio.ClaimedService
	v.Labels[contract.ResponseCode] = "200"
	return v
}

func newMaker() *Maker {
	return &Maker{
		Schema: contract.SchemaIstio, IPDestinations: []string{contract.PassthroughCluster}, HostDestinations: []string{contract.BlackHoleCluster},
		Limited:      []Limited{{"destination_service", contract.DestinationService}, {"response_code", contract.ResponseCode}, {"team", contract.NoLabel}},
		LimitedPeers: true, Incarnation: "run-1",
	}
}

func TestAttributes(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*Maker, *Values)
		want   map[string]any
	}{
		"labels that say more than their default": {func(*Maker, *Values) {}, map[string]any{
			"reporter": "source", "destination_service_name": "PassthroughCluster", "destination_service": "e3.example", "response_code": "200",
		}},
		"a label that is removed": {func(m *Maker, _ *Values) { m.Removed = []contract.Label{contract.Reporter} }, map[string]any{
			"reporter": "", "destination_service_name": "PassthroughCluster", "destination_service": "e3.example", "response_code": "200",
		}},
		"the user's label": {func(_ *Maker, v *Values) { v.Extra = []Extra{{"team", "a"}} }, map[string]any{
			"reporter": "source", "destination_service_name": "PassthroughCluster", "destination_service": "e3.example", "response_code": "200", "team": "a",
		}},
		"a slot": {func(_ *Maker, v *Values) { v.Slots = []Slot{{"destination_service", 7}} }, map[string]any{
			"reporter": "source", "destination_service_name": "PassthroughCluster", "destination_service": "e3.example", "response_code": "200",
			contract.SlotPrefix + "destination_service": int64(7),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m, v := newMaker(), passthrough()
			tc.change(m, &v)
			tc.want[contract.AttrVersion], tc.want[contract.AttrVerdict], tc.want[contract.AttrSchema] = int64(contract.Version), "http", "istio"
			tc.want[contract.AttrIncarnation] = "run-1"
			assert.Equal(t, tc.want, m.New(v).Attributes().AsRaw())
		})
	}
}

// A next component that is not ours does not know the defaults.
func TestAttributesOnRecord(t *testing.T) {
	m, v := newMaker(), passthrough()
	m.OnRecord = true
	v.Extra = []Extra{{"team", "a"}}
	got := m.New(v).Attributes().AsRaw()
	for _, l := range contract.SchemaIstio.Labels(contract.HTTP) {
		if v.Labels[l] != "" {
			assert.Equal(t, v.Labels[l], got[l.String()])
		}
	}
	assert.Equal(t, "a", got["team"])
	assert.Equal(t, "a", got[contract.LabelPrefix+"team"])
}

func TestSet(t *testing.T) {
	m := newMaker()
	first, second := m.New(passthrough()), m.New(passthrough())
	assert.NotEqual(t, first.ID, second.ID)
	assert.Equal(t, contract.VerdictHTTP, first.Verdict)
	assert.Equal(t, "default/sleep", first.Asker.Source)
	assert.True(t, first.HasIP)
	assert.False(t, first.HasHost)

	blocked := passthrough()
	blocked.Labels[contract.DestinationServiceName] = contract.BlackHoleCluster
	assert.True(t, m.New(blocked).HasHost)

	m.Schema = contract.SchemaIstio13
	assert.False(t, m.New(passthrough()).HasIP, "Istio 1.3 has no address on requests")
}

// Labels of the user's own stand for the reporter where the record names none.
func TestSource(t *testing.T) {
	v := passthrough()
	v.Reporter = istio.Reporter{}
	v.Labels[contract.SourceWorkload], v.Labels[contract.SourceWorkloadNamespace] = "w", "n"
	v.Labels[contract.DestinationWorkload], v.Labels[contract.DestinationWorkloadNamespace] = "server", "m"
	assert.Equal(t, "n/w", newMaker().New(v).Asker.Source)
	v.Labels[contract.Reporter] = "destination"
	assert.Equal(t, "m/server", newMaker().New(v).Asker.Source)
}
