// SPDX-License-Identifier: Apache-2.0

package read

import (
	"github.com/otelcol-istio/otelcol-istio/internal/accesslog/logformat"
	"github.com/otelcol-istio/otelcol-istio/internal/istio/formats"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
)

// attributes are the names of attributes whose values are read.
type attributes map[string]*attribute

// attribute is what there is to know of a name whose value is read.
type attribute struct {
	name   string
	target logformat.Target
	owner  attrname.Owner
	isSign bool // see formats.IsSign
}

func newAttributes(o *Options) attributes {
	all := attributes{}
	for name, target := range o.Keys.All {
		all[name] = &attribute{name, target, o.Names.Owner(name), formats.IsSign(name)}
	}
	return all
}

// recent remembers what the last record had at each place. A proxy writes its
// attributes in one order, and comparing two names costs less than hashing one.
type recent [64]*attribute

// find gives the attribute of a name that stands at a place, nil if its value is not
// read.
func (r *recent) find(all attributes, name string, place int) *attribute {
	last := &r[place%len(r)]
	if *last != nil && (*last).name == name {
		return *last
	}
	found := all[name]
	if found != nil {
		*last = found
	}
	return found
}
