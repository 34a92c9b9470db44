// SPDX-License-Identifier: Apache-2.0

package otlplogs

// names keeps the names of attributes. A proxy writes the same ones in the same order on
// each record.
type names struct {
	// byPlace are those that an attribute list had last, by their place in it.
	byPlace [64]string
	all     map[string]string
}

const (
	maxNames   = 512
	maxNameLen = 64 // bytes
)

// name makes a string of the name at a place of an attribute list.
func (n *names) name(b []byte, place int) string {
	if place < len(n.byPlace) && n.byPlace[place] == string(b) {
		return n.byPlace[place]
	}
	if len(b) > maxNameLen {
		return string(b)
	}
	name, ok := n.all[string(b)]
	if !ok {
		name = string(b)
		if n.all == nil {
			n.all = make(map[string]string, maxNames)
		}
		if len(n.all) == maxNames {
			clear(n.all)
		}
		n.all[name] = name
	}
	if place < len(n.byPlace) {
		n.byPlace[place] = name
	}
	return name
}
