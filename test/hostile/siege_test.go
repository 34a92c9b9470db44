// SPDX-License-Identifier: Apache-2.0

package hostile

import (
	"context"
	"testing"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/attack"
)

// siege is an attack on a gateway that others use meanwhile: honest proxies at
// another address, and at the attacker's own, as behind one node's address.
type siege struct {
	options
	// attack ends when all was sent, or held for as long as it should be.
	attack func(ctx context.Context, t *testing.T, g *gateway)
	// check looks at more once the totals are there, if it is set.
	check func(t *testing.T, g *gateway)
	// crowd is true for an attacker that comes again and again, faster than anybody:
	// who is new at its address is taken for one of it. Who was there before is not.
	crowd bool
}

// afterwards shows that the gateway goes on.
const afterwards = time.Second

// attackTimeout bounds an attack on a gateway that does not answer any more.
const attackTimeout = 90 * time.Second

func (s siege) run(t *testing.T) {
	t.Helper()
	g := startGateway(t, s.options)
	neighbours := []*honest{
		labelsByGRPC(t, g, "honest-neighbour-labels", attack.Attacker),
		entriesByALS(t, g, "honest-neighbour-als", attack.Attacker),
	}
	if !s.crowd {
		neighbours = honestSenders(t, g, "honest-neighbour", attack.Attacker)
	}
	all := append(honestSenders(t, g, "honest", attack.Bystander), neighbours...)
	sending := g.start(t.Context(), all...)
	sending.known(t, g)

	// An attack that waits for a gateway that is gone ends with it.
	ctx, cancel := context.WithTimeout(t.Context(), attackTimeout)
	defer cancel()
	go func() {
		select {
		case <-g.Process.Done():
			cancel()
		case <-ctx.Done():
		}
	}()
	s.attack(ctx, t, g)

	g.alive(t)
	time.Sleep(afterwards)
	sending.end()
	g.alive(t)
	sending.counted(t, g)
	if s.check != nil {
		s.check(t, g)
	}
	g.alive(t)
	if usage, err := g.Process.Usage(); err == nil {
		t.Logf("the gateway took %d MiB at most, held to its limit by %s", usage.PeakRSS>>20, g.Process.Limited())
	}
}
