// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/holes"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/suggest"
)

// maxDiff is the most of each list of a diff. What is beyond is only counted.
const maxDiff = 1000

// diffAnswer is the answer of /api/v1/diff.
type diffAnswer struct {
	Added     []documentAnswer `json:"added"`
	Changed   []matchAnswer    `json:"changed"`
	Unchanged []matchAnswer    `json:"unchanged"`
	// Unused, Used and Unknown are the ServiceEntries of the user.
	Unused  []suggest.Usage `json:"unused"`
	Used    []suggest.Usage `json:"used"`
	Unknown []suggest.Usage `json:"unknown"`
	// Holes are entries of the user that let through more than they say.
	Holes  []holes.Hole `json:"holes"`
	Totals diffTotals   `json:"totals"`
	// UnusedAfterSeconds is how long an entry is without traffic before it is unused.
	UnusedAfterSeconds int64     `json:"unused_after_seconds"`
	WatchingSince      time.Time `json:"watching_since"`
	// Problems are parts of the resources that were not used.
	Problems []resources.Problem `json:"problems"`
	Missing  []string            `json:"missing,omitempty"`
}

// diffTotals are how long the lists are.
type diffTotals struct {
	Added     int `json:"added"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Unused    int `json:"unused"`
	Used      int `json:"used"`
	Unknown   int `json:"unknown"`
	Holes     int `json:"holes"`
}

// matchAnswer is a suggestion and the resources that stand for it.
type matchAnswer struct {
	documentAnswer
	By []resources.ID `json:"by"`
}

func (h *handler) apiDiff(w http.ResponseWriter, r *http.Request) {
	if err := onlyParams(r.URL.Query(), paramNamespace); err != nil {
		writeError(w, err)
		return
	}
	set, err := h.readPosted(w, r)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, h.diff(h.Ledgers.snapshot(r.Context()), set, r.URL.Query().Get(paramNamespace)))
}

// diff compares what the traffic needs with resources. A namespace limits the answer to
// its resources.
func (h *handler) diff(s *snapshot, set resources.Set, namespace string) diffAnswer {
	needed := h.suggested(s, true)
	h.working.Lock()
	defer h.working.Unlock()
	given := suggest.Given{Set: set, Now: s.at, WatchingSince: s.watchingSince(), UnusedAfter: h.UnusedAfter}
	d := suggest.Diff(needed, s.rows, &given)
	a := diffAnswer{
		UnusedAfterSeconds: int64(h.UnusedAfter.Seconds()), WatchingSince: given.WatchingSince,
		Problems: append([]resources.Problem{}, set.Problems...), Missing: s.missing(),
	}
	asked := func(id resources.ID) bool { return namespace == "" || namespace == id.Namespace }
	a.Added, a.Totals.Added = some(d.Added, func(d *suggest.Document) bool { return asked(d.ID) }, newDocument)
	match := func(m *suggest.Match) bool { return asked(m.ID) }
	a.Changed, a.Totals.Changed = some(d.Changed, match, newMatch)
	a.Unchanged, a.Totals.Unchanged = some(d.Unchanged, match, newMatch)
	in := func(state suggest.UsageState) func(*suggest.Usage) bool {
		return func(u *suggest.Usage) bool { return asked(u.ID) && u.State == state }
	}
	same := func(u *suggest.Usage) suggest.Usage { return *u }
	a.Unused, a.Totals.Unused = some(d.Entries, in(suggest.Unused), same)
	a.Used, a.Totals.Used = some(d.Entries, in(suggest.Used), same)
	a.Unknown, a.Totals.Unknown = some(d.Entries, in(suggest.UnusedUnknown), same)
	a.Holes, a.Totals.Holes = h.holesIn(s, set, namespace)
	return a
}

func newMatch(m *suggest.Match) matchAnswer { return matchAnswer{newDocument(&m.Document), m.By} }

// some are the first of those of a list that are asked for, and how many there are.
func some[T, A any](all []T, asked func(*T) bool, answer func(*T) A) (first []A, total int) {
	return part(all, maxDiff, 1, asked, answer)
}

// watchingSince is when the last of the ledgers began: from then on nothing was missed.
func (s *snapshot) watchingSince() (since time.Time) {
	for _, a := range s.about {
		if a.WatchingSince.After(since) {
			since = a.WatchingSince
		}
	}
	if len(s.about) == 0 {
		return s.at
	}
	return since
}
