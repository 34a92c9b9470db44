// SPDX-License-Identifier: Apache-2.0

package promclient

import (
	"fmt"
	"slices"
	"time"
)

// Lives are what the samples of counters come to over all lives of each series.
type Lives struct {
	Total float64
	// Lives is their number, Series that of the series that had them.
	Lives, Series int
	// Fell lists series that went down within a life.
	Fell []map[string]string
}

// String is for a log.
func (l Lives) String() string {
	return fmt.Sprintf("%.0f in %d lives of %d series", l.Total, l.Lives, l.Series)
}

// AddLives adds up the last value of each life. A series that goes on has a sample
// whenever one of all has: where it lacks one, a stale marker ended its life. Zeros
// are left out: a life starts with one, which may be of a time of its own.
func AddLives(all, counters []Range) (l Lives) {
	var times []time.Time
	for _, r := range all {
		for _, p := range withoutZeros(r.Samples) {
			times = append(times, p.Time)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	flush := map[time.Time]int{}
	for i, at := range slices.CompactFunc(times, time.Time.Equal) {
		flush[at] = i
	}
	for _, r := range counters {
		l.Series++
		samples := withoutZeros(r.Samples)
		for i, p := range samples {
			if i+1 == len(samples) || flush[samples[i+1].Time] != flush[p.Time]+1 {
				l.Lives++
				l.Total += p.Value
			} else if samples[i+1].Value < p.Value {
				l.Fell = append(l.Fell, r.Labels)
			}
		}
	}
	return l
}

func withoutZeros(samples []Point) (others []Point) {
	for _, p := range samples {
		if p.Value != 0 {
			others = append(others, p)
		}
	}
	return others
}
