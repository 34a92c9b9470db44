// SPDX-License-Identifier: Apache-2.0

package protocol

import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"

// shared knows where labels were written that many series have. As a rule the
// next one is that of the series before, or the one that came after it the last
// time.
type shared struct {
	known []sharedLabel
	// index of each label in known. current is that of the last one.
	index   map[*series.Label]int
	current int
}

type sharedLabel struct {
	label *series.Label
	at    int
}

// maxShared bounds the labels that are known.
const maxShared = 4096

func (s *shared) reset() {
	clear(s.known)
	clear(s.index)
	s.known, s.current = s.known[:0], 0
}

// write writes a label.
func (s *shared) write(request *snappyWriter, l *series.Label) {
	at := request.len()
	known := s.find(l)
	if known == nil {
		request.put(l.Wire)
		s.add(l, at)
		return
	}
	request.again(known.at, l.Wire)
	known.at = at
}

func (s *shared) find(l *series.Label) *sharedLabel {
	if len(s.known) == 0 {
		return nil
	}
	if s.known[s.current].label == l {
		return &s.known[s.current]
	}
	next := s.current + 1
	if next == len(s.known) {
		next = 0
	}
	if s.known[next].label != l {
		var ok bool
		if next, ok = s.index[l]; !ok {
			return nil
		}
	}
	s.current = next
	return &s.known[next]
}

func (s *shared) add(l *series.Label, at int) {
	if len(s.known) == maxShared {
		s.reset()
	}
	if s.index == nil {
		s.index = map[*series.Label]int{}
	}
	s.current = len(s.known)
	s.index[l] = s.current
	s.known = append(s.known, sharedLabel{l, at})
}
