// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// recent is a bounder's own short memory, which needs no lock.
type recent [1024]answer

// answer is the set that what was said of a set's values makes of it.
type answer struct {
	from *labelset.Set
	said []limit.Resolved
	set  *labelset.Set
}

// find gives the place of a set and the slots of its values. What stands there may
// be of others.
func (r *recent) find(id uint64, said []limit.Resolved) *answer {
	h := id
	for i := range said {
		h = (h*31+uint64(said[i].Slot))*31 + said[i].Term
	}
	return &r[h%uint64(len(r))]
}
