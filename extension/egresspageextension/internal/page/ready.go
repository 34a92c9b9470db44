// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/url"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
	"github.com/otelcol-istio/otelcol-istio/internal/whatif"
)

// readyAge is how old the answer may be whether workloads are ready: it takes long with
// many rows.
const readyAge = 10 * time.Second

// readiness is the last answer for all workloads.
type readiness struct {
	at         time.Time
	byWorkload map[egress.Source]*ready
}

// ready says what would become of a workload under REGISTRY_ONLY with the resources of
// the files.
type ready struct {
	source egress.Source
	// Breaks and Unknown count destinations.
	Breaks, Unknown int
}

// Link leads to the rows behind the numbers.
func (r *ready) Link() string {
	return linkTo("/whatif", url.Values{paramNamespace: {r.source.Namespace}, paramWorkload: {r.source.Workload}})
}

// addReady tells of each workload whether it is ready. It is false without files, since
// what entries there are is not known then, and if the files have too many.
func (h *handler) addReady(s *snapshot, all []namespaceSummary) bool {
	if !h.Files.Given() {
		return false
	}
	set := h.Files.Set()
	h.working.Lock()
	defer h.working.Unlock()
	if h.ready.byWorkload == nil || s.at.Sub(h.ready.at).Abs() >= readyAge {
		judge, err := whatif.NewJudge(h.question(s, set, string(resources.RegistryOnly)))
		if err != nil {
			return false
		}
		h.ready = readiness{s.at, map[egress.Source]*ready{}}
		for _, sum := range whatif.Summarize(judge.Rows(s.rows)) {
			h.ready.add(&sum)
		}
	}
	for i := range all {
		for j := range all[i].Workloads {
			w := &all[i].Workloads[j]
			w.Ready = h.ready.byWorkload[w.Source]
		}
	}
	return true
}

// add adds up the apps of a workload.
func (r *readiness) add(sum *whatif.Summary) {
	key := egress.Source{Namespace: sum.Source.Namespace, Workload: sum.Source.Workload}
	if r.byWorkload[key] == nil {
		r.byWorkload[key] = &ready{source: key}
	}
	r.byWorkload[key].Breaks += sum.Breaks
	r.byWorkload[key].Unknown += sum.Unknown
}

// verdicts are those of rows, nil without files, and if the files have too many entries.
func (h *handler) verdicts(s *snapshot, rows []egress.Related) []whatif.Verdict {
	if !h.Files.Given() || len(rows) == 0 {
		return nil
	}
	set := h.Files.Set()
	h.working.Lock()
	defer h.working.Unlock()
	judge, err := whatif.NewJudge(h.question(s, set, string(resources.RegistryOnly)))
	if err != nil {
		return nil
	}
	verdicts := make([]whatif.Verdict, len(rows))
	for i := range rows {
		verdicts[i] = judge.Row(&rows[i].Row)
	}
	return verdicts
}
