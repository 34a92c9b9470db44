// SPDX-License-Identifier: Apache-2.0

package egress

import "slices"

// MaxOtherNames is the most other names that stand beside a row.
const MaxOtherNames = 8

// OtherName is another name that was seen for an address of a row.
type OtherName struct {
	Name       string     `json:"name"`
	NameSource NameSource `json:"name_source"`
	// Source is a workload whose traffic had the name.
	Source Source `json:"source"`
}

// Related is a row with what other rows say of its addresses.
type Related struct {
	Row
	Grade Grade `json:"grade"`
	// OtherNames are those of the same addresses, proven ones first.
	OtherNames []OtherName `json:"other_names,omitempty"`
	// MoreNames is true if there are others.
	MoreNames bool `json:"more_names,omitempty"`
	// Contradictions are proven names of an address of the row, if none of them is
	// the name that the row claims.
	Contradictions []string `json:"contradictions,omitempty"`
}

// Index finds rows by their addresses.
type Index struct {
	rows []Row
	// firm has the rows whose names contradict others, named has all other rows
	// with a name. A client can add to named as it likes, but not to firm.
	firm, named map[string][]int32
}

// NewIndex returns an index of rows, which must not change while it is used.
func NewIndex(rows []Row) *Index {
	x := &Index{rows: rows, firm: map[string][]int32{}, named: map[string][]int32{}}
	for i := range rows {
		into := x.named
		switch s := rows[i].NameSource; {
		case s.Grade() == Unnamed:
			continue
		case s.contradicts():
			into = x.firm
		}
		for _, a := range rows[i].Addresses {
			into[a] = append(into[a], int32(i))
		}
	}
	return x
}

// Grade of a row's name.
func (x *Index) Grade(r *Row) Grade {
	if x.contradicted(r) {
		return Contradicted
	}
	return r.NameSource.Grade()
}

// contradicted tells whether a claimed name has an address that the mesh's own
// configuration gives to others only.
func (x *Index) contradicted(r *Row) bool {
	return r.NameSource.Grade() == Claimed && slices.ContainsFunc(r.Addresses, func(address string) bool {
		rows := x.firm[address]
		return len(rows) > 0 && !slices.ContainsFunc(rows, func(i int32) bool {
			return sameName(x.rows[i].Destination, r.Destination)
		})
	})
}

// Relate adds to a row what the others say of its addresses.
func (x *Index) Relate(r *Row) Related {
	related := Related{Row: *r, Grade: x.Grade(r)}
	for _, rows := range []map[string][]int32{x.firm, x.named} {
		for _, a := range r.Addresses {
			for _, i := range rows[a] {
				if !related.addName(&x.rows[i]) {
					related.MoreNames = true
					break
				}
			}
		}
	}
	if related.Grade == Contradicted {
		for _, n := range related.OtherNames {
			if n.NameSource.contradicts() && !slices.Contains(related.Contradictions, n.Name) {
				related.Contradictions = append(related.Contradictions, n.Name)
			}
		}
	}
	return related
}

// addName adds the name of another row, once for each source of names, and tells
// whether there was room.
func (r *Related) addName(o *Row) bool {
	if sameName(o.Destination, r.Destination) {
		return true
	}
	for _, n := range r.OtherNames {
		if n.NameSource == o.NameSource && sameName(n.Name, o.Destination) {
			return true
		}
	}
	if len(r.OtherNames) == MaxOtherNames {
		return false
	}
	r.OtherNames = append(r.OtherNames, OtherName{Name: o.Destination, NameSource: o.NameSource, Source: o.Source})
	return true
}
