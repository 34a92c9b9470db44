// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

var (
	errNotRequest = errors.New("these bytes are not a write request")
	errOneSample  = errors.New("one sample cannot be split")
)

// field is a field of a message as it stands there.
type field struct {
	number protowire.Number
	// all is the field with its tag, content what a field of bytes holds.
	all, content []byte
}

// fields reads a message. All fields that matter here are of bytes; others have
// no content.
func fields(message []byte) ([]field, error) {
	var list []field
	for len(message) > 0 {
		number, kind, tag := protowire.ConsumeTag(message)
		if tag < 0 {
			return nil, errNotRequest
		}
		size := protowire.ConsumeFieldValue(number, kind, message[tag:])
		if size < 0 {
			return nil, errNotRequest
		}
		f := field{number: number, all: message[:tag+size]}
		if kind == protowire.BytesType {
			f.content, _ = protowire.ConsumeBytes(message[tag:])
		}
		list = append(list, f)
		message = message[tag+size:]
	}
	return list, nil
}

// layout says which fields of a protocol hold what.
type layout struct {
	series                         protowire.Number
	samples, histograms, exemplars protowire.Number
}

func layoutOf(v Version) layout {
	if v == V2 {
		return layout{request2Series, series2Samples, series2Histograms, series2Exemplars}
	}
	return layout{request1Series, series1Samples, series1Histograms, series1Exemplars}
}

func countMessage(raw []byte, l layout) (c Counts, err error) {
	list, err := fields(raw)
	if err != nil {
		return Counts{}, err
	}
	for _, f := range list {
		if f.number == l.series {
			n, err := countSeries(f.content, l)
			if err != nil {
				return Counts{}, err
			}
			c.Add(n)
		}
	}
	return c, nil
}

func countSeries(message []byte, l layout) (Counts, error) {
	list, err := fields(message)
	if err != nil {
		return Counts{}, err
	}
	c := Counts{Series: 1}
	for _, f := range list {
		switch f.number {
		case l.samples:
			c.Samples++
		case l.histograms:
			c.Histograms++
		case l.exemplars:
			c.Exemplars++
		}
	}
	return c, nil
}
