// SPDX-License-Identifier: Apache-2.0

package aggregate

import "github.com/lightstep/go-expohisto/structure"

// histogram counts values by size. Its zero value is a series that does not
// exist yet. Its sum is kept as an integer: it is exact, and stops at the
// largest one like a counter's.
type histogram struct {
	start     int64
	count     uint64
	sum       int64
	buckets   []uint64           // explicit only
	exp       *structure.Float64 // exponential only
	exemplars []Exemplar
}

// observe counts a value and tells its bucket (0 for an exponential one, which
// keeps one exemplar in all) and whether this began the series. A series that
// begins does so at start.
func (h *histogram) observe(spec *histogramSpec, value, start int64) (bucket int, began bool) {
	if h.start == 0 {
		began = true
		h.begin(spec, start)
	}
	h.count++
	h.sum = saturatingAdd(h.sum, value)
	if h.exp != nil {
		h.exp.Update(float64(value) / spec.divisor)
		return 0, began
	}
	bucket = bucketOf(spec.limits, value)
	h.buckets[bucket]++
	return bucket, began
}

func (h *histogram) begin(spec *histogramSpec, start int64) {
	h.start = start
	if spec.expSize > 0 {
		h.exp = new(structure.Float64)
		h.exp.Init(structure.NewConfig(structure.WithMaxSize(spec.expSize)))
		return
	}
	h.buckets = make([]uint64, len(spec.limits)+1)
}

// bucketOf finds the first limit that is not below the value.
func bucketOf(limits []int64, value int64) int {
	low, high := 0, len(limits)
	for low < high {
		if mid := int(uint(low+high) >> 1); limits[mid] < value {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
