// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

const viewDestinations = "destinations"

// destinationsData is what the table of destinations shows.
type destinationsData struct {
	request
	answer
	At      time.Time
	Error   string
	Columns []column
	// Verdicts are those of the rows under REGISTRY_ONLY with the resources of the files,
	// nil without files.
	Verdicts []whatif.Verdict
	// Options of the filters.
	Decisions []egress.Decision
	Kinds     []egress.Traffic
	Grades    []egress.Grade
	Ages      []string
	// Namespaces and Workloads are those that rows have.
	Namespaces []string
}

// Entry is the host of the ServiceEntry that let a row through, if it is another than the
// destination.
func (destinationsData) Entry(r egress.Related) string {
	if r.Entry == r.Destination {
		return ""
	}
	return r.Entry
}

// column is a heading of the table.
type column struct {
	Title string
	// Link sorts by the column; empty if nothing does.
	Link string
	// Sorted is what aria-sort says: ascending, descending, or empty.
	Sorted string
	Number bool
}

var columns = []struct {
	title  string
	by     egress.Column
	number bool
}{
	{"Source", egress.BySource, false},
	{"Destination", egress.ByDestination, false},
	{"Name", "", false},
	{"Port", egress.ByPort, true},
	{"Kind", egress.ByTraffic, false},
	{"Decision", egress.ByDecision, false},
	{"Count", egress.ByCount, true},
	{"Bytes out", egress.BySentBytes, true},
	{"Bytes in", egress.ByReceived, true},
	{"First seen", egress.ByFirstSeen, false},
	{"Last seen", egress.ByLastSeen, false},
}

func (h *handler) destinations(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	d := destinationsData{
		At:        s.at,
		Decisions: []egress.Decision{egress.Blocked, egress.Passed, egress.Allowed},
		Kinds:     []egress.Traffic{egress.HTTP, egress.GRPC, egress.TLS, egress.TCP},
		Grades:    egress.Grades,
		Ages:      []string{"1h", recentlyText, "7d", "30d"},
	}
	var err error
	if d.request, err = parseRequest(r.URL.Query(), s.at); err != nil {
		d.Error = err.Error()
		w.WriteHeader(http.StatusBadRequest)
	} else {
		d.answer = s.answer(d.request)
		d.Verdicts = h.verdicts(s, d.Rows)
	}
	d.Columns = headings(d.request)
	if d.Verdicts != nil {
		d.Columns = append(d.Columns, column{Title: "Under REGISTRY_ONLY"})
	}
	d.Namespaces = namespaces(s.rows)
	h.render(w, s, viewDestinations, d)
}

// namespaces of rows, which are sorted by them.
func namespaces(rows []egress.Row) (names []string) {
	for i := range rows {
		if n := rows[i].Source.Namespace; len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return names
}

// headings link to the same query in another order. Numbers and times begin with the
// largest.
func headings(r request) []column {
	all := make([]column, len(columns))
	for i, c := range columns {
		all[i] = column{Title: c.title, Number: c.number}
		if c.by == "" {
			continue
		}
		to := r
		to.Sort, to.Page = c.by, 1
		to.Descending = c.number && c.by != egress.ByPort || c.by == egress.ByFirstSeen || c.by == egress.ByLastSeen
		if r.Sort == c.by {
			to.Descending = !r.Descending
			all[i].Sorted = "ascending"
			if r.Descending {
				all[i].Sorted = "descending"
			}
		}
		all[i].Link = to.link()
	}
	return all
}

// Previous is a link to the page before, or to the last one if there are fewer. It is
// empty if there is none.
func (d destinationsData) Previous() string { return d.turn(min(d.Page-1, d.Pages)) }

// Next is a link to the page after, empty if there is none.
func (d destinationsData) Next() string { return d.turn(d.Page + 1) }

func (d destinationsData) turn(page int) string {
	if page < 1 || page > d.Pages {
		return ""
	}
	to := d.request
	to.Page = page
	return to.link()
}

// JSON is a link to the same rows for programs.
func (d destinationsData) JSON() string { return linkTo("/api/v1/egress", d.values()) }

// CSV is a link to all rows of the query as a file.
func (d destinationsData) CSV() string {
	v := d.values()
	v.Del(paramPage)
	v.Set(paramFormat, "csv")
	return linkTo("/api/v1/egress", v)
}
