// SPDX-License-Identifier: Apache-2.0

package page

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// egressAnswer is the answer of /api/v1/egress.
type egressAnswer struct {
	Rows []egress.Related `json:"rows"`
	// Total is the number of rows on all pages.
	Total int `json:"total"`
	Page  int `json:"page"`
	Pages int `json:"pages"`
	// Missing are peers of which rows are not here: they did not answer, or have rows that
	// this version does not understand.
	Missing []string `json:"missing,omitempty"`
}

// aboutAnswer is the answer of /api/v1/about.
type aboutAnswer struct {
	Version string    `json:"version"`
	Time    time.Time `json:"time"`
	Ledgers []about   `json:"ledgers"`
	// Peers are the other gateways that were asked.
	Peers []peerStatus `json:"peers,omitempty"`
}

func (h *handler) apiEgress(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	req, err := parseRequest(r.URL.Query(), s.at)
	if err != nil {
		writeError(w, err)
		return
	}
	switch format := r.URL.Query().Get(paramFormat); format {
	case "", "json":
		a := s.answer(req)
		writeJSON(w, http.StatusOK, egressAnswer{a.Rows, a.Total, req.Page, a.Pages, s.missing()})
	case "csv":
		writeCSV(w, s, req)
	default:
		writeError(w, fmt.Errorf("`%s` is %q: must be json or csv", paramFormat, format))
	}
}

func (h *handler) apiAbout(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	writeJSON(w, http.StatusOK, h.aboutAnswer(s))
}

func (h *handler) aboutAnswer(s *snapshot) aboutAnswer {
	return aboutAnswer{h.Version, s.at, append([]about{}, s.about...), s.peers}
}

func writeError(w http.ResponseWriter, err error) {
	writeJSON(w, status(err), map[string]string{"error": err.Error()})
}

// status of an error.
func status(err error) int {
	switch {
	case errors.Is(err, errTooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errMissing):
		return http.StatusServiceUnavailable
	default:
		return http.StatusBadRequest
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the reader has gone
}

var csvHeader = []string{
	"source_namespace", "source_workload", "source_app", "destination", "name_source", "grade", "port", "traffic", "decision", "entry",
	"overflow", "requests", "connections", "sent_bytes", "received_bytes", "first_seen", "last_seen", "addresses", "client_names",
}

// writeCSV writes all rows of a query: a file has no pages.
func writeCSV(w http.ResponseWriter, s *snapshot, r request) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="egress.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write(csvHeader)
	rows := s.index.Select(r.Query)
	for _, row := range rows {
		_ = out.Write([]string{
			cell(row.Source.Namespace), cell(row.Source.Workload), cell(row.Source.App), cell(row.Destination),
			row.NameSource.String(), string(s.index.Grade(row)), port(&row.Key), row.Traffic.String(),
			row.Decision.String(), cell(row.Entry), strconv.FormatBool(row.Overflow),
			number(row.Requests), number(row.Connections), number(row.SentBytes), number(row.ReceivedBytes),
			row.FirstSeen.Format(time.RFC3339), row.LastSeen.Format(time.RFC3339), cell(strings.Join(row.Addresses, " ")), cell(strings.Join(row.ClientNames, " ")),
		})
	}
	out.Flush()
}

// port is 0 if the log does not say it.
func port(k *egress.Key) string { return cmp.Or(k.PortText(), "0") }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// cell keeps a spreadsheet from taking a text for a formula. Source: OWASP, CSV
// Injection.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
