package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"net/netip"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// putAddress writes where the traffic went.
func (w *worker) putAddress(attributes pcommon.Map, set *labelSet, facts istio.Facts) {
	if w.p.names != nil {
		w.learnProven(facts)
	}
	if !set.addressed && !set.hosted {
		return
	}
	ip := istio.DestinationIP(&w.record)
	if !set.verdict.Counted() {
		w.putAsItIs(attributes, set, ip)
		return
	}
	network := ""
	if set.addressed {
		said := w.boundAddress(w.p.limits.ip, ip, set)
		attributes.PutStr(contract.DestinationIP.String(), said.Value)
		putSlot(attributes, ipSlot, said)
		network = said.Network
	}
	if set.hosted {
		said := w.hostOf(ip, set, facts)
		attributes.PutStr(contract.DestinationHost.String(), said.Value)
		putSlot(attributes, hostSlot, said)
		if network == "" {
			network = said.Network
		}
	}
	if network != "" {
		attributes.PutStr(contract.DestinationNetwork.String(), network)
	}
}

var (
	ipSlot   = contract.SlotPrefix + contract.DestinationIP.String()
	hostSlot = contract.SlotPrefix + contract.DestinationHost.String()
)

// putSlot writes the slot of a value, if it has one.
func putSlot(attributes pcommon.Map, name string, said limit.Resolved) {
	if said.Slot != 0 {
		attributes.PutInt(name, contract.PackSlot(said.Slot, said.Term))
	}
}

// putAsItIs writes the address on a record that makes no series, and so needs no
// slot and no name.
func (w *worker) putAsItIs(attributes pcommon.Map, set *labelSet, ip string) {
	ip = keep(&w.record, ip)
	if set.addressed {
		attributes.PutStr(contract.DestinationIP.String(), ip)
	}
	if set.hosted {
		attributes.PutStr(contract.DestinationHost.String(), ip)
	}
}

// boundAddress is what the label of an address says.
func (w *worker) boundAddress(l *limit.Limiter, ip string, set *labelSet) limit.Resolved {
	if ip == istio.Unknown {
		return limit.Resolved{Value: ip}
	}
	return w.noting(l, l.Address(ip, &set.asker, w.now), set)
}

// noting notes a value that stands for one without a slot: a network that nobody
// named, or the rest.
func (w *worker) noting(l *limit.Limiter, said limit.Resolved, set *labelSet) limit.Resolved {
	if said.Value == limit.Other || strings.Contains(said.Value, "/") {
		w.p.fallbacks.fell(l, &set.asker, w.now)
	}
	return said
}

// hostOf is what destination_host says: the name in the record itself, else one
// known for the address, else the address.
func (w *worker) hostOf(ip string, set *labelSet, facts istio.Facts) limit.Resolved {
	claim := w.p.options.ClaimedHost(&w.record, facts)
	address, _ := netip.ParseAddr(ip) // a network or nothing has no names
	name := claim.Name
	if name == "" {
		name = w.p.names.of(address, set.source, w.now)
	} else if claim.Teaches {
		w.p.names.claim(address, set.source, name, w.now)
	}
	if name == "" {
		return w.boundAddress(w.p.limits.host, ip, set)
	}
	return w.noting(w.p.limits.host, w.p.limits.host.Name(name, address, &set.asker, w.now), set)
}

// known is empty for a value that stands for the lack of one.
func known(value string) string {
	if value == istio.Unknown {
		return ""
	}
	return value
}

func (w *worker) learnProven(facts istio.Facts) {
	if name, address, ok := istio.ProvenHost(&w.record, facts); ok {
		w.p.names.prove(address, name, w.now)
	}
}
