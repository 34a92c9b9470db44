// SPDX-License-Identifier: Apache-2.0

package protocol

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
		l, b, err := newestOf(s, layoutOf(v))
		if err != nil {
			return Request{}, Request{}, false
		}
		last = append(last, l)
		if b != nil {
			before = append(before, b)
		}
	}
	if len(before) == 0 {
		return Request{}, Request{}, false
	}
	return r.divide(last, before)
}

// newestOf splits a series before its last value, which is the newest. What is before
// is nil if there is one value alone.
func newestOf(message []byte, l layout) (newest, before []byte, err error) {
	list, err := fields(message)
	if err != nil {
		return nil, nil, err
	}
	last, values := 0, 0
	for i, f := range list {
		if f.number == l.samples || f.number == l.histograms {
			last, values = i, values+1
		}
	}
	if values < 2 {
		return message, nil, nil
	}
	for i, f := range list {
		switch f.number {
		case l.samples, l.histograms:
			if i == last {
				newest = append(newest, f.all...)
			} else {
				before = append(before, f.all...)
			}
		case l.exemplars:
			newest = append(newest, f.all...)
		default: // labels and metadata
			newest, before = append(newest, f.all...), append(before, f.all...)
		}
	}
	return newest, before, nil
}
