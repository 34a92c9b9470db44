// SPDX-License-Identifier: Apache-2.0

package ledger

import "github.com/otelcol-istio/otelcol-istio/internal/fairshare"

// reserveShare of the rows, a tenth, is for overflow rows.
const reserveShare = 10

// account is what a row takes its place from.
type account uint8

const (
	// ordinary rows have a destination.
	ordinary account = iota
	// reserve is for the overflow rows of workloads.
	reserve
	// others need no place: there are at most numDecisions.
	others

	numAccounts = others
)

// places are what rows take.
type places struct {
	free [numAccounts]int
	// limit is the sum of places.
	limit int
	// held counts the places of each namespace that has some.
	held map[string]*[numAccounts]int
	// unfair is set while rows are restored that all fit. They had their places.
	unfair bool
}

func newPlaces(maxRows int) places {
	p := places{held: map[string]*[numAccounts]int{}, limit: maxRows - numDecisions}
	p.free[reserve] = maxRows/reserveShare - numDecisions
	p.free[ordinary] = p.limit - p.free[reserve]
	return p
}

// taken is the number of places that are not free.
func (p *places) taken() int { return p.limit - p.free[ordinary] - p.free[reserve] }

// take takes a place of an account if the namespace has a fair share of it left, and
// the workload may have one of that. The workload is nil if it has no rows.
func (p *places) take(w *workload, namespace string, a account, may func(held, free int) bool) bool {
	ofNamespace, ofWorkload := 0, 0
	if held := p.held[namespace]; held != nil {
		ofNamespace = held[a]
	}
	if w != nil {
		ofWorkload = w.held[a]
	}
	if !(p.unfair && p.free[a] > 0) && !may(ofWorkload, fairshare.Left(ofNamespace, p.free[a])) {
		return false
	}
	p.free[a]--
	return true
}

// charge notes that a workload has a place which was taken.
func (p *places) charge(w *workload, a account) {
	held := p.held[w.key.namespace]
	if held == nil {
		held = &[numAccounts]int{}
		p.held[w.key.namespace] = held
	}
	held[a]++
	w.held[a]++
}

// giveBack frees the place of a workload's row.
func (p *places) giveBack(w *workload, a account) {
	p.free[a]++
	w.held[a]--
	held := p.held[w.key.namespace]
	held[a]--
	if *held == ([numAccounts]int{}) {
		delete(p.held, w.key.namespace)
	}
}
