// SPDX-License-Identifier: Apache-2.0

// Package attrname says whose name an attribute has: the contract's, a label's
// or the sender's.
package attrname // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"

import (
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/namefilter"
)

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
	filter namefilter.Filter // of labels: most names are none
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
	for name := range n.labels {
		n.filter.Add(name)
	}
	return n
}

func (n *Names) share(name string) {
	if len(name) > contract.MaxNameLen {
		return // no label's name
	}
	n.labels[name] = Shared
}

// Owner tells whose name it is.
func (n *Names) Owner(name string) Owner {
	if contract.Owns(name) {
		return Contract
	}
	if !n.filter.MayHave(name) {
		return Sender
	}
	return n.labels[name]
}
