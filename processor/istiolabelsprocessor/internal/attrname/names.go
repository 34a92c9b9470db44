// Package attrname says whose name an attribute has: the contract's, a label's
// or the sender's.
package attrname // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"

import "github.com/otelcol-istio/otelcol-istio/internal/contract"

// Owner is whose name it is.
type Owner uint8

const (
	// Sender names are anybody's. Most names are.
	Sender Owner = iota
	// Shared names are a label's and a sender's: the proxy's value is read, then
	// the label takes its place.
	Shared
	// Label names are a label's alone. What arrives under one is not ours.
	Label
	// Contract names start with contract.Prefix. What arrives under one is not
	// ours.
	Contract
)

// IsOursAlone holds for names that nobody but the processor may write.
func (o Owner) IsOursAlone() bool { return o == Label || o == Contract }

// Names knows the names of all labels. It is safe for concurrent use.
type Names struct {
	labels map[string]Owner
	// lengths are those of shared names, as bits: most names differ in length.
	lengths [contract.MaxNameLen/64 + 1]uint64
}

// New returns the names of Istio's labels and of the user's own. read tells
// whether a value is read from attributes of a name: a label of this name shares
// it. So does a label that the user defined, since `attributes["team"]` is the
// obvious source of `team`.
func New(usersLabels []string, read func(name string) bool) *Names {
	n := &Names{labels: make(map[string]Owner, int(contract.NumLabels)+len(usersLabels))}
	for _, name := range usersLabels {
		n.share(name)
	}
	for l := range contract.NumLabels {
		name := l.String()
		n.labels[name] = Label
		if read(name) {
			n.share(name)
		}
	}
	return n
}

func (n *Names) share(name string) {
	if len(name) > contract.MaxNameLen {
		return // no label's name
	}
	n.labels[name] = Shared
	n.lengths[len(name)/64] |= 1 << (len(name) % 64)
}

// Owner tells whose name it is.
func (n *Names) Owner(name string) Owner {
	if contract.Owns(name) {
		return Contract
	}
	return n.labels[name]
}

// IsShared is the question that is asked of most attributes, and costs the least.
func (n *Names) IsShared(name string) bool {
	if len(name) > contract.MaxNameLen || n.lengths[len(name)/64]&(1<<(len(name)%64)) == 0 {
		return false
	}
	return n.labels[name] == Shared
}
