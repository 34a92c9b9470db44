package protocol

// Split makes two requests of the body of one, in its order. What stands alone
// is one sample of one series. It returns false if there is nothing to split, or
// if the bytes are not the body of a request.
func Split(body []byte, v Version) (a, b Request, ok bool) {
	raw, err := uncompress(body)
	if err != nil {
		return Request{}, Request{}, false
	}
	first, second, err := splitMessage(raw, v)
	if err != nil {
		return Request{}, Request{}, false
	}
	l := layoutOf(v)
	if a.Counts, err = countMessage(first, l); err != nil {
		return Request{}, Request{}, false
	}
	if b.Counts, err = countMessage(second, l); err != nil {
		return Request{}, Request{}, false
	}
	a.Body, b.Body = compress(first), compress(second)
	return a, b, true
}

// splitMessage splits between series, or, if there is one, between its samples.
// Of what a request has beside series, metadata of protocol 1.0 stays with the
// first half, and each half has its own symbols of protocol 2.0.
func splitMessage(raw []byte, v Version) (a, b []byte, err error) {
	list, err := fields(raw)
	if err != nil {
		return nil, nil, err
	}
	l := layoutOf(v)
	var series, symbols [][]byte
	for _, f := range list {
		switch {
		case f.number == l.series:
			series = append(series, f.content)
		case v == V2 && f.number == request2Symbols:
			symbols = append(symbols, f.content)
		default:
			a = append(a, f.all...)
		}
	}
	switch len(series) {
	case 0:
		return nil, nil, errNotRequest
	case 1:
		first, second, err := splitSeries(series[0], l)
		if err != nil {
			return nil, nil, err
		}
		series = [][]byte{first, second}
	}
	half := len(series) / 2
	if v == V2 {
		if a, err = withSymbols(a, series[:half], symbols); err != nil {
			return nil, nil, err
		}
		b, err = withSymbols(nil, series[half:], symbols)
		return a, b, err
	}
	for _, s := range series[:half] {
		a = appendBytes(a, request1Series, s)
	}
	for _, s := range series[half:] {
		b = appendBytes(b, request1Series, s)
	}
	return a, b, nil
}

// splitSeries splits between samples or histograms. Exemplars stay with the
// second half: they belong to no sample of their own.
func splitSeries(message []byte, l layout) (a, b []byte, err error) {
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
	seen := 0
	for _, f := range list {
		switch f.number {
		case l.samples, l.histograms:
			if seen++; seen <= values/2 {
				a = append(a, f.all...)
			} else {
				b = append(b, f.all...)
			}
		case l.exemplars:
			b = append(b, f.all...)
		default: // labels and metadata
			a, b = append(a, f.all...), append(b, f.all...)
		}
	}
	return a, b, nil
}
