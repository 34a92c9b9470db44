package protocol

// Split makes two requests of the body of one, in its order. It returns false
// if there is nothing to split: one sample, or bytes that are not a request.
func Split(body []byte, v Version) (a, b Request, ok bool) {
	return Request{}, Request{}, false
}

// Count counts what the body of a request holds.
func Count(body []byte, v Version) (Counts, error) {
	return Counts{}, nil
}
