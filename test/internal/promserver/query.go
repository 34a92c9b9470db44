// SPDX-License-Identifier: Apache-2.0

package promserver

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
)

// queryData is the answer to an expression.
type queryData struct {
	ResultType parser.ValueType `json:"resultType"`
	Result     parser.Value     `json:"result"`
}

func (s *Server) query(r *http.Request) (json.RawMessage, error) {
	at, err := timeParam(r, "time", time.Now())
	if err != nil {
		return nil, err
	}
	q, err := s.engine.NewInstantQuery(r.Context(), s.db, nil, r.FormValue("query"), at)
	if err != nil {
		return nil, badData{err}
	}
	return exec(r, q)
}

func (s *Server) queryRange(r *http.Request) (json.RawMessage, error) {
	start, err1 := timeParam(r, "start", time.Time{})
	end, err2 := timeParam(r, "end", time.Time{})
	step, err3 := stepParam(r)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	if end.Before(start) {
		return nil, badData{errors.New("end timestamp must not be before start time")}
	}
	q, err := s.engine.NewRangeQuery(r.Context(), s.db, nil, r.FormValue("query"), start, end, step)
	if err != nil {
		return nil, badData{err}
	}
	return exec(r, q)
}

func exec(r *http.Request, q promql.Query) (json.RawMessage, error) {
	defer q.Close()
	result := q.Exec(r.Context())
	if result.Err != nil {
		return nil, result.Err
	}
	// Prometheus writes [] where there is nothing, not null.
	switch v := result.Value.(type) {
	case promql.Vector:
		result.Value = append(promql.Vector{}, v...)
	case promql.Matrix:
		result.Value = append(promql.Matrix{}, v...)
	}
	return json.Marshal(queryData{ResultType: result.Value.Type(), Result: result.Value})
}

func (s *Server) queryExemplars(r *http.Request) (json.RawMessage, error) {
	start, end, err := rangeParams(r)
	if err != nil {
		return nil, err
	}
	expression, err := s.parser.ParseExpr(r.FormValue("query"))
	if err != nil {
		return nil, badData{err}
	}
	querier, err := s.db.ExemplarQuerier(r.Context())
	if err != nil {
		return nil, err
	}
	found, err := querier.Select(timestamp.FromTime(start), timestamp.FromTime(end), parser.ExtractSelectors(expression)...)
	if err != nil {
		return nil, err
	}
	return json.Marshal(exemplarSeries(found))
}

// exemplarSeries writes times and values as Prometheus' API does: seconds, and
// numbers as text.
func exemplarSeries(results []exemplar.QueryResult) any {
	type oneExemplar struct {
		Labels any    `json:"labels"`
		Value  string `json:"value"`
		Time   any    `json:"timestamp"`
	}
	type oneSeries struct {
		Labels    any           `json:"seriesLabels"`
		Exemplars []oneExemplar `json:"exemplars"`
	}
	all := []oneSeries{}
	for _, result := range results {
		series := oneSeries{Labels: result.SeriesLabels}
		for _, e := range result.Exemplars {
			series.Exemplars = append(series.Exemplars, oneExemplar{e.Labels, formatFloat(e.Value), float64(e.Ts) / 1000})
		}
		all = append(all, series)
	}
	return all
}
