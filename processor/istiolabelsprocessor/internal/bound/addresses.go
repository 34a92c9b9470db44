// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"net/netip"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// addresses is what is said of the place that a record's traffic went to. It shares
// no memory with the record.
func (b *Bounder) addresses(rec *accesslog.Record, set *labelset.Set, now int64) (a labelset.Addresses) {
	if !set.HasIP && !set.HasHost {
		return a
	}
	ip := istio.DestinationIP(rec)
	if !set.Verdict.Counted() {
		return unbounded(rec, ip, set)
	}
	if set.HasIP {
		said := b.address(b.o.IP, ip, &set.Asker, now)
		a.IP, a.Network = valueOf(&said), said.Network
	}
	if set.HasHost {
		said := b.host(rec.DestinationHost, ip, &set.Asker, now)
		a.Host = valueOf(&said)
		if a.Network == "" {
			a.Network = said.Network
		}
	}
	return a
}

// unbounded is for a record that makes no series, and so needs no slot and no
// name.
func unbounded(rec *accesslog.Record, ip string, set *labelset.Set) (a labelset.Addresses) {
	if rec.Borrowed {
		ip = strings.Clone(ip)
	}
	if set.HasIP {
		a.IP.Text = ip
	}
	if set.HasHost {
		a.Host.Text = ip
	}
	return a
}

// host is the name of a place, else its address.
func (b *Bounder) host(name, ip string, a *limit.Asker, now int64) limit.Resolved {
	if name == "" {
		return b.address(b.o.Host, ip, a, now)
	}
	address, _ := netip.ParseAddr(ip) // a network or nothing is none
	r := b.o.Host.Name(name, address, a, now)
	b.noteFallback(b.o.Host, &r, a, now)
	return r
}

func (b *Bounder) address(l *limit.Limiter, ip string, a *limit.Asker, now int64) limit.Resolved {
	if ip == istio.Unknown {
		return limit.Resolved{Value: ip}
	}
	r := l.Address(ip, a, now)
	b.noteFallback(l, &r, a, now)
	return r
}

// noteFallback tells the log of a value that got no slot, and is counted under a
// network without a name or under contract.Other.
func (b *Bounder) noteFallback(l *limit.Limiter, r *limit.Resolved, a *limit.Asker, now int64) {
	if r.Value == contract.Other || strings.Contains(r.Value, "/") {
		b.fallbacks.note(l, a, now)
	}
}

func valueOf(r *limit.Resolved) labelset.Value {
	return labelset.Value{Text: r.Value, Slot: slotOf(r)}
}
