// SPDX-License-Identifier: Apache-2.0

package labelset

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
)

func names(bounded []Bounded) (names []string) {
	for _, b := range bounded {
		names = append(names, b.Name)
	}
	return names
}

func TestValuesThatNeedASlot(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*Maker, *Values)
		want   []string
	}{
		"a host that a client wrote": {func(*Maker, *Values) {}, []string{"destination_service"}},
		"a host of the mesh":         {func(_ *Maker, v *Values) { v.Claims[contract.DestinationService] = istio.NotClaimed }, nil},
		"no host":                    {func(_ *Maker, v *Values) { v.Labels[contract.DestinationService] = istio.Unknown }, nil},
		"a code of no registry":      {func(_ *Maker, v *Values) { v.Labels[contract.ResponseCode] = "999" }, []string{"destination_service", "response_code"}},
		"the user's label":           {func(_ *Maker, v *Values) { v.Extra = []Extra{{"other", "b"}, {"team", "a"}} }, []string{"destination_service", "team"}},
		"the user's label, unknown":  {func(_ *Maker, v *Values) { v.Extra = []Extra{{"team", istio.Unknown}} }, []string{"destination_service"}},
		"a peer that nobody vouches for": {func(_ *Maker, v *Values) {
			v.Labels[contract.DestinationApp], v.Claims[contract.DestinationApp] = "a", istio.ClaimedDestination
		}, []string{"destination_service", "claimed_peer.destination"}},
		"two peers that nobody vouches for": {func(_ *Maker, v *Values) {
			v.Labels[contract.SourceApp], v.Claims[contract.SourceApp] = "a", istio.ClaimedSource
			v.Labels[contract.DestinationApp], v.Claims[contract.DestinationApp] = "a", istio.ClaimedDestination
		}, []string{"destination_service", "claimed_peer.source", "claimed_peer.destination"}},
		"a peer whose labels are removed": {func(m *Maker, v *Values) {
			v.Labels[contract.DestinationApp], v.Claims[contract.DestinationApp] = "a", istio.ClaimedDestination
			m.Removed = []contract.Label{contract.DestinationApp}
		}, []string{"destination_service"}},
		"peers without a limit": {func(m *Maker, v *Values) {
			v.Labels[contract.SourceApp], v.Claims[contract.SourceApp] = "a", istio.ClaimedSource
			m.LimitedPeers = false
		}, []string{"destination_service"}},
		"a record that is not counted": {func(_ *Maker, v *Values) { v.Verdict = contract.VerdictPeriodic }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m, v := newMaker(), passthrough()
			tc.change(m, &v)
			assert.Equal(t, tc.want, names(m.New(v).Bounded))
		})
	}
}

// A fallback takes the place of the value and of all that its claim names. The set
// itself does not change.
func TestReplace(t *testing.T) {
	v := passthrough()
	v.Labels[contract.DestinationServiceName], v.Claims[contract.DestinationServiceName] = "e3.example", istio.ClaimedService
	v.Labels[contract.SourceApp], v.Claims[contract.SourceApp] = "a", istio.ClaimedSource
	v.Labels[contract.SourceVersion], v.Claims[contract.SourceVersion] = "1", istio.ClaimedSource
	v.Extra = []Extra{{"team", "t"}}
	s := newMaker().New(v)
	require.Equal(t, []string{"destination_service", "team", "claimed_peer.source"}, names(s.Bounded))
	replaced := s.Clone()
	for i := range s.Bounded {
		s.Bounded[i].Replace(&replaced, "other")
	}
	for _, l := range []contract.Label{contract.DestinationService, contract.DestinationServiceName, contract.SourceApp, contract.SourceVersion} {
		assert.Equal(t, "other", replaced.Labels[l], l)
	}
	assert.Equal(t, "source", replaced.Labels[contract.Reporter])
	assert.Equal(t, []Extra{{"team", "other"}}, replaced.Extra)
	assert.Equal(t, v, s.Values)
	assert.Empty(t, newMaker().New(replaced).Bounded[1:], "nothing of a claim is left, and the user's label is what it is")
}
