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
	// Contradictions are proven names of an address of the row that the row's workload
	// must take for true, if none of the proven ones is the name that the row claims.
	Contradictions []string `json:"contradictions,omitempty"`
}

// Index finds rows by their addresses.
type Index struct {
	rows []Row
	// firm has the rows whose names contradict others, named has all other rows
	// with a name. A client can add to named as it likes, but not to firm.
	firm, named map[string][]int32
	// proofs are the names of firm, with their witnesses.
	proofs Proofs
}

// NewIndex returns an index of rows, which must not change while it is used.
func NewIndex(rows []Row) *Index {
	x := &Index{rows: rows, firm: map[string][]int32{}, named: map[string][]int32{}, proofs: NewProofs(rows, NameSource.contradicts)}
	for i := range rows {
		r := &rows[i]
		if r.NameSource.Grade() == Unnamed {
			continue
		}
		for n, a := range r.Addresses {
			into := x.named
			if r.NameSource.contradicts() && r.namesAddress(n) {
				into = x.firm
			}
			into[a] = append(into[a], int32(i))
		}
	}
	return x
}

// Grade of a row's name.
func (x *Index) Grade(r *Row) Grade {
	if len(x.contradictions(r, 1)) > 0 {
		return Contradicted
	}
	return r.NameSource.Grade()
}

// contradictions are so many names at most that contradict the one that a row claims: at
// one of its addresses they are proven for its workload, and the claimed one is not.
func (x *Index) contradictions(r *Row, most int) (names []string) {
	if r.NameSource.Grade() != Claimed {
		return nil
	}
	for _, a := range r.Addresses {
		if x.proofs.find(a, r.Destination) != nil {
			continue
		}
		for _, p := range x.proofs[a] {
			if len(names) < most && !slices.Contains(names, p.Name) && p.By.Convince(r.Source) {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// Relate adds to a row what the others say of its addresses.
func (x *Index) Relate(r *Row) Related {
	related := Related{Row: *r, Grade: x.Grade(r), Contradictions: x.contradictions(r, MaxOtherNames)}
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
