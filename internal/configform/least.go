// SPDX-License-Identifier: Apache-2.0

package configform

import (
	"fmt"
	"time"
)

// AtLeast returns an error if a duration is too short. To the Collector's decoder a
// number without a unit is nanoseconds, so the error shows what one with a unit looks
// like.
func AtLeast(key string, got, least time.Duration, example string) error {
	if got >= least {
		return nil
	}
	return fmt.Errorf("`%s` must be at least %s, got %s (a number needs a unit, as in %s)", key, least, got, example)
}
