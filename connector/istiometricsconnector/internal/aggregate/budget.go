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
// It is divided in two accounts, that of ordinary sets and that of overflow
// sets; the last overflow set of each protocol is paid for from the start.
type budget struct {
	// own and target are what a Set and a target are charged, by protocol.
	own, target [2]int
	accounts    [2]account
}

type account struct{ limit, charged int }

// kind of a Set, which says who pays for it.
type kind uint8

const (
	ordinary kind = iota
	overflow
	lastOverflow
)

func newBudget(layouts *[2]layout, maxSeries int) (b budget) {
	last := 0
	for p := range layouts {
		b.own[p], b.target[p] = layouts[p].ownSeries(), len(layouts[p].addressed)
		last += b.own[p] + b.target[p]
	}
	if maxSeries == 0 {
		maxSeries = math.MaxInt
	}
	reserve := max(maxSeries/reserveShare, last)
	b.accounts[ordinary].limit = maxSeries - reserve
	b.accounts[overflow].limit = reserve - last
	return b
}

// fits tells whether a kind of set may be charged with so many series.
func (b *budget) fits(k kind, series int) bool {
	if k == lastOverflow {
		return true
	}
	a := &b.accounts[k]
	return series <= a.limit-a.charged
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
	if s.kind == ordinary {
		return b.own[s.protocol]
	}
	return b.whole(s.protocol)
}

// next is what one more target of a set is charged while it is there.
func (b *budget) next(s *Set) int {
	if s.kind == ordinary {
		return b.target[s.protocol]
	}
	return 0
}

// MinSeries is the least MaxSeries that these options can do with: one set of
// labels of each protocol, and the overflow set of each.
func (o Options) MinSeries() int {
	layouts := newLayouts(o)
	b := newBudget(&layouts, 0)
	return 2 * (b.whole(contract.HTTP) + b.whole(contract.TCP))
}
