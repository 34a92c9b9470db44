// SPDX-License-Identifier: Apache-2.0

package page

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// rowsPerPage is the most rows of an answer. A query with more rows has more pages.
const rowsPerPage = 200

// The parameters of a query. They are the same for the page and for the API.
const (
	paramNamespace   = "namespace"
	paramWorkload    = "workload"
	paramDestination = "destination"
	paramDecision    = "decision"
	paramTraffic     = "traffic"
	paramPort        = "port"
	paramGrade       = "grade"
	paramNew         = "new"
	paramSeen        = "seen"
	paramText        = "q"
	paramSort        = "sort"
	paramOrder       = "order"
	paramPage        = "page"
	paramFormat      = "format"
)

// params are all of them.
var params = []string{
	paramNamespace, paramWorkload, paramDestination, paramDecision, paramTraffic, paramPort, paramGrade, paramNew, paramSeen, paramText,
	paramSort, paramOrder, paramPage, paramFormat,
}

const (
	orderDescending = "desc"
	orderAscending  = "asc"
)

// request is a query and the page of its answer.
type request struct {
	egress.Query
	// New and Seen are durations before now, as they were given.
	New, Seen string
	// Page counts from 1.
	Page int
}

// parseRequest reads the parameters of a URL. Errors name the parameter and the value.
func parseRequest(values url.Values, now time.Time) (r request, err error) {
	if err := onlyParams(values, params...); err != nil {
		return request{}, err
	}
	r.Namespace = values.Get(paramNamespace)
	r.Workload = values.Get(paramWorkload)
	r.Destination = values.Get(paramDestination)
	r.Text = values.Get(paramText)
	r.New, r.Seen = values.Get(paramNew), values.Get(paramSeen)
	for _, p := range []struct {
		name string
		read func(value string) error
	}{
		{paramDecision, func(v string) error { return r.Decision.UnmarshalText([]byte(v)) }},
		{paramTraffic, func(v string) error { return r.Traffic.UnmarshalText([]byte(v)) }},
		{paramGrade, func(v string) (err error) { r.Grade, err = egress.ParseGrade(v); return err }},
		{paramPort, func(v string) error {
			port, err := strconv.ParseUint(v, 10, 16)
			if err != nil {
				return errors.New("must be a number from 0 to 65535")
			}
			r.Port = uint16(port)
			return nil
		}},
		{paramNew, func(v string) (err error) { r.NewSince, err = before(now, v); return err }},
		{paramSeen, func(v string) (err error) { r.SeenSince, err = before(now, v); return err }},
		{paramSort, func(v string) (err error) { r.Sort, err = egress.ParseColumn(v); return err }},
		{paramOrder, func(v string) error {
			r.Descending = v == orderDescending
			if !r.Descending && v != orderAscending {
				return fmt.Errorf("must be %s or %s", orderAscending, orderDescending)
			}
			return nil
		}},
	} {
		if v := values.Get(p.name); v != "" {
			if err := p.read(v); err != nil {
				return request{}, fmt.Errorf("`%s` is %q: %w", p.name, v, err)
			}
		}
	}
	if r.Page, err = parsePage(values); err != nil {
		return request{}, err
	}
	if r.Sort == "" {
		r.Sort = egress.BySource
	}
	return r, nil
}

// onlyParams refuses parameters that are none.
func onlyParams(values url.Values, known ...string) error {
	for name := range values {
		if !slices.Contains(known, name) {
			return fmt.Errorf("`%s` is no parameter: there are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// parsePage reads the number of a page, which is 1 if it is not given.
func parsePage(values url.Values) (int, error) {
	v := values.Get(paramPage)
	if v == "" {
		return 1, nil
	}
	page, err := strconv.Atoi(v)
	if err != nil || page < 1 {
		return 0, fmt.Errorf("`%s` is %q: must be a number of at least 1", paramPage, v)
	}
	return page, nil
}

var errDuration = errors.New("must be a duration such as 24h or 30d")

// before is a time before now: `24h`, or in whole days `30d`.
func before(now time.Time, ago string) (time.Time, error) {
	if days, ok := strings.CutSuffix(ago, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 12)
		if err != nil {
			return time.Time{}, errDuration
		}
		return now.AddDate(0, 0, -int(n)), nil
	}
	d, err := time.ParseDuration(ago)
	if err != nil || d < 0 {
		return time.Time{}, errDuration
	}
	return now.Add(-d), nil
}

// values are the parameters that parse to this request. Those that say nothing are
// left out, so that a link is short.
func (r request) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set(paramNamespace, r.Namespace)
	set(paramWorkload, r.Workload)
	set(paramDestination, r.Destination)
	set(paramDecision, r.Decision.String())
	set(paramTraffic, r.Traffic.String())
	set(paramGrade, string(r.Grade))
	set(paramNew, r.New)
	set(paramSeen, r.Seen)
	set(paramText, r.Text)
	if r.Port != 0 {
		v.Set(paramPort, strconv.Itoa(int(r.Port)))
	}
	if r.Sort != egress.BySource || r.Descending {
		v.Set(paramSort, string(r.Sort))
	}
	if r.Descending {
		v.Set(paramOrder, orderDescending)
	}
	if r.Page > 1 {
		v.Set(paramPage, strconv.Itoa(r.Page))
	}
	return v
}

// link is a URL of the destinations view.
func (r request) link() string { return linkTo("/destinations", r.values()) }

func linkTo(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

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
