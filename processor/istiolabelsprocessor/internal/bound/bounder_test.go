// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// newBounds limits hosts, codes, a user's label, peers and addresses to so many
// values each.
func newBounds(slots int) *Bounds {
	limiter := func(label string) *limit.Limiter {
		return limit.New(limit.Options{Label: label, Limit: slots, IdleTimeout: time.Hour, MaxSourceShare: 1})
	}
	maker := &labelset.Maker{
		Schema: contract.SchemaIstio, LimitedPeers: true, IPDestinations: contract.OutsideDestinations, HostDestinations: contract.OutsideDestinations,
		Limited: []labelset.Limited{
			{Name: "destination_service", Label: contract.DestinationService}, {Name: "response_code", Label: contract.ResponseCode}, {Name: "team", Label: contract.NoLabel},
		},
	}
	return New(Options{
		Maker: maker, Labels: []*limit.Limiter{limiter("destination_service"), limiter("response_code"), limiter("team")},
		Peers: limiter(contract.ClaimedPeer), IP: limiter("destination_ip"), Host: limiter("destination_host"), Logger: zap.NewNop(),
	})
}

// passthrough is a set of requests that left the mesh.
func (b *Bounds) passthrough(change func(*labelset.Values)) *labelset.Set {
	v := labelset.Values{Verdict: contract.VerdictHTTP, Protocol: contract.HTTP}
	for _, l := range contract.SchemaIstio.Labels(contract.HTTP) {
		v.Labels[l] = l.Default()
	}
	v.Labels[contract.DestinationServiceName] = contract.PassthroughCluster
	if change != nil {
		change(&v)
	}
	return b.o.Maker.New(v)
}

func host(name string) func(*labelset.Values) {
	return func(v *labelset.Values) {
		v.Labels[contract.DestinationService], v.Claims[contract.DestinationService] = name, istio.ClaimedService
	}
}

func (b *Bounder) labelsOf(set *labelset.Set, host string, now int64) *labelset.Set {
	bound, _ := b.Bound(new(accesslog.Record), set, host, now)
	return bound
}

func (b *Bounder) addressesOf(rec *accesslog.Record, set *labelset.Set, now int64) labelset.Addresses {
	_, addresses := b.Bound(rec, set, "", now)
	return addresses
}

func slotNames(s *labelset.Set) (names []string) {
	for _, slot := range s.Slots {
		names = append(names, slot.Name)
	}
	return names
}

func TestNothingToBound(t *testing.T) {
	b := newBounds(1).NewBounder()
	set := b.passthrough(nil)
	assert.Same(t, set, b.labelsOf(set, "", 0))
}

// A host beside the set and one within it end in the same labels.
func TestHosts(t *testing.T) {
	for _, apart := range []bool{true, false} {
		t.Run(fmt.Sprintf("apart=%t", apart), func(t *testing.T) {
			b := newBounds(2).NewBounder()
			shared := b.passthrough(nil)
			bound := func(name string) *labelset.Set {
				if apart {
					return b.labelsOf(shared, name, 0)
				}
				return b.labelsOf(b.passthrough(host(name)), "", 0)
			}
			first := bound("a.example")
			assert.Equal(t, "a.example", first.Labels[contract.DestinationService])
			assert.Equal(t, []string{"destination_service"}, slotNames(first))
			second := bound("b.example")
			assert.NotEqual(t, first.Slots, second.Slots)
			for n := range 9 { // ten would win a slot
				got := bound(fmt.Sprintf("h%d.example", n))
				assert.Equal(t, contract.Other, got.Labels[contract.DestinationService])
				assert.Equal(t, contract.PassthroughCluster, got.Labels[contract.DestinationServiceName])
				assert.Empty(t, got.Slots)
			}
			assert.Equal(t, first.Slots, bound("a.example").Slots)
			if apart {
				assert.Same(t, first, bound("a.example"))
				assert.Same(t, bound("h1.example"), bound("h2.example"))
				assert.Equal(t, istio.Unknown, shared.Labels[contract.DestinationService], "the set that was handed in does not change")
			}
		})
	}
}

// A slot that is given to another value has a higher term, and so has the set.
func TestTermsGrow(t *testing.T) {
	b := newBounds(1).NewBounder()
	set := b.passthrough(nil)
	first := b.labelsOf(set, "a.example", 0)
	later := int64(3 * time.Hour)
	other := b.labelsOf(set, "b.example", later)
	require.Equal(t, "b.example", other.Labels[contract.DestinationService], "the first one stayed away")
	again := b.labelsOf(set, "a.example", 2*later)
	require.Equal(t, "a.example", again.Labels[contract.DestinationService])
	assert.NotSame(t, first, again)
	var terms []uint64
	for _, s := range []*labelset.Set{first, other, again} {
		slot, term, ok := contract.UnpackSlot(s.Slots[0].Packed)
		require.True(t, ok)
		assert.EqualValues(t, 1, slot)
		terms = append(terms, term)
	}
	assert.IsIncreasing(t, terms)
}

// Values are bounded each for itself.
func TestSeveralValues(t *testing.T) {
	b := newBounds(1).NewBounder()
	values := func(name, code, team, app string) func(*labelset.Values) {
		return func(v *labelset.Values) {
			host(name)(v)
			v.Labels[contract.ResponseCode] = code
			v.Extra = []labelset.Extra{{Name: "team", Value: team}}
			v.Labels[contract.SourceApp], v.Claims[contract.SourceApp] = app, istio.ClaimedSource
		}
	}
	first := b.labelsOf(b.passthrough(values("a", "901", "x", "p")), "", 0)
	assert.Equal(t, []string{"destination_service", "response_code", "team", contract.SourcePeer.SlotName()}, slotNames(first))
	second := b.labelsOf(b.passthrough(values("a", "902", "y", "p")), "", 0)
	assert.Equal(t, "a", second.Labels[contract.DestinationService])
	assert.Equal(t, contract.Other, second.Labels[contract.ResponseCode])
	assert.Equal(t, []labelset.Extra{{Name: "team", Value: contract.Other}}, second.Extra)
	assert.Equal(t, "p", second.Labels[contract.SourceApp])
	assert.Equal(t, []string{"destination_service", contract.SourcePeer.SlotName()}, slotNames(second))
	assert.Equal(t, []labelset.Extra{{Name: "team", Value: "x"}}, first.Extra)
}

func connection(ip, name string) *accesslog.Record {
	rec := new(accesslog.Record)
	rec.Set(accesslog.UpstreamHost, ip+":443")
	rec.DestinationHost = name
	return rec
}

func TestAddresses(t *testing.T) {
	b := newBounds(2).NewBounder()
	set := b.passthrough(nil)
	got := b.addressesOf(connection("203.0.113.10", "api.example.com"), set, 0)
	assert.Equal(t, "203.0.113.10", got.IP.Text)
	assert.Equal(t, "api.example.com", got.Host.Text)
	assert.NotZero(t, got.IP.Slot)
	assert.NotZero(t, got.Host.Slot)
	assert.Equal(t, got, b.addressesOf(connection("203.0.113.10", "api.example.com"), set, 0))

	got = b.addressesOf(connection("203.0.113.11", ""), set, 0)
	assert.Equal(t, "203.0.113.11", got.Host.Text, "the address where there is no name")
	got = b.addressesOf(connection("203.0.113.12", "other.example.com"), set, 0)
	assert.Equal(t, labelset.Addresses{IP: labelset.Value{Text: contract.Other}, Host: labelset.Value{Text: contract.Other}}, got)

	unknown := labelset.Value{Text: istio.Unknown}
	assert.Equal(t, labelset.Addresses{IP: unknown, Host: unknown}, b.addressesOf(new(accesslog.Record), set, 0))

	service := b.passthrough(func(v *labelset.Values) { v.Labels[contract.DestinationServiceName] = "a" })
	assert.Zero(t, b.addressesOf(connection("203.0.113.10", ""), service, 0))
	periodic := b.passthrough(func(v *labelset.Values) { v.Verdict = contract.VerdictPeriodic })
	plain := labelset.Value{Text: "203.0.113.99"}
	assert.Equal(t, labelset.Addresses{IP: plain, Host: plain}, b.addressesOf(connection("203.0.113.99", "x"), periodic, 0), "it makes no series")
}

func TestNoAllocations(t *testing.T) {
	b := newBounds(1).NewBounder()
	shared, within := b.passthrough(nil), b.passthrough(host("a.example"))
	rec := connection("203.0.113.10", "api.example.com")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		b.Bound(rec, shared, "a.example", 0)
		b.Bound(rec, within, "", 0)
	}))
}

func BenchmarkBound(b *testing.B) {
	bounder := newBounds(100).NewBounder()
	set, rec := bounder.passthrough(nil), connection("203.0.113.10", "")
	b.ReportAllocs()
	for b.Loop() {
		bounder.Bound(rec, set, "a.example", 0)
	}
}
