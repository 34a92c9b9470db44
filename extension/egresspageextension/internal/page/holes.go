// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/holes"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

const viewHoles = "holes"

// holesAnswer is the answer of /api/v1/holes.
type holesAnswer struct {
	Holes []holes.Hole `json:"holes"`
	// Total is the number of holes, of which the answer has the first ones.
	Total    int                 `json:"total"`
	Problems []resources.Problem `json:"problems"`
	Missing  []string            `json:"missing,omitempty"`
}

// holesIn finds the holes of resources, and those that the traffic tells. A namespace
// limits the answer to its entries, and to what is known from traffic alone.
func (h *handler) holesIn(s *snapshot, set resources.Set, namespace string) (found []holes.Hole, total int) {
	return some(holes.Find(&set, s.rows, whatif.ProvenNamesOf(s.rows)),
		func(f *holes.Hole) bool {
			return namespace == "" || f.Entry.Namespace == namespace || f.Entry == resources.ID{}
		},
		func(f *holes.Hole) holes.Hole { return *f })
}

func (h *handler) holes(s *snapshot, namespace string) holesAnswer {
	set := h.Files.Set()
	h.working.Lock()
	defer h.working.Unlock()
	a := holesAnswer{Problems: append([]resources.Problem{}, set.Problems...), Missing: s.missing()}
	a.Holes, a.Total = h.holesIn(s, set, namespace)
	return a
}

func (h *handler) apiHoles(w http.ResponseWriter, r *http.Request) {
	if err := onlyParams(r.URL.Query(), paramNamespace); err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, h.holes(h.Ledgers.snapshot(r.Context()), r.URL.Query().Get(paramNamespace)))
}

// holesData is what the view of holes shows.
type holesData struct {
	holesAnswer
	HasFiles bool
	At       time.Time
	Error    string
}

func (h *handler) holesView(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	d := holesData{At: s.at, HasFiles: h.Files.Given()}
	if err := onlyParams(r.URL.Query(), paramNamespace); err != nil {
		d.Error = err.Error()
		w.WriteHeader(http.StatusBadRequest)
	} else {
		d.holesAnswer = h.holes(s, r.URL.Query().Get(paramNamespace))
	}
	h.render(w, s, viewHoles, d)
}
