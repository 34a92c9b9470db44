package aggregate

import (
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// reserveShare of the series, a tenth, is kept for overflow sets.
const reserveShare = 10

// budget bounds the series. A Set and each of its targets are charged, when
// they come into being, with all series that they can ever have: what is
// admitted may begin any of them later, and the sum takes no counting.
//
// It is divided in accounts, one for each kind of set; the last overflow set of
// each protocol is paid for from the start.
type budget struct {
	// own and target are what a Set and a target are charged, and counters what an
	// overflow set without histograms is, by protocol.
	own, target, counters [2]int
	accounts              [numAccounts]account
}

type account struct{ limit, charged int }

// free is what is left.
func (a *account) free() int { return a.limit - a.charged }

// kind of a Set, which says who pays for it.
type kind uint8

const (
	ordinary kind = iota
	// ownOverflow sets keep the workload that reports. It has a few at most, so
	// that no workload can take those of others.
	ownOverflow
	// namedOverflow sets keep its peer and any service, too.
	namedOverflow
	// coarseOverflow sets keep no workload.
	coarseOverflow
	// lastOverflow sets keep nothing. They have the histograms of all others.
	lastOverflow

	numAccounts = lastOverflow
)

func newBudget(layouts *[2]layout, maxSeries int) (b budget) {
	last, least := 0, 0
	for p := range layouts {
		l := &layouts[p]
		b.own[p], b.target[p], b.counters[p] = l.ownSeries(), len(l.addressed), len(l.addressed)+len(l.plain)
		last += b.own[p] + b.target[p]
		least += b.counters[p]
	}
	if maxSeries == 0 {
		maxSeries = math.MaxInt
	}
	reserve := max(maxSeries/reserveShare, last+least)
	b.accounts[ordinary].limit = maxSeries - reserve
	left := reserve - last
	b.accounts[ownOverflow].limit = max(left/2, least)
	left -= b.accounts[ownOverflow].limit
	b.accounts[namedOverflow].limit = left / 2
	b.accounts[coarseOverflow].limit = left - left/2
	return b
}

// fits tells whether a kind of set may be charged with so many series.
func (b *budget) fits(k kind, series int) bool {
	return k == lastOverflow || series <= b.accounts[k].free()
}

// charge so many series; less than 0 gives them back.
func (b *budget) charge(k kind, series int) {
	if k != lastOverflow {
		b.accounts[k].charged += series
	}
}

// whole is what a set with one target takes.
func (b *budget) whole(p contract.Protocol) int { return b.own[p] + b.target[p] }

// set is what a set is charged while it is there. An overflow set has its only
// target paid for: it must always be able to count.
func (b *budget) set(s *Set) int {
	switch s.kind {
	case ordinary:
		return b.own[s.protocol]
	case lastOverflow:
		return b.whole(s.protocol)
	default:
		return b.counters[s.protocol]
	}
}

// next is what one more target of a set is charged while it is there.
func (b *budget) next(s *Set) int {
	if s.kind == ordinary {
		return b.target[s.protocol]
	}
	return 0
}

// MinSeries is the least MaxSeries that these options can do with: for each
// protocol one set of labels, one overflow set that keeps a workload, and the last
// one.
func (o Options) MinSeries() int {
	layouts := newLayouts(o)
	b := newBudget(&layouts, 0)
	least := 0
	for _, p := range []contract.Protocol{contract.HTTP, contract.TCP} {
		least += 2*b.whole(p) + b.counters[p]
	}
	return least
}
