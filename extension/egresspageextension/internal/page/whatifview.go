// SPDX-License-Identifier: Apache-2.0

package page

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

const viewWhatif = "whatif"

// whatifData is what the view of what-if shows.
type whatifData struct {
	whatifRequest
	// Answer is nil if there are no resources to judge by.
	Answer *whatifAnswer
	// Text is what was posted.
	Text       string
	HasFiles   bool
	At         time.Time
	Error      string
	Namespaces []string
	Modes      []string
	Outcomes   []whatif.Outcome
}

// whatifView answers a form. The resources are those that were posted, else those of the
// files; nothing of them is kept.
func (h *handler) whatifView(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	d := whatifData{
		At: s.at, HasFiles: h.Files.Given(), Namespaces: namespaces(s.rows), Modes: modes, Outcomes: outcomes,
	}
	values := r.URL.Query()
	var set resources.Set
	var err error
	if r.Method == http.MethodPost {
		if set, d.Text, err = h.readForm(w, r); r.PostForm != nil {
			values = formValues(r.PostForm)
		}
	} else {
		set, err = h.readGiven("", nil)
		if len(values) == 0 && !h.Files.Given() {
			values = url.Values{paramWith: {withSuggestions}}
		}
	}
	var parseErr error
	d.whatifRequest, parseErr = parseWhatif(values)
	if errors.Is(err, errNothing) && d.With == withSuggestions {
		err = nil // the suggestions alone
	}
	if err = errors.Join(parseErr, err); err == nil {
		d.Answer, err = h.whatif(s, set, d.whatifRequest)
	}
	if err != nil {
		d.Error = err.Error()
		w.WriteHeader(status(err))
	}
	h.render(w, s, viewWhatif, d)
}

// formValues are the fields of a form that are parameters.
func formValues(form url.Values) url.Values {
	values := url.Values{}
	for name := range form {
		if name != paramResources && form.Get(name) != "" {
			values.Set(name, form.Get(name))
		}
	}
	return values
}
