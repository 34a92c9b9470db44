// SPDX-License-Identifier: Apache-2.0

package envoyproto

import (
	"bytes"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/reuse"
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"
)

// Tags of the message that is an entry of a map, for maps whose keys are strings
// and whose values are strings or messages.
const (
	mapKey   = 1<<3 | length
	mapValue = 2<<3 | length
)

// Tags of google.protobuf.Any.
const (
	anyTypeURL = 1<<3 | length
	anyValue   = 2<<3 | length
)

// Lists are the maps and lists of an entry. Their memory is used again for the
// next entry.
type Lists struct {
	RequestHeaders, ResponseHeaders, ResponseTrailers, CustomTags, FilterState []Pair
	// LocalNames and PeerNames are the subject alternative names of certificates.
	LocalNames, PeerNames []Name
}

// Pair is an entry of a map.
type Pair struct {
	Key, Value Text
	// TypeURL is that of an object, whose bytes are the value.
	TypeURL Text
}

// keptElements is how many elements a list may have that is kept for the next
// entry.
const keptElements = 64

func (l *Lists) clearLists() {
	for _, pairs := range l.maps() {
		*pairs = (*pairs)[:0]
	}
	l.LocalNames, l.PeerNames = l.LocalNames[:0], l.PeerNames[:0]
}

func (l *Lists) trimLists() {
	for _, pairs := range l.maps() {
		*pairs = reuse.Empty(*pairs, keptElements)
	}
	l.LocalNames, l.PeerNames = reuse.Empty(l.LocalNames, keptElements), reuse.Empty(l.PeerNames, keptElements)
}

func (l *Lists) maps() [5]*[]Pair {
	return [...]*[]Pair{&l.RequestHeaders, &l.ResponseHeaders, &l.ResponseTrailers, &l.CustomTags, &l.FilterState}
}

// Sort puts the entries of each map in the order of their keys. Of those with the
// same key it leaves the last, as protobuf does. It is called once per entry,
// before the maps are used.
func (e *Entry) Sort() {
	for _, pairs := range e.maps() {
		*pairs = SortPairs(e.raw, *pairs)
	}
}

// SortPairs is [Entry.Sort] for one map, whose texts are within raw.
func SortPairs(raw []byte, pairs []Pair) []Pair {
	if len(pairs) < 2 {
		return pairs
	}
	slices.SortStableFunc(pairs, func(a, b Pair) int { return bytes.Compare(a.Key.In(raw), b.Key.In(raw)) })
	unique := pairs[:1]
	for _, p := range pairs[1:] {
		if last := len(unique) - 1; bytes.Equal(unique[last].Key.In(raw), p.Key.In(raw)) {
			unique[last] = p
		} else {
			unique = append(unique, p)
		}
	}
	return unique
}

// Find gives the value of a key, nil if the map does not have it. The map is
// sorted.
func (e *Entry) Find(pairs []Pair, key string) []byte {
	for _, p := range pairs {
		if string(e.Bytes(p.Key)) == key {
			return e.Bytes(p.Value)
		}
	}
	return nil
}

// ReadPair reads an entry of a map whose values are strings or messages. It
// returns an error if it is malformed.
func ReadPair(raw []byte, start, end int) (p Pair, err error) {
	f := wire.Scan(raw, start, end)
	for f.Next() {
		switch f.Tag {
		case mapKey:
			p.Key = textOf(&f)
		case mapValue:
			p.Value = textOf(&f)
		}
	}
	return p, f.Err()
}

// addPair appends an entry of a map of strings.
func (e *Entry) addPair(pairs []Pair, start, end int) []Pair {
	p, err := ReadPair(e.raw, start, end)
	if err != nil {
		e.malformed = true
	}
	e.TextBytes += p.Key.Len() + p.Value.Len()
	return append(pairs, p)
}

// addObject appends an entry of a map of objects.
func (e *Entry) addObject(pairs []Pair, start, end int) []Pair {
	var p Pair
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case mapKey:
			p.Key = e.text(&f)
		case mapValue:
			p.decodeAny(e, f.Start, f.End)
		}
	}
	e.end(&f)
	return append(pairs, p)
}

func (p *Pair) decodeAny(e *Entry, start, end int) {
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case anyTypeURL:
			p.TypeURL = textOf(&f)
		case anyValue:
			p.Value = textOf(&f)
		}
	}
	e.end(&f)
}
