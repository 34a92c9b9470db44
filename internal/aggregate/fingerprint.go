// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// Fingerprint says what must be the same in a State that goes on with what another
// one has saved: metrics, how they count values by size, and labels.
func (o Options) Fingerprint() string {
	h := sha256.New()
	for l := range contract.NumLabels {
		_, _ = fmt.Fprintf(h, "%q ", l.String())
	}
	_, _ = io.WriteString(h, "\n")
	for _, m := range o.Metrics {
		_, _ = fmt.Fprintf(h, "%q %q %v %v %v\n", o.Schemas[m.Schema], m.Name, m.Protocol, m.Addressed, m.Bounds)
	}
	_, _ = fmt.Fprintf(h, "%d\n", o.ExponentialSize)
	return hex.EncodeToString(h.Sum(nil)[:8])
}
