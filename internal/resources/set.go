// SPDX-License-Identifier: Apache-2.0

package resources

import "slices"

// Set is what was read.
type Set struct {
	ServiceEntries []ServiceEntry
	Sidecars       []Sidecar
	// Mesh is nil if no mesh configuration was given.
	Mesh *Mesh
	// NotConsidered are resources of other kinds.
	NotConsidered []Object
	// Problems are documents and resources that are not used.
	Problems []Problem
}

// Join puts sets together. Of two resources with one ID the later one counts, as it
// does for `kubectl apply`, and the later mesh configuration replaces an earlier one.
func Join(sets ...Set) Set {
	var joined Set
	for i := range sets {
		joined.ServiceEntries = append(joined.ServiceEntries, sets[i].ServiceEntries...)
		joined.Sidecars = append(joined.Sidecars, sets[i].Sidecars...)
		joined.NotConsidered = append(joined.NotConsidered, sets[i].NotConsidered...)
		joined.Problems = append(joined.Problems, sets[i].Problems...)
		if sets[i].Mesh != nil {
			joined.Mesh = sets[i].Mesh
		}
	}
	joined.ServiceEntries = lastOfEach(joined.ServiceEntries, func(e ServiceEntry) ID { return e.ID() })
	joined.Sidecars = lastOfEach(joined.Sidecars, func(s Sidecar) ID { return s.ID() })
	joined.NotConsidered = lastOfEach(joined.NotConsidered, func(o Object) ID { return o.ID })
	return joined
}

// lastOfEach keeps the last resource with each ID, in the order that they came in.
func lastOfEach[T any](list []T, id func(T) ID) []T {
	last := make(map[ID]int, len(list))
	for i := range list {
		last[id(list[i])] = i
	}
	if len(last) == len(list) {
		return list
	}
	i := -1
	return slices.DeleteFunc(list, func(t T) bool {
		i++
		return last[id(t)] != i
	})
}
