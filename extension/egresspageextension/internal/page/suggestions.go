// SPDX-License-Identifier: Apache-2.0

package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/suggest"
)

// paramAllowed asks for entries of what entries let through already, too.
const paramAllowed = "allowed"

// maxEvidence is the most rows that a document in an answer names.
const maxEvidence = 20

// suggestionsRequest is what somebody asks for.
type suggestionsRequest struct {
	Namespace string
	Allowed   bool
	// Page counts from 1, for each of the three lists.
	Page   int
	Format string
}

// parseSuggestions reads the parameters of a URL.
func parseSuggestions(values url.Values) (r suggestionsRequest, err error) {
	if err := onlyParams(values, paramNamespace, paramAllowed, paramPage, paramFormat); err != nil {
		return r, err
	}
	r.Namespace, r.Format = values.Get(paramNamespace), values.Get(paramFormat)
	if v := values.Get(paramAllowed); v != "" {
		if r.Allowed, err = strconv.ParseBool(v); err != nil {
			return r, fmt.Errorf("`%s` is %q: must be true or false", paramAllowed, v)
		}
	}
	if r.Page, err = parsePage(values); err != nil {
		return r, err
	}
	if !slices.Contains([]string{"", "json", "yaml"}, r.Format) {
		return r, fmt.Errorf("`%s` is %q: must be json or yaml", paramFormat, r.Format)
	}
	return r, nil
}

// suggested is what the rows of a snapshot suggest, or with allowed all that they need. It
// is worked out once.
func (h *handler) suggested(s *snapshot, allowed bool) *suggest.Result {
	h.working.Lock()
	defer h.working.Unlock()
	if s.suggested[allowed] == nil {
		settings := h.Suggestions
		settings.Allowed = allowed
		result := suggest.Suggest(s.rows, settings)
		s.suggested[allowed] = &result
	}
	return s.suggested[allowed]
}

// documentAnswer is a suggested resource.
type documentAnswer struct {
	ID   resources.ID `json:"id"`
	YAML string       `json:"yaml"`
	suggest.Evidence
	Notes []string `json:"notes,omitempty"`
	// Rows are the first of those that it is for.
	Rows []egress.Row `json:"rows,omitempty"`
	// MoreRows is how many others there are.
	MoreRows int `json:"more_rows,omitempty"`
}

func newDocument(d *suggest.Document) documentAnswer {
	a := documentAnswer{ID: d.ID, YAML: string(d.YAML()), Evidence: d.Evidence(), Notes: d.Notes, Rows: d.Rows}
	if more := len(d.Rows) - maxEvidence; more > 0 {
		a.Rows, a.MoreRows = d.Rows[:maxEvidence], more
	}
	return a
}

// offerAnswer is a wildcard that would replace entries.
type offerAnswer struct {
	documentAnswer
	Source egress.Source `json:"source"`
	Hosts  []string      `json:"hosts"`
}

// refusedAnswer is a row for which nothing is suggested.
type refusedAnswer struct {
	egress.Row
	Reason suggest.Reason `json:"reason"`
	Text   string         `json:"text"`
}

// suggestionsAnswer is the answer of /api/v1/suggestions.
type suggestionsAnswer struct {
	// Namespaces are all that have documents.
	Namespaces   []string         `json:"namespaces"`
	Documents    []documentAnswer `json:"documents"`
	Offers       []offerAnswer    `json:"offers"`
	NotSuggested []refusedAnswer  `json:"not_suggested"`
	// The totals are those of all pages.
	DocumentsTotal    int      `json:"documents_total"`
	OffersTotal       int      `json:"offers_total"`
	NotSuggestedTotal int      `json:"not_suggested_total"`
	Page              int      `json:"page"`
	Pages             int      `json:"pages"`
	Missing           []string `json:"missing,omitempty"`
}

// answerSuggestions picks what a request asks for.
func (h *handler) answerSuggestions(s *snapshot, result *suggest.Result, r suggestionsRequest) suggestionsAnswer {
	a := suggestionsAnswer{Namespaces: append([]string{}, result.Namespaces()...), Page: r.Page, Missing: s.missing()}
	asked := func(namespace string) bool { return r.Namespace == "" || r.Namespace == namespace }
	a.Documents, a.DocumentsTotal = pageOf(result.Documents, r.Page, func(d *suggest.Document) bool { return asked(d.ID.Namespace) }, newDocument)
	a.Offers, a.OffersTotal = pageOf(result.Offers, r.Page, func(o *suggest.Offer) bool { return asked(o.ID.Namespace) },
		func(o *suggest.Offer) offerAnswer { return offerAnswer{newDocument(&o.Document), o.Source, o.Hosts} })
	a.NotSuggested, a.NotSuggestedTotal = pageOf(result.NotSuggested, r.Page, func(n *suggest.NotSuggested) bool { return asked(n.Source.Namespace) },
		func(n *suggest.NotSuggested) refusedAnswer {
			return refusedAnswer{n.Row, n.Reason, h.Suggestions.Sentence(n.Reason)}
		})
	a.Pages = max(pagesOf(a.DocumentsTotal), pagesOf(a.OffersTotal), pagesOf(a.NotSuggestedTotal))
	return a
}

// pageOf is a page of those of a list that are asked for, and how many there are on all
// pages. A page has as many as a page of rows.
func pageOf[T, A any](all []T, page int, asked func(*T) bool, answer func(*T) A) (some []A, total int) {
	return part(all, rowsPerPage, page, asked, answer)
}

// part is a page of a size.
func part[T, A any](all []T, size, page int, asked func(*T) bool, answer func(*T) A) (some []A, total int) {
	some = []A{}
	for i := range all {
		if !asked(&all[i]) {
			continue
		}
		if total/size == page-1 {
			some = append(some, answer(&all[i]))
		}
		total++
	}
	return some, total
}

func pagesOf(total int) int { return max(1, (total+rowsPerPage-1)/rowsPerPage) }

func (h *handler) apiSuggestions(w http.ResponseWriter, r *http.Request) {
	request, err := parseSuggestions(r.URL.Query())
	if err != nil {
		writeError(w, err)
		return
	}
	s := h.Ledgers.snapshot(r.Context())
	result := h.suggested(s, request.Allowed)
	if request.Format != "yaml" {
		writeJSON(w, http.StatusOK, h.answerSuggestions(s, result, request))
		return
	}
	if missing := s.missing(); len(missing) > 0 {
		// A file must not look whole that is not.
		writeError(w, fmt.Errorf("%w: %s", errMissing, strings.Join(missing, ", ")))
		return
	}
	w.Header().Set("Content-Type", "application/yaml")
	w.Header().Set("Content-Disposition", `attachment; filename="`+fileName(request.Namespace, result)+`"`)
	_, _ = w.Write(result.YAML(request.Namespace)) // the reader has gone
}

// errMissing is that of a file that would lack the rows of peers.
var errMissing = errors.New("rows of these gateways are missing")

// fileName is that of a namespace that has documents; nobody's text becomes one.
func fileName(namespace string, result *suggest.Result) string {
	if namespace != "" && slices.Contains(result.Namespaces(), namespace) {
		return "egress-" + namespace + ".yaml"
	}
	return "egress.yaml"
}
