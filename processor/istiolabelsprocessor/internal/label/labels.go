// SPDX-License-Identifier: Apache-2.0

package label

import (
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/expression"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/generations"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

const (
	// MaxSets bounds the sets of one generation; two are held.
	MaxSets = 4096
	// maxKey bounds, in bytes, a key made of labels; others are shorter. With keys
	// and labels that long, what is remembered is some 100 MiB; usually a few.
	maxKey = 4096
)

// Options of Labels.
type Options struct {
	// Rules are Istio's.
	Rules istio.Options
	// Expressions are the user's own, nil if there are none.
	Expressions *expression.Expressions
	// HostApart is set if a host may be returned beside a set. It has no effect
	// where there are expressions: they may make any label of a host.
	HostApart bool
	// Maker makes the sets.
	Maker *labelset.Maker
}

// Labels are the label sets that all labelers share. They are safe for concurrent
// use.
type Labels struct {
	rules       istio.Options
	expressions *expression.Expressions
	// users are the labels of Expressions, NoLabel if the schema has none of this
	// name.
	users     []userLabel
	hostApart bool
	maker     *labelset.Maker
	sets      *generations.Cache[*known]
}

type userLabel struct {
	name  string
	label contract.Label
}

// known is a set that is remembered under a key.
type known struct {
	key string
	set *labelset.Set
}

// New returns Labels that remember nothing yet.
func New(o Options) *Labels {
	l := &Labels{
		rules:       o.Rules,
		expressions: o.Expressions,
		hostApart:   o.HostApart && o.Expressions == nil,
		maker:       o.Maker,
		sets:        generations.New[*known](MaxSets),
	}
	for _, name := range o.Expressions.Labels() {
		l.users = append(l.users, userLabel{name, labelset.LabelOf(o.Rules.Schema, name)})
	}
	return l
}
