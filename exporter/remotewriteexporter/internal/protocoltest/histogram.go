// SPDX-License-Identifier: Apache-2.0

package protocoltest

import (
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

func readSample(b []byte) (s Sample, err error) {
	message, err := readMessage(b)
	if err != nil {
		return s, err
	}
	for _, f := range message {
		switch f.number {
		case 1:
			s.Value = math.Float64frombits(f.value)
		case 2:
			s.Timestamp = int64(f.value)
		case 3:
			s.Start = int64(f.value)
		default:
			return s, fmt.Errorf("a sample has no field %d", f.number)
		}
	}
	return s, nil
}

// buckets are spans and deltas as they stand in the message.
type buckets struct {
	spans  [][]byte
	deltas []byte
}

func readHistogram(b []byte) (h Histogram, err error) {
	message, err := readMessage(b)
	if err != nil {
		return h, err
	}
	var positive, negative buckets
	for _, f := range message {
		switch f.number {
		case 1:
			h.Count = f.value
		case 3:
			h.Sum = math.Float64frombits(f.value)
		case 4:
			h.Schema = protowire.DecodeZigZag(f.value)
		case 5:
			h.ZeroThreshold = math.Float64frombits(f.value)
		case 6:
			h.ZeroCount = f.value
		case 8:
			negative.spans = append(negative.spans, f.bytes)
		case 9:
			negative.deltas = f.bytes
		case 11:
			positive.spans = append(positive.spans, f.bytes)
		case 12:
			positive.deltas = f.bytes
		case 15:
			h.Timestamp = int64(f.value)
		case 17:
			h.Start = int64(f.value)
		default:
			return h, fmt.Errorf("a histogram has no field %d", f.number)
		}
	}
	if h.Positive, err = positive.read(); err != nil {
		return h, err
	}
	h.Negative, err = negative.read()
	return h, err
}

func (b buckets) read() (map[int64]int64, error) {
	deltas, err := readPacked(b.deltas)
	if err != nil {
		return nil, err
	}
	counts := map[int64]int64{}
	index, count := int64(0), int64(0)
	for _, span := range b.spans {
		message, err := readMessage(span)
		if err != nil {
			return nil, err
		}
		var length uint64
		for _, f := range message {
			if f.number == 1 {
				index += protowire.DecodeZigZag(f.value)
			} else {
				length = f.value
			}
		}
		if length > uint64(len(deltas)) {
			return nil, fmt.Errorf("%d buckets and %d deltas", length, len(deltas))
		}
		for range length {
			count += protowire.DecodeZigZag(deltas[0])
			deltas = deltas[1:]
			if count != 0 {
				counts[index] = count
			}
			index++
		}
	}
	if len(deltas) > 0 {
		return nil, fmt.Errorf("%d deltas are of no bucket", len(deltas))
	}
	return counts, nil
}
