// SPDX-License-Identifier: Apache-2.0

package promserver

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/prometheus/prometheus/promql"
)

// routes lays out the paths of Prometheus that are served here.
func (s *Server) routes(write, metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /api/v1/write", write)
	mux.Handle("GET /metrics", metrics)
	for path, answer := range map[string]api{
		"/api/v1/query":               s.query,
		"/api/v1/query_range":         s.queryRange,
		"/api/v1/query_exemplars":     s.queryExemplars,
		"/api/v1/series":              s.series,
		"/api/v1/labels":              s.labelNames,
		"/api/v1/label/{name}/values": s.labelValues,
	} {
		mux.Handle("GET "+path, answer)
		mux.Handle("POST "+path, answer)
	}
	ok := func(http.ResponseWriter, *http.Request) {}
	mux.HandleFunc("GET /-/ready", ok)
	mux.HandleFunc("GET /-/healthy", ok)
	return mux
}

// api frames what a function answers as Prometheus does. The function encodes
// its answer itself, because it lies in memory of a query that must be closed.
type api func(*http.Request) (json.RawMessage, error)

// response is the frame around each answer.
type response struct {
	Status    string          `json:"status"`
	Data      json.RawMessage `json:"data,omitempty"`
	ErrorType string          `json:"errorType,omitempty"`
	Error     string          `json:"error,omitempty"`
}

func (answer api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	data, err := answer(r)
	code, body := http.StatusOK, response{Status: "success", Data: data}
	if err != nil {
		code, body = status(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body)
}

// badData is an error of the one who asks.
type badData struct{ error }

// Unwrap keeps the cause visible to errors.As.
func (e badData) Unwrap() error { return e.error }

// status finds the code and the kind of error that Prometheus answers with.
func status(err error) (int, response) {
	code, kind := http.StatusUnprocessableEntity, "execution"
	var (
		bad     badData
		timeout promql.ErrQueryTimeout
		store   promql.ErrStorage
	)
	switch {
	case errors.As(err, &bad):
		code, kind = http.StatusBadRequest, "bad_data"
	case errors.As(err, &timeout):
		code, kind = http.StatusServiceUnavailable, "timeout"
	case errors.As(err, &store):
		code, kind = http.StatusInternalServerError, "internal"
	case errors.Is(err, context.Canceled):
		code, kind = http.StatusServiceUnavailable, "canceled"
	}
	return code, response{Status: "error", ErrorType: kind, Error: err.Error()}
}
