// SPDX-License-Identifier: Apache-2.0

package page

import "github.com/otelcol-istio/otelcol-istio/internal/egress"

// rowsPerPage is the most rows of an answer. A query with more rows has more pages.
const rowsPerPage = 200

// answer is a page of the rows that a request asks for.
type answer struct {
	Rows []egress.Related
	// Total is the number of rows on all pages.
	Total, Pages int
	// Destinations is how many there are on all pages.
	Destinations int
}

// answer selects rows. Only those of the page get what others say of them.
func (s *snapshot) answer(r request) (a answer) {
	selected := s.index.Select(r.Query)
	a.Total, a.Destinations = len(selected), destinations(selected)
	a.Pages = pagesOf(a.Total)
	from := a.Total
	if r.Page <= a.Pages {
		from = (r.Page - 1) * rowsPerPage
	}
	to := min(from+rowsPerPage, a.Total)
	a.Rows = make([]egress.Related, 0, to-from)
	for i := range selected[from:to] {
		a.Rows = append(a.Rows, s.index.Relate(selected[from+i]))
	}
	return a
}

// destinations counts those of rows.
func destinations(rows []*egress.Row) int {
	names := make(map[string]bool, len(rows))
	for _, r := range rows {
		if !r.Overflow {
			names[r.Destination] = true
		}
	}
	return len(names)
}
