// SPDX-License-Identifier: Apache-2.0

package promserver

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/storage"
)

func (s *Server) series(r *http.Request) (json.RawMessage, error) {
	selectors, err := s.matchParams(r)
	if err != nil {
		return nil, err
	}
	if len(selectors) == 0 {
		return nil, badData{errors.New("no match[] parameter provided")}
	}
	querier, hints, err := s.querier(r)
	if err != nil {
		return nil, err
	}
	defer querier.Close()
	var sets []storage.SeriesSet
	for _, matchers := range selectors {
		sets = append(sets, querier.Select(r.Context(), true, hints, matchers...))
	}
	found := []labels.Labels{}
	merged := storage.NewMergeSeriesSet(sets, 0, storage.ChainedSeriesMerge)
	for merged.Next() {
		found = append(found, merged.At().Labels())
	}
	if err := merged.Err(); err != nil {
		return nil, err
	}
	return json.Marshal(found)
}

func (s *Server) labelNames(r *http.Request) (json.RawMessage, error) {
	return s.labelStrings(r, func(q storage.Querier, matchers []*labels.Matcher) ([]string, error) {
		names, _, err := q.LabelNames(r.Context(), nil, matchers...)
		return names, err
	})
}

func (s *Server) labelValues(r *http.Request) (json.RawMessage, error) {
	return s.labelStrings(r, func(q storage.Querier, matchers []*labels.Matcher) ([]string, error) {
		values, _, err := q.LabelValues(r.Context(), r.PathValue("name"), nil, matchers...)
		return values, err
	})
}

// labelStrings looks strings up for each selector, or for all series if there
// is none, and lists each once.
func (s *Server) labelStrings(r *http.Request, lookUp func(storage.Querier, []*labels.Matcher) ([]string, error)) (json.RawMessage, error) {
	selectors, err := s.matchParams(r)
	if err != nil {
		return nil, err
	}
	if len(selectors) == 0 {
		selectors = [][]*labels.Matcher{nil}
	}
	querier, _, err := s.querier(r)
	if err != nil {
		return nil, err
	}
	defer querier.Close()
	found := []string{}
	for _, matchers := range selectors {
		some, err := lookUp(querier, matchers)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	slices.Sort(found)
	return json.Marshal(slices.Compact(found))
}

// querier reads the time range that the request names.
func (s *Server) querier(r *http.Request) (storage.Querier, *storage.SelectHints, error) {
	start, end, err := rangeParams(r)
	if err != nil {
		return nil, nil, err
	}
	hints := &storage.SelectHints{
		Start: timestamp.FromTime(start),
		End:   timestamp.FromTime(end),
		Func:  "series", // tells the storage that no samples are needed
	}
	querier, err := s.db.Querier(hints.Start, hints.End)
	return querier, hints, err
}
