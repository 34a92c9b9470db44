// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const viewSuggestions = "suggestions"

// suggestionsData is what the view of suggestions shows.
type suggestionsData struct {
	suggestionsRequest
	suggestionsAnswer
	At    time.Time
	Error string
	// Diff is nil if there are no resources to compare with.
	Diff *diffAnswer
}

func (h *handler) suggestions(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	d := suggestionsData{At: s.at}
	var err error
	if d.suggestionsRequest, err = parseSuggestions(r.URL.Query()); err != nil {
		d.Error = err.Error()
		w.WriteHeader(http.StatusBadRequest)
		h.render(w, s, viewSuggestions, d)
		return
	}
	d.suggestionsAnswer = h.answerSuggestions(s, h.suggested(s, d.Allowed), d.suggestionsRequest)
	if h.Files.Given() {
		diff := h.diff(s, h.Files.Set(), d.Namespace)
		d.Diff = &diff
	}
	h.render(w, s, viewSuggestions, d)
}

// Number is that of the page of rows for which nothing is suggested.
func (d suggestionsData) Number() int { return d.suggestionsRequest.Page }

// File is a link to the file of a namespace.
func (d suggestionsData) File(namespace string) string {
	v := url.Values{paramNamespace: {namespace}, paramFormat: {"yaml"}}
	if d.Allowed {
		v.Set(paramAllowed, "true")
	}
	return linkTo("/api/v1/suggestions", v)
}

// JSON is a link to the same for programs.
func (d suggestionsData) JSON() string { return linkTo("/api/v1/suggestions", d.values(d.Number())) }

// Previous is a link to the page before, or to the last one if there are fewer. It is
// empty if there is none.
func (d suggestionsData) Previous() string { return d.turn(min(d.Number()-1, d.Pages)) }

// Next is a link to the page after, empty if there is none.
func (d suggestionsData) Next() string { return d.turn(d.Number() + 1) }

func (d suggestionsData) turn(page int) string {
	if page < 1 || page > d.Pages {
		return ""
	}
	return linkTo("/suggestions", d.values(page))
}

func (d suggestionsData) values(page int) url.Values {
	v := url.Values{}
	if d.Namespace != "" {
		v.Set(paramNamespace, d.Namespace)
	}
	if d.Allowed {
		v.Set(paramAllowed, "true")
	}
	if page > 1 {
		v.Set(paramPage, strconv.Itoa(page))
	}
	return v
}
