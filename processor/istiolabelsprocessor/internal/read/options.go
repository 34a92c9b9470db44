// SPDX-License-Identifier: Apache-2.0

package read

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

// Options of Formats.
type Options struct {
	// Text is the user's own text format, nil if there is none.
	Text *logformat.Text
	// Keys are the names of values in attributes, JSON and maps.
	Keys *logformat.Keys
	// Names says whose name an attribute has.
	Names *attrname.Names
	// Open reads the values of lines that no rule needs, for expressions.
	Open bool
}

// Formats are what all readers share. They are read only.
type Formats struct {
	Options
	attributes attributes
}

// New returns Formats.
func New(o Options) *Formats { return &Formats{Options: o, attributes: newAttributes(&o)} }
