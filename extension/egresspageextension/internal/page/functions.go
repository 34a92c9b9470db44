// SPDX-License-Identifier: Apache-2.0

package page

import (
	"html/template"
	"math"
	"strconv"
	"time"
)

// functions are those of all templates.
var functions = template.FuncMap{
	"bytes":    humanBytes,
	"count":    groupDigits,
	"time":     func(t time.Time) string { return t.Format("2006-01-02 15:04") },
	"rfc3339":  func(t time.Time) string { return t.Format(time.RFC3339) },
	"counted":  counted,
	"int":      func(n int) string { return groupDigits(int64(n)) },
	"duration": func(seconds int64) string { return humanDuration(time.Duration(seconds) * time.Second) },
	"ago":      humanDuration,
	"percent":  func(part, whole int) int { return int(math.Round(100 * float64(part) / float64(max(whole, 1)))) },
}

// counted writes a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return groupDigits(int64(n)) + " " + many
}

// humanDuration writes a duration in its largest unit, rounded down.
func humanDuration(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if d >= unit.of {
			return groupDigits(int64(d/unit.of)) + " " + unit.name
		}
	}
	return strconv.FormatInt(int64(d/time.Second), 10) + " s"
}

// humanBytes writes a number of bytes in binary units.
func humanBytes(n int64) string {
	if n < 1024 {
		return strconv.FormatInt(n, 10) + " B"
	}
	f := float64(n)
	for _, unit := range []string{"KiB", "MiB", "GiB", "TiB", "PiB"} {
		if f /= 1024; f < 1024 || unit == "PiB" {
			return strconv.FormatFloat(f, 'f', 1, 64) + " " + unit
		}
	}
	return ""
}

// groupDigits writes 1234567 as 1 234 567, with spaces that do not break.
func groupDigits(n int64) string {
	s := strconv.FormatInt(n, 10)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "\u00a0" + s[at:]
	}
	return s
}
