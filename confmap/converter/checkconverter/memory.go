// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/confmap"
)

// defaultInFlightMiB is that of the receiver. A test compares them.
const defaultInFlightMiB = 128

// checkMemory refuses a receiver that may hold more than the memory limiter lets
// the process have: it would never reach its own limit, and requests that it
// accepted would be refused behind it.
func checkMemory(c *components) error {
	var errs []error
	for _, receiver := range c.ofType("receivers", "envoy_access_log") {
		key := receiver + confmap.KeyDelimiter + "limits::in_flight_mib"
		inFlight, set := c.number(key)
		if !set {
			inFlight = defaultInFlightMiB
		}
		for _, limiter := range c.ofType("processors", "memory_limiter") {
			limitKey := limiter + confmap.KeyDelimiter + "limit_mib"
			if limit, ok := c.number(limitKey); ok && limit > 0 && inFlight > limit {
				errs = append(errs, fmt.Errorf("`%s` must be at most `%s` (%d), got %d", key, limitKey, limit, inFlight))
			}
		}
	}
	return errors.Join(errs...)
}
