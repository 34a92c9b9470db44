// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// Contact is a first contact: traffic of a row that was not there before, or the
// first traffic of a workload that has an overflow row.
type Contact struct {
	Key     egress.Key
	Address string
	// ClientName is that of the observation. See Observation.
	ClientName string
	Time       int64
	// NotTold is how many first contacts of the workload were not told since the
	// one before.
	NotTold int64
}

// allowance bounds what is told of a workload in a second.
type allowance struct {
	second  int64
	told    int
	notTold int64
}

// tell appends the first contact of a row if the workload has not had too many. An
// overflow row is always told: there is one for each decision.
func (l *Ledger) tell(w *workload, r *row, o *Observation, contacts []Contact) []Contact {
	if l.options.ContactsPerSecond == 0 {
		return contacts
	}
	a := &w.told
	if r.key.OtherPorts {
		// A fast port scan has used up the other one with its first ports.
		a = &w.toldOfPorts
	}
	// A clock that was set back begins another second, too. Requests that came at the same
	// time do not: they may get here in any order.
	if second := o.Time / int64(time.Second); second > a.second || second < a.second-60 {
		a.second, a.told = second, 0
	}
	if a.told >= l.options.ContactsPerSecond && !r.key.Overflow {
		a.notTold++
		l.stats.ContactsNotTold++
		return contacts
	}
	a.told++
	c := Contact{Key: r.key, Time: o.Time, NotTold: a.notTold}
	if len(r.lists.Addresses) > 0 {
		c.Address = r.lists.Addresses[0]
	}
	if len(r.lists.ClientNames) > 0 {
		c.ClientName = r.lists.ClientNames[0]
	}
	a.notTold = 0
	return append(contacts, c)
}
