// SPDX-License-Identifier: Apache-2.0

package bound

import (
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/limit"
)

// Bounder holds the memory that one request needs and the next one reuses. It is
// not safe for concurrent use.
type Bounder struct {
	*Bounds
	recent recent
	said   []limit.Resolved
	key    []byte
}

// NewBounder returns a bounder.
func (b *Bounds) NewBounder() *Bounder { return &Bounder{Bounds: b} }
