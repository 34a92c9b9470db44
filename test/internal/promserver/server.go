// SPDX-License-Identifier: Apache-2.0

// Package promserver is a small Prometheus made of Prometheus' own code: its
// remote-write handler, its TSDB and its query engine behind its HTTP API.
// There is nothing that scrapes, alerts or discovers.
//
// Invariant: no sample is stored, and no expression evaluated, but by
// Prometheus' code with the settings a Prometheus has by default; here is only
// what reads the parameters and frames the answers.
package promserver

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/exp/api/remote"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	promremote "github.com/prometheus/prometheus/storage/remote"
	"github.com/prometheus/prometheus/tsdb"
)

// Prometheus' own defaults.
const (
	maxSamples   = 50_000_000
	maxExemplars = 100_000
	queryTimeout = 2 * time.Minute
)

// Server is one Prometheus: a database and its HTTP API.
type Server struct {
	db      *tsdb.DB
	engine  *promql.Engine
	parser  parser.Parser
	handler http.Handler
}

// Open opens the database in a directory, which is made if it is not there.
func Open(dir string, logger *slog.Logger) (*Server, error) {
	registry := prometheus.NewRegistry()
	options := tsdb.DefaultOptions()
	options.EnableExemplarStorage = true
	options.MaxExemplars = maxExemplars
	db, err := tsdb.Open(dir, logger, registry, options, nil)
	if err != nil {
		return nil, fmt.Errorf("open the database in %s: %w", dir, err)
	}
	s := &Server{db: db, parser: parser.NewParser(parser.Options{})}
	s.engine = promql.NewEngine(promql.EngineOpts{
		Logger:               logger,
		Reg:                  registry,
		MaxSamples:           maxSamples,
		Timeout:              queryTimeout,
		EnableAtModifier:     true,
		EnableNegativeOffset: true,
		Parser:               s.parser,
	})
	messages := remote.MessageTypes{remote.WriteV1MessageType, remote.WriteV2MessageType}
	s.handler = s.routes(
		promremote.NewWriteHandler(logger, registry, db, messages, false, false, false),
		promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	)
	return s, nil
}

// ServeHTTP answers like a Prometheus; see routes.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close writes the database to disk. No request may be under way.
func (s *Server) Close() error {
	engineErr := s.engine.Close()
	if err := s.db.Close(); err != nil {
		return err
	}
	return engineErr
}
