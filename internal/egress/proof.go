// SPDX-License-Identifier: Apache-2.0

package egress

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// Witnesses are the workloads that went to an address through the ServiceEntry of a name,
// by namespace.
//
// They matter because a name has whatever address its owner says. If one witness were
// enough, who owns one name with an entry could let it have the address of somebody else's
// name, and so contradict that name.
type Witnesses map[string]map[string]bool

// Add adds a workload. One that the record does not name is none: anybody may send such a
// record.
func (w Witnesses) Add(s Source) {
	if unnamed(s.Namespace) || unnamed(s.Workload) {
		return
	}
	if w[s.Namespace] == nil {
		w[s.Namespace] = map[string]bool{}
	}
	w[s.Namespace][s.Workload] = true
}

// Convince tells whether a workload must take the name for one of the address: it is a
// witness itself, or workloads of two namespaces are. All workloads of a namespace count as
// one: who owns a namespace may have many, and a certificate proves the namespace alone.
func (w Witnesses) Convince(s Source) bool {
	return w[s.Namespace][s.Workload] || len(w) >= 2
}

func unnamed(name string) bool { return name == "" || name == contract.SourceWorkload.Default() }

// Proof is a proven name of an address.
type Proof struct {
	// Name is that of the first row that has it.
	Name string
	By   Witnesses
}

// Proofs are the proven names of addresses.
type Proofs map[string][]Proof

// NewProofs finds the names that come from a source which proves, and the witnesses of
// each.
func NewProofs(rows []Row, proves func(NameSource) bool) Proofs {
	p := Proofs{}
	for i := range rows {
		if r := &rows[i]; !r.Overflow && proves(r.NameSource) {
			for n, a := range r.Addresses {
				if r.namesAddress(n) && p.find(a, r.Destination) == nil {
					p[a] = append(p[a], Proof{r.Destination, Witnesses{}})
				}
			}
		}
	}
	for i := range rows {
		if r := &rows[i]; r.isWitness() {
			for n, a := range r.Addresses {
				if proof := p.find(a, r.Destination); proof != nil && isProven(r.ProvenAddresses, n) {
					proof.By.Add(r.Source)
				}
			}
		}
	}
	return p
}

func (p Proofs) find(address, name string) *Proof {
	for i := range p[address] {
		if sameName(p[address][i].Name, name) {
			return &p[address][i]
		}
	}
	return nil
}

// namesAddress tells whether the name of a row is one of Addresses[n]. The host of a
// ServiceEntry is not, if the client chose the address: with `resolution: NONE` it reaches
// any address by that name.
func (r *Row) namesAddress(n int) bool {
	return r.NameSource != NameOfEntry || isProven(r.ProvenAddresses, n)
}

// isWitness tells whether a row's traffic went through the entry of its own name: its
// workload is a witness of the addresses that the proxy chose. A name that was learned from
// others' traffic makes no witness.
func (r *Row) isWitness() bool {
	return r.NameSource == NameOfEntry || r.Decision == Allowed && sameName(r.Entry, r.Destination)
}
