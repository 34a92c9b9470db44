// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/configbool"
)

// maxLimit keeps a slip of the hand from being a bound that is none.
const maxLimit = 1_000_000

func oneOf(key, got string, allowed ...string) error {
	if slices.Contains(allowed, got) {
		return nil
	}
	return fmt.Errorf("`%s` must be one of %q, got %q", key, allowed, got)
}

func validateDestinations(enabled configbool.Bool, destinations []string) error {
	if enabled && len(destinations) == 0 {
		return errors.New("`destinations` must not be empty where `enabled` is true, got []")
	}
	return nil
}

// between catches slips of the hand, too: what is bounded by a number without end
// is not bounded.
func between(key string, got, least, most int) error {
	if got >= least && got <= most {
		return nil
	}
	return fmt.Errorf("`%s` must be between %d and %d, got %d", key, least, most, got)
}
