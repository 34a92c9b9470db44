// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// reserveShare of the series, a tenth, is kept for overflow sets.
const reserveShare = 10

// budget bounds the series. A label set, and each of its targets, is charged when it
// is made, with all series that it can ever have. So a set that was admitted may begin
// any of its series later.
//
// The budget is divided into accounts. The last overflow set of each protocol has its
// series set aside from the start.
type budget struct {
	accounts [numAccounts]balance
}

type balance struct{ limit, charged int }

// free is what is left.
func (a *balance) free() int { return a.limit - a.charged }

// account is what a label set is paid from.
type account uint8

const (
	ordinary account = iota
	// ownOverflow sets keep the labels of the workload that reports. A workload has a
	// few such sets at most, so that none can take the place of another's.
	ownOverflow
	// namedOverflow sets also keep those of its peer, and the name of any service.
	namedOverflow
	// coarseOverflow sets keep no workload.
	coarseOverflow
	// lastOverflow sets keep nothing. They have the histograms of all others.
	lastOverflow

	numAccounts = lastOverflow
)

func newBudget(all layouts, maxSeries int) (b budget) {
	last, least := 0, 0
	for _, p := range protocols {
		last += all.most(p, (*layout).whole)
		least += all.most(p, (*layout).counters)
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

var protocols = [...]contract.Protocol{contract.HTTP, contract.TCP}

// fits tells whether an account has that many series left.
func (b *budget) fits(a account, series int) bool {
	return a == lastOverflow || series <= b.accounts[a].free()
}

// charge takes series from an account. A number below 0 gives them back.
func (b *budget) charge(a account, series int) {
	if a != lastOverflow {
		b.accounts[a].charged += series
	}
}

// set is the number of series that a label set is charged with. An overflow set is
// charged with its only target, too: it must always be able to count.
func (b *budget) set(s *LabelSet) int {
	switch s.account {
	case ordinary:
		return s.layout.ownSeries()
	case lastOverflow:
		return s.layout.whole()
	default:
		return s.layout.counters()
	}
}

// next is the number of series that one more target of a set is charged with.
func (b *budget) next(s *LabelSet) int {
	if s.account == ordinary {
		return s.layout.targetSeries()
	}
	return 0
}

// MinSeries is the least MaxSeries that these options can do with: for each
// protocol one set of labels, one overflow set that keeps a workload, and the last
// one, whatever the schema.
func (o Options) MinSeries() int {
	all := newLayouts(o)
	least := 0
	for _, p := range protocols {
		least += 2*all.most(p, (*layout).whole) + all.most(p, (*layout).counters)
	}
	return least
}
