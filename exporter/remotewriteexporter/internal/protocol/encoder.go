// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"sync"

	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"
)

// Defaults of Settings.
const (
	DefaultMaxRequestBytes = 3_000_000
	DefaultMaxCacheBytes   = 64 << 20
)

// Settings of an Encoder. Zero values stand for defaults.
type Settings struct {
	// Version is the protocol to speak. Default: V1.
	Version Version
	// ExternalLabels are added to each series that has no label of that name.
	ExternalLabels map[string]string
	// Shards is how many lists of requests a flush becomes at most. Default: 1.
	Shards int
	// MaxRequestBytes bounds a request before compression. A series that is
	// larger by itself is a request of its own. Default: DefaultMaxRequestBytes.
	MaxRequestBytes int
	// MaxCacheBytes bounds the memory for label sets that are kept from one call
	// to the next. Default: DefaultMaxCacheBytes.
	MaxCacheBytes int
}

// Encoder makes requests of metrics. It is safe for concurrent use.
type Encoder struct {
	settings Settings

	mu     sync.Mutex
	reader *series.Reader
	writer writer
}

// writer writes series into requests of one protocol.
type writer interface {
	// add adds a series to the request that is being written, if there is room.
	add(s *series.Series) bool
	// finish returns the request and begins the next one.
	finish() Request
	// empty says whether the request has no series.
	empty() bool
}

// NewEncoder returns an Encoder. It returns an error if an external label has a
// name that no label can have, or no value.
func NewEncoder(s Settings) (*Encoder, error) {
	s.Version = or(s.Version, V1)
	s.Shards = or(s.Shards, 1)
	s.MaxRequestBytes = or(s.MaxRequestBytes, DefaultMaxRequestBytes)
	s.MaxCacheBytes = or(s.MaxCacheBytes, DefaultMaxCacheBytes)
	reader, err := series.NewReader(s.ExternalLabels, s.MaxCacheBytes)
	if err != nil {
		return nil, err
	}
	e := &Encoder{settings: s, reader: reader}
	if s.Version == V2 {
		e.writer = newWriter2(s.MaxRequestBytes)
	} else {
		e.writer = newWriter1(s.MaxRequestBytes)
	}
	return e, nil
}

func or[T ~int | ~uint8](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}

// Encode makes the requests of all points. It keeps nothing of md.
func (e *Encoder) Encode(md pmetric.Metrics) (Flush, series.Report) {
	e.mu.Lock()
	defer e.mu.Unlock()
	sets := e.reader.Read(md)
	// What fits into few requests becomes few.
	shards := min(e.settings.Shards, 1+e.reader.Bytes()/e.settings.MaxRequestBytes)
	f := Flush{Version: e.settings.Version}
	for shard := range shards {
		if requests := e.encodeShard(sets, shard, shards); len(requests) > 0 {
			f.Shards = append(f.Shards, requests)
		}
	}
	return f, e.reader.Done()
}

func (e *Encoder) encodeShard(sets []*series.Set, shard, shards int) (requests []Request) {
	put := func(s *series.Series) {
		if !e.writer.add(s) {
			requests = append(requests, e.writer.finish())
			e.writer.add(s) // always fits into an empty request
		}
	}
	for _, set := range sets {
		if set.Shard(shards) == shard {
			e.reader.Render(set, put)
		}
	}
	if !e.writer.empty() {
		requests = append(requests, e.writer.finish())
	}
	return requests
}
