// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// otherPortEntries are the entries that let through ports which have no row of their own,
// by namespace and host. The rows do not say which ports these are. So an entry in the
// place of such a one would lose them.
type otherPortEntries map[entryKey]bool

func newOtherPortEntries(rows []egress.Row) otherPortEntries {
	found := otherPortEntries{}
	for i := range rows {
		if r := &rows[i]; r.OtherPorts && r.Decision == egress.Allowed {
			host := normal(r.Entry)
			found[entryKey{r.Source.Namespace, host}] = true
			found[entryKey{"", host}] = true
		}
	}
	return found
}

// have tells whether one of the entries is for a host that a want's entry has.
func (o otherPortEntries) have(w *want) bool {
	return slices.ContainsFunc(w.entryHosts(), func(host string) bool { return o[entryKey{w.row.Source.Namespace, host}] })
}

// haveInAny tells whether one of the entries is for a host, in whatever namespace. A
// shared entry could take its place.
func (o otherPortEntries) haveInAny(host string) bool { return o[entryKey{"", host}] }
