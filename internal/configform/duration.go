// SPDX-License-Identifier: Apache-2.0

package configform

import (
	"encoding"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a duration that may be written in days, too: `30d` is `720h`.
type Duration time.Duration

var (
	_ encoding.TextUnmarshaler = (*Duration)(nil)
	_ encoding.TextMarshaler   = Duration(0)
)

// Day has 24 hours.
const Day = Duration(24 * time.Hour)

// UnmarshalText reads a whole number of days, or what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	s := string(text)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 63)
		if err == nil && n <= math.MaxInt64/uint64(Day) {
			*d = Duration(n) * Day
			return nil
		}
	} else if parsed, err := time.ParseDuration(s); err == nil {
		*d = Duration(parsed)
		return nil
	}
	return fmt.Errorf("must be a duration such as 90m, 24h or 30d, got %q", s)
}

// MarshalText writes what String returns.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String is a number of days where it is a whole one, and else as that of time.Duration.
func (d Duration) String() string {
	if d != 0 && d%Day == 0 {
		return strconv.FormatInt(int64(d/Day), 10) + "d"
	}
	return time.Duration(d).String()
}
