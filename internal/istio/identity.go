// SPDX-License-Identifier: Apache-2.0

package istio

import "github.com/otelcol-istio/otelcol-istio/internal/istio/workload"

// identity is what a record says of one of the two sides: the client's or the
// server's.
type identity struct {
	workload.Metadata
	// principal is the first URI SAN of the side's certificate.
	principal string
	// claimed is set if only an outsider's word stands for a part of it.
	claimed bool
}
