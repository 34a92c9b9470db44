// SPDX-License-Identifier: Apache-2.0

// Package namefilter tells quickly that a name is none of a few.
package namefilter // import "github.com/otelcol-istio/otelcol-istio/internal/namefilter"

// Filter knows how some names look: for each first and last byte, how long those
// names are that have them. Most other names are told from them by this alone,
// without hashing them. The zero value has no names.
type Filter [256]uint64

// Add adds a name.
func (f *Filter) Add(name string) {
	if name != "" {
		f[ends(name)] |= length(name)
	}
}

// MayHave is false for a name that was not added, and for the empty one. Where it is
// true the name has still to be looked up.
func (f *Filter) MayHave(name string) bool {
	return name != "" && f[ends(name)]&length(name) != 0
}

// length stands for the length of a name; all long ones share a bit.
func length(name string) uint64 { return 1 << min(len(name), 63) }

// ends mixes the first and the last byte of a name.
func ends(name string) byte { return name[0] + 31*name[len(name)-1] }
