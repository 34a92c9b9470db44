// SPDX-License-Identifier: Apache-2.0

package egress

import "slices"

const (
	// MaxAddresses is the most addresses that a row names.
	MaxAddresses = 8
	// MaxClientNames is the most names of clients that a row names.
	MaxClientNames = 4
)

// Lists are the addresses and the names that a row keeps, the first ones that were seen.
// See Row.
type Lists struct {
	Addresses       []string
	MoreAddresses   bool
	ProvenAddresses uint8
	ClientNames     []string
	MoreClientNames bool
}

// AddAddress adds an address, which is proven or not. It tells whether anything changed.
// The string is kept.
func (l *Lists) AddAddress(address string, proven bool) (changed bool) {
	n := slices.Index(l.Addresses, address)
	if n < 0 {
		if len(l.Addresses) == MaxAddresses {
			changed = !l.MoreAddresses
			l.MoreAddresses = true
			return changed
		}
		n, changed = len(l.Addresses), true
		l.Addresses = append(l.Addresses, address)
	}
	if proven && !isProven(l.ProvenAddresses, n) {
		l.ProvenAddresses |= 1 << n
		changed = true
	}
	return changed
}

// AddClientName adds a name that a client gave, likewise.
func (l *Lists) AddClientName(name string) (changed bool) {
	switch {
	case slices.Contains(l.ClientNames, name):
		return false
	case len(l.ClientNames) == MaxClientNames:
		changed = !l.MoreClientNames
		l.MoreClientNames = true
		return changed
	default:
		l.ClientNames = append(l.ClientNames, name)
		return true
	}
}

// Clone returns lists that share no memory with these.
func (l *Lists) Clone() Lists {
	c := *l
	c.Addresses, c.ClientNames = slices.Clone(l.Addresses), slices.Clone(l.ClientNames)
	return c
}

// Merge adds what other lists have.
func (l *Lists) Merge(o *Lists) {
	for n, address := range o.Addresses {
		l.AddAddress(address, isProven(o.ProvenAddresses, n))
	}
	for _, name := range o.ClientNames {
		l.AddClientName(name)
	}
	l.MoreAddresses = l.MoreAddresses || o.MoreAddresses
	l.MoreClientNames = l.MoreClientNames || o.MoreClientNames
}

func isProven(bits uint8, n int) bool { return n < MaxAddresses && bits>>n&1 != 0 }

// Lists are those of the row. They share its memory.
func (r *Row) Lists() Lists {
	return Lists{r.Addresses, r.MoreAddresses, r.ProvenAddresses, r.ClientNames, r.MoreClientNames}
}

// SetLists puts lists in place of those of the row.
func (r *Row) SetLists(l Lists) {
	r.Addresses, r.MoreAddresses, r.ProvenAddresses = l.Addresses, l.MoreAddresses, l.ProvenAddresses
	r.ClientNames, r.MoreClientNames = l.ClientNames, l.MoreClientNames
}
