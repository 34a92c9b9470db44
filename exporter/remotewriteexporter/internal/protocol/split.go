// SPDX-License-Identifier: Apache-2.0

package protocol

import "slices"

// Split makes two requests of the body of one, in its order. What stands alone
// is one sample of one series. It returns false if there is nothing to split, or
// if the bytes are not the body of a request.
func Split(body []byte, v Version) (a, b Request, ok bool) {
	r, err := readRequest(body, v)
	if err != nil {
		return Request{}, Request{}, false
	}
	switch len(r.series) {
	case 0:
		return Request{}, Request{}, false
	case 1:
		first, second, err := splitSeries(r.series[0], layoutOf(v), half)
		if err != nil {
			return Request{}, Request{}, false
		}
		r.series = [][]byte{first, second}
	}
	at := half(len(r.series))
	return r.divide(r.series[:at], r.series[at:])
}

// SplitHistograms makes two requests of the body of one: one of the series that
// have samples, which may be none, and one of those that have native histograms.
// It returns false if there are no native histograms, or if the bytes are not the
// body of a request.
func SplitHistograms(body []byte, v Version) (samples, histograms Request, ok bool) {
	r, err := readRequest(body, v)
	if err != nil {
		return Request{}, Request{}, false
	}
	var without, with [][]byte
	for _, s := range r.series {
		c, err := countSeries(s, layoutOf(v))
		if err != nil {
			return Request{}, Request{}, false
		}
		if c.Histograms > 0 {
			with = append(with, s)
		} else {
			without = append(without, s)
		}
	}
	if len(with) == 0 {
		return Request{}, Request{}, false
	}
	return r.divide(without, with)
}

// readable is a request whose series can be told apart.
type readable struct {
	version Version
	series  [][]byte
	// symbols are of protocol 2.0. rest is what else there is.
	symbols [][]byte
	rest    []byte
}

func readRequest(body []byte, v Version) (r readable, err error) {
	raw, err := uncompress(body)
	if err != nil {
		return readable{}, err
	}
	list, err := fields(raw)
	if err != nil {
		return readable{}, err
	}
	r.version = v
	for _, f := range list {
		switch {
		case f.number == layoutOf(v).series:
			r.series = append(r.series, f.content)
		case v == V2 && f.number == request2Symbols:
			r.symbols = append(r.symbols, f.content)
		default:
			r.rest = append(r.rest, f.all...)
		}
	}
	return r, nil
}

// divide makes a request of each of two lists of series. Of what a request has
// beside series, metadata of protocol 1.0 stays with the first, and each has its
// own symbols of protocol 2.0.
func (r *readable) divide(first, second [][]byte) (a, b Request, ok bool) {
	a, err := r.request(r.rest, first)
	if err != nil {
		return Request{}, Request{}, false
	}
	if b, err = r.request(nil, second); err != nil {
		return Request{}, Request{}, false
	}
	return a, b, true
}

func (r *readable) request(rest []byte, series [][]byte) (Request, error) {
	raw, err := r.encode(rest, series)
	if err != nil {
		return Request{}, err
	}
	counts, err := countMessage(raw, layoutOf(r.version))
	return Request{Body: compress(raw), Counts: counts}, err
}

func (r *readable) encode(rest []byte, series [][]byte) ([]byte, error) {
	raw := slices.Clone(rest)
	if r.version == V2 {
		return withSymbols(raw, series, r.symbols)
	}
	for _, s := range series {
		raw = appendBytes(raw, request1Series, s)
	}
	return raw, nil
}

// half and allButLast say how many of a series' values splitSeries puts first.
func half(values int) int { return values / 2 }

func allButLast(values int) int { return values - 1 }

// splitSeries splits between samples or histograms: first says how many of them come
// into a. Exemplars stay with b: they belong to no sample of their own. The error of a
// series of one value, or none, is errOneSample.
func splitSeries(message []byte, l layout, first func(values int) int) (a, b []byte, err error) {
	list, err := fields(message)
	if err != nil {
		return nil, nil, err
	}
	values := 0
	for _, f := range list {
		if f.number == l.samples || f.number == l.histograms {
			values++
		}
	}
	if values < 2 {
		return nil, nil, errOneSample
	}
	left := first(values)
	for _, f := range list {
		switch f.number {
		case l.samples, l.histograms:
			if left > 0 {
				a = append(a, f.all...)
			} else {
				b = append(b, f.all...)
			}
			left--
		case l.exemplars:
			b = append(b, f.all...)
		default: // labels and metadata
			a, b = append(a, f.all...), append(b, f.all...)
		}
	}
	return a, b, nil
}
