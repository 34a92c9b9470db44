// SPDX-License-Identifier: Apache-2.0

package page

import (
	"fmt"
	"net/url"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
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
		{paramPort, func(v string) (err error) { r.Port, r.OtherPorts, err = parsePort(v); return err }},
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
