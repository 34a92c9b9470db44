// SPDX-License-Identifier: Apache-2.0

package aggregate

import "math"

// exponential reads an exponential histogram. The library takes values, not buckets,
// and chooses the scale by itself: the finest one in which all values fit. So each
// bucket is filled with one value, the lowest at its lower end and the highest at its
// upper end: they are at least as far apart as those that it counted, which do not fit
// a finer scale, and fit this one. A finer scale than before would be a reset.
func (r *numberReader) exponential(h *histogram, maxSize int32) {
	zeros := r.Uint()
	scale, offset, n := r.Int32(), r.Int32(), r.Count()
	buckets := make([]uint64, n)
	h.count = zeros
	for i := range buckets {
		buckets[i] = r.Uint()
		if buckets[i] > math.MaxUint64-h.count {
			r.Fail()
		}
		h.count += buckets[i]
	}
	if r.Failed() || n > int(maxSize) || n > 0 && (buckets[0] == 0 || buckets[n-1] == 0) {
		r.Fail()
		return
	}
	if zeros > 0 {
		h.exp.UpdateByIncr(0, zeros)
	}
	if n == 0 {
		return
	}
	fill(h, scale, offset, buckets)
	if !holds(h, scale, offset, buckets) {
		r.Fail()
	}
}

// inset is how far from its end, as a part of a bucket, the value of the first or
// last bucket is.
const inset = 1.0 / 64

// fill counts one value for each bucket, the outermost ones first. The scale is one
// that a histogram of such values can have; holds tells whether it was.
func fill(h *histogram, scale, offset int32, buckets []uint64) {
	update := func(i int, at float64) {
		exponent := math.Ldexp(float64(offset)+float64(i)+at, -int(scale))
		h.exp.UpdateByIncr(math.Exp2(max(-1022, min(exponent, 1023))), buckets[i])
	}
	last := len(buckets) - 1
	if last == 0 {
		update(0, 0.5)
		return
	}
	update(0, inset)
	update(last, 1-inset)
	for i := 1; i < last; i++ {
		if buckets[i] > 0 {
			update(i, 0.5)
		}
	}
}

// holds tells whether a histogram has these buckets.
func holds(h *histogram, scale, offset int32, buckets []uint64) bool {
	b := h.exp.Positive()
	if h.exp.Scale() != scale || b.Offset() != offset || int(b.Len()) != len(buckets) {
		return false
	}
	for i, n := range buckets {
		if b.At(uint32(i)) != n {
			return false
		}
	}
	return true
}
