// SPDX-License-Identifier: Apache-2.0

package protocol

import "errors"

// SplitNewest makes two requests of the body of one: one of the newest value of each
// series, with its exemplars, and one of the values before. It returns false if no
// series has two values, or if the bytes are not the body of a request.
func SplitNewest(body []byte, v Version) (newest, older Request, ok bool) {
	r, err := readRequest(body, v)
	if err != nil {
		return Request{}, Request{}, false
	}
	var last, before [][]byte
	for _, s := range r.series {
		b, l, err := splitSeries(s, layoutOf(v), allButLast)
		switch {
		case errors.Is(err, errOneSample):
			last = append(last, s)
		case err != nil:
			return Request{}, Request{}, false
		default:
			last, before = append(last, l), append(before, b)
		}
	}
	if len(before) == 0 {
		return Request{}, Request{}, false
	}
	return r.divide(last, before)
}
