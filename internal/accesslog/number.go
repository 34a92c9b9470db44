// SPDX-License-Identifier: Apache-2.0

package accesslog

// maxDigits keeps parsed numbers below 10^18, which int64 holds.
const maxDigits = 18

// Int reads a value as a number that is not negative. It is false where there
// is no value, where it is not a decimal number, and where it does not fit.
func (r *Record) Int(op Op) (int64, bool) {
	return parseInt(r.Raw(op))
}

func parseInt(s string) (int64, bool) {
	if s == "" || len(s) > maxDigits {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int64(d)
	}
	return n, true
}
