// SPDX-License-Identifier: Apache-2.0

package reversedns // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/host"
)

// maxNames is how many names of one address are tried. Its owner may write any
// number.
const maxNames = 4

// work asks one question after the other until Stop.
func (r *Resolver) work() {
	for {
		select {
		case <-r.ctx.Done():
			return
		case q := <-r.queue:
			r.answer(q)
		}
	}
}

// answer asks a question and remembers what comes of it.
func (r *Resolver) answer(q question) {
	if r.ctx.Err() != nil {
		return
	}
	r.counts.asked.Add(1)
	ctx, cancel := context.WithTimeout(r.ctx, r.options.Timeout)
	defer cancel()
	name, err := r.resolve(ctx, q.addr)
	if r.ctx.Err() != nil {
		return
	}
	r.remember(q, name, err)
}

// remember takes in an answer: a name, no name, or an error. A question that
// failed says nothing against the name that is known.
func (r *Resolver) remember(q question, name string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, _ := r.cache.Peek(q.addr) // the entry may have made room for others
	e.asking = false
	e.due = q.now + int64(r.options.NegativeTTL)
	switch {
	case err != nil:
		r.counts.failed.Add(1)
	case name == "":
		r.counts.negative.Add(1)
		e.name = ""
	default:
		r.counts.answered.Add(1)
		e.name = name
		e.due = q.now + int64(r.options.PositiveTTL)
		e.shown = e.due + int64(r.options.PositiveTTL)
	}
	r.cache.Add(q.addr, e)
}

// resolve finds the first of an address's names that means this address. It is
// an error if there is none, but one of the questions failed.
func (r *Resolver) resolve(ctx context.Context, addr netip.Addr) (string, error) {
	pointers, failed := r.dns.LookupAddr(ctx, addr.String())
	if failed != nil && len(pointers) == 0 {
		return "", unlessNotFound(failed)
	}
	failed = nil // of some names it is that others are malformed
	for _, name := range namesOf(pointers) {
		confirmed, err := r.confirm(ctx, name, addr)
		if confirmed {
			return name, nil
		}
		failed = errors.Join(failed, err)
	}
	return "", failed
}

// namesOf are the names in PTR records, in order, and no more than maxNames.
func namesOf(pointers []string) []string {
	names := make([]string, 0, min(len(pointers), maxNames))
	for _, p := range pointers {
		if name, ok := host.Name(p); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names[:min(len(names), maxNames)]
}

// confirm tells whether a name has an address.
func (r *Resolver) confirm(ctx context.Context, name string, addr netip.Addr) (bool, error) {
	network := "ip4"
	if addr.Is6() {
		network = "ip6"
	}
	// The dot keeps the system's search domains out, which pods have many of.
	found, err := r.dns.LookupNetIP(ctx, network, name+".")
	if err != nil {
		return false, unlessNotFound(err)
	}
	return slices.ContainsFunc(found, func(a netip.Addr) bool { return a.Unmap() == addr }), nil
}

// unlessNotFound takes away the error that is an answer: there is no such name.
func unlessNotFound(err error) error {
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return nil
	}
	return err
}
