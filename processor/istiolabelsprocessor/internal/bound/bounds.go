// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"slices"

	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/generations"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// MaxSets bounds the bounded sets of one generation; two are held.
const MaxSets = 4096

// Options of Bounds. A limiter may be nil where nothing is limited.
type Options struct {
	// Maker makes the sets.
	Maker *labelset.Maker
	// Labels are the limiters of Maker.Limited, in its order.
	Labels []*limit.Limiter
	// Peers is the limiter of claimed peers.
	Peers *limit.Limiter
	// IP and Host are the limiters of destination_ip and destination_host.
	IP, Host *limit.Limiter
	// Logger is told who had values without a slot.
	Logger *zap.Logger
}

// Bounds are what all bounders share. They are safe for concurrent use.
type Bounds struct {
	o Options
	// service is the limiter of destination_service.
	service   *limit.Limiter
	sets      *generations.Cache[*labelset.Set]
	fallbacks *fallbackLog
}

// New returns Bounds.
func New(o Options) *Bounds {
	b := &Bounds{o: o, sets: generations.New[*labelset.Set](MaxSets)}
	for i, limited := range o.Maker.Limited {
		if limited.Label == contract.DestinationService {
			b.service = o.Labels[i]
		}
	}
	b.fallbacks = newFallbackLog(o.Logger, b.Limiters())
	return b
}

// BoundsHosts tells whether a host may be returned beside a label set: only if
// destination_service is limited.
func (b *Bounds) BoundsHosts() bool { return b.service != nil }

// Limiters lists all limiters.
func (b *Bounds) Limiters() []*limit.Limiter {
	all := append(slices.Clone(b.o.Labels), b.o.Peers, b.o.IP, b.o.Host)
	return slices.DeleteFunc(all, func(l *limit.Limiter) bool { return l == nil })
}

func (b *Bounds) limiterOf(v *labelset.Bounded) *limit.Limiter {
	if v.Limit == labelset.OfPeers {
		return b.o.Peers
	}
	return b.o.Labels[v.Limit]
}
