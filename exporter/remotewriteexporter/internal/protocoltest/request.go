// SPDX-License-Identifier: Apache-2.0

package protocoltest

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/golang/snappy"
	"google.golang.org/protobuf/encoding/protowire"
)

// Read1 reads the body of a request of protocol 1.0.
func Read1(body []byte) ([]Series, error) { return read(body, false) }

// Read2 reads the body of a request of protocol 2.0. It returns an error if a
// symbol is there twice, or the first one is not empty.
func Read2(body []byte) ([]Series, error) { return read(body, true) }

// reader reads one request.
type reader struct {
	v2      bool
	symbols []string
}

func read(body []byte, v2 bool) ([]Series, error) {
	raw, err := snappy.Decode(nil, body)
	if err != nil {
		return nil, err
	}
	message, err := readMessage(raw)
	if err != nil {
		return nil, err
	}
	r := reader{v2: v2}
	series := protowire.Number(1)
	if v2 {
		series = 5
		if err := r.readSymbols(message); err != nil {
			return nil, err
		}
	}
	var list []Series
	for _, f := range message {
		switch f.number {
		case series:
			s, err := r.series(f.bytes)
			if err != nil {
				return nil, err
			}
			list = append(list, s)
		case 4: // symbols
		default:
			return nil, fmt.Errorf("a request has no field %d", f.number)
		}
	}
	return list, nil
}

func (r *reader) readSymbols(message []field) error {
	for _, f := range message {
		if f.number == 4 {
			if slices.Contains(r.symbols, string(f.bytes)) {
				return fmt.Errorf("the symbol %q is there twice", f.bytes)
			}
			r.symbols = append(r.symbols, string(f.bytes))
		}
	}
	if len(r.symbols) == 0 || r.symbols[0] != "" {
		return fmt.Errorf("the first symbol is not empty: %q", r.symbols)
	}
	return nil
}

func (r *reader) series(b []byte) (s Series, err error) {
	message, err := readMessage(b)
	if err != nil {
		return s, err
	}
	if s.Labels, err = r.labels(message); err != nil {
		return s, err
	}
	histograms, exemplars := protowire.Number(4), protowire.Number(3)
	if r.v2 {
		histograms, exemplars = 3, 4
	}
	for _, f := range message {
		switch f.number {
		case 1:
		case 2:
			sample, err := readSample(f.bytes)
			if err != nil {
				return s, err
			}
			s.Samples = append(s.Samples, sample)
		case histograms:
			h, err := readHistogram(f.bytes)
			if err != nil {
				return s, err
			}
			s.Histograms = append(s.Histograms, h)
		case exemplars:
			e, err := r.exemplar(f.bytes)
			if err != nil {
				return s, err
			}
			s.Exemplars = append(s.Exemplars, e)
		case 5:
			if err := r.metadata(f.bytes, &s); err != nil {
				return s, err
			}
		default:
			return s, fmt.Errorf("a series has no field %d", f.number)
		}
	}
	return s, nil
}

// labels reads the labels of a series or an exemplar, which are field 1 of both.
func (r *reader) labels(message []field) (string, error) {
	var parts []string
	for _, f := range message {
		if f.number != 1 {
			continue
		}
		if r.v2 {
			refs, err := readPacked(f.bytes)
			if err != nil {
				return "", err
			}
			for pair := range slices.Chunk(refs, 2) {
				name, err := r.symbol(pair[0])
				if err != nil {
					return "", err
				}
				value, err := r.symbol(pair[len(pair)-1])
				if err != nil {
					return "", err
				}
				parts = append(parts, fmt.Sprintf("%s=%q", name, value))
			}
			continue
		}
		label, err := readMessage(f.bytes)
		if err != nil {
			return "", err
		}
		var pair [3]string
		for _, f := range label {
			pair[f.number] = string(f.bytes)
		}
		parts = append(parts, fmt.Sprintf("%s=%q", pair[1], pair[2]))
	}
	return "{" + strings.Join(parts, ", ") + "}", nil
}

func (r *reader) symbol(ref uint64) (string, error) {
	if ref >= uint64(len(r.symbols)) {
		return "", fmt.Errorf("there is no symbol %d", ref)
	}
	return r.symbols[ref], nil
}

func (r *reader) exemplar(b []byte) (string, error) {
	message, err := readMessage(b)
	if err != nil {
		return "", err
	}
	labels, err := r.labels(message)
	if err != nil {
		return "", err
	}
	var value float64
	var timestamp int64
	for _, f := range message {
		switch f.number {
		case 2:
			value = math.Float64frombits(f.value)
		case 3:
			timestamp = int64(f.value)
		}
	}
	return fmt.Sprintf("%s %v@%d", labels, value, timestamp), nil
}

func (r *reader) metadata(b []byte, s *Series) error {
	message, err := readMessage(b)
	if err != nil {
		return err
	}
	for _, f := range message {
		switch f.number {
		case 1:
			s.Type = f.value
		case 3:
			if s.Help, err = r.symbol(f.value); err != nil {
				return err
			}
		case 4:
			if s.Unit, err = r.symbol(f.value); err != nil {
				return err
			}
		}
	}
	return nil
}
