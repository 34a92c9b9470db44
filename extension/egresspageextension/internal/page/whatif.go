// SPDX-License-Identifier: Apache-2.0

package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

// The parameters of a what-if, beside those of a query.
const (
	paramMode    = "mode"
	paramWith    = "with"
	paramOutcome = "outcome"
)

// modeAsIs judges by the modes that the mesh and its Sidecars have.
const modeAsIs = "as_is"

// withSuggestions adds what is suggested to the resources.
const withSuggestions = "suggestions"

// whatifRequest is what somebody asks for.
type whatifRequest struct {
	Namespace, Workload string
	// Mode is REGISTRY_ONLY or ALLOW_ANY for all workloads, or modeAsIs.
	Mode string
	// With is empty or withSuggestions.
	With string
	// Outcome asks for rows with this one only.
	Outcome string
	Page    int
}

var modes = []string{string(resources.RegistryOnly), string(resources.AllowAny), modeAsIs}

var outcomes = []whatif.Outcome{whatif.Blocked, whatif.Elsewhere, whatif.Unknown, whatif.Passes}

func parseWhatif(values url.Values) (r whatifRequest, err error) {
	if err := onlyParams(values, paramNamespace, paramWorkload, paramMode, paramWith, paramOutcome, paramPage); err != nil {
		return r, err
	}
	r = whatifRequest{
		Namespace: values.Get(paramNamespace), Workload: values.Get(paramWorkload), Mode: values.Get(paramMode), With: values.Get(paramWith),
		Outcome: values.Get(paramOutcome), Page: 1,
	}
	if r.Mode == "" {
		r.Mode = string(resources.RegistryOnly)
	}
	var outcome whatif.Outcome
	switch {
	case !slices.Contains(modes, r.Mode):
		return r, fmt.Errorf("`%s` is %q: must be %s, %s or %s", paramMode, r.Mode, resources.RegistryOnly, resources.AllowAny, modeAsIs)
	case r.With != "" && r.With != withSuggestions:
		return r, fmt.Errorf("`%s` is %q: must be %s", paramWith, r.With, withSuggestions)
	case r.Outcome != "" && outcome.UnmarshalText([]byte(r.Outcome)) != nil:
		return r, fmt.Errorf("`%s` is %q: must be passes, blocked, elsewhere or unknown", paramOutcome, r.Outcome)
	}
	r.Page, err = parsePage(values)
	return r, err
}

// whatifAnswer is the answer of /api/v1/whatif.
type whatifAnswer struct {
	Mode string `json:"mode"`
	// Workloads are all that are asked for.
	Workloads []whatif.Summary `json:"workloads"`
	Rows      []whatif.Judged  `json:"rows"`
	// Total is the number of rows on all pages.
	Total int `json:"total"`
	Page  int `json:"page"`
	Pages int `json:"pages"`
	// NotConsidered are resources of kinds that could change a verdict.
	NotConsidered []resources.ID      `json:"not_considered"`
	Problems      []resources.Problem `json:"problems"`
	Missing       []string            `json:"missing,omitempty"`
}

func (h *handler) apiWhatif(w http.ResponseWriter, r *http.Request) {
	request, err := parseWhatif(r.URL.Query())
	var set resources.Set
	if err == nil {
		set, err = h.readPosted(w, r)
	}
	if errors.Is(err, errNothing) && request.With == withSuggestions {
		err = nil // the suggestions alone
	}
	if err != nil {
		writeError(w, err)
		return
	}
	answer, err := h.whatif(h.Ledgers.snapshot(r.Context()), set, request)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// question is how rows are judged. The resources are not changed.
func (h *handler) question(s *snapshot, set resources.Set, mode string) whatif.Question {
	q := whatif.Question{Resources: set, Mode: h.MeshMode, ClusterDomain: h.Suggestions.ClusterDomain, ProvenNames: whatif.ProvenNamesOf(s.rows)}
	if mode != modeAsIs {
		q.Force = resources.Mode(mode)
	}
	return q
}

// withSuggested adds what is suggested to resources.
func (h *handler) withSuggested(s *snapshot, set resources.Set) resources.Set {
	var suggested resources.Set
	result := h.suggested(s, false)
	for i := range result.Documents {
		if d := &result.Documents[i]; d.Entry != nil {
			suggested.ServiceEntries = append(suggested.ServiceEntries, *d.Entry)
		} else {
			suggested.Sidecars = append(suggested.Sidecars, *d.Sidecar)
		}
	}
	return resources.Join(set, suggested)
}

// whatif judges rows by resources. It is an error if these are too many.
func (h *handler) whatif(s *snapshot, set resources.Set, r whatifRequest) (*whatifAnswer, error) {
	if r.With == withSuggestions {
		set = h.withSuggested(s, set)
	}
	h.working.Lock()
	defer h.working.Unlock()
	judge, err := whatif.NewJudge(h.question(s, set, r.Mode))
	if err != nil {
		return nil, err
	}
	judged := judge.Rows(slices.DeleteFunc(slices.Clone(s.rows), func(row egress.Row) bool {
		return r.Namespace != "" && row.Source.Namespace != r.Namespace || r.Workload != "" && row.Source.Workload != r.Workload
	}))
	a := &whatifAnswer{
		Mode: r.Mode, Workloads: append([]whatif.Summary{}, whatif.Summarize(judged)...), Page: r.Page, NotConsidered: []resources.ID{},
		Problems: append([]resources.Problem{}, set.Problems...), Missing: s.missing(),
	}
	for _, o := range set.NotConsidered {
		a.NotConsidered = append(a.NotConsidered, o.ID)
	}
	a.Rows, a.Total = pageOf(judged, r.Page, func(j *whatif.Judged) bool { return r.Outcome == "" || j.Verdict.Outcome.String() == r.Outcome },
		func(j *whatif.Judged) whatif.Judged { return *j })
	a.Pages = pagesOf(a.Total)
	return a, nil
}
