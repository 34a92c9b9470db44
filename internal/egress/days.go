// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"math/bits"
	"time"
)

// Days says on which days there was traffic. Bit n stands for the day (UTC) that is n
// days before the one of LastSeen. Days before that are forgotten, which bounds it.
type Days uint32

// MaxDays is the most days that Days can tell of.
const MaxDays = 32

// nanosecondsOfDay is the length of a day of UTC.
const nanosecondsOfDay = int64(24 * time.Hour)

// Count is the number of days with traffic.
func (d Days) Count() int { return bits.OnesCount32(uint32(d)) }

// And joins the days of two rows. Last and otherLast are the times of their last
// traffic, in nanoseconds since 1970.
func (d Days) And(last int64, other Days, otherLast int64) Days {
	day, otherDay := dayOf(last), dayOf(otherLast)
	if day < otherDay {
		return other | d.before(otherDay-day)
	}
	return d | other.before(day-otherDay)
}

// FirstDay is what a single observation says.
const FirstDay Days = 1

// before are the same days, seen from a last day that is later.
func (d Days) before(days int64) Days {
	if days >= MaxDays {
		return 0
	}
	return d << days
}

func dayOf(nanoseconds int64) int64 { return nanoseconds / nanosecondsOfDay }
