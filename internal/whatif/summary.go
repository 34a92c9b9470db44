// SPDX-License-Identifier: Apache-2.0

package whatif

import (
	"cmp"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// Judged is a row with its verdict.
type Judged struct {
	Row     egress.Row `json:"row"`
	Verdict Verdict    `json:"verdict"`
}

// Rows judges rows of the ledger, and returns them in their order.
func (j *Judge) Rows(rows []egress.Row) []Judged {
	judged := make([]Judged, len(rows))
	byWorkload := make([]int, len(rows)) // What a workload knows is made once.
	for i := range rows {
		byWorkload[i] = i
	}
	slices.SortStableFunc(byWorkload, func(a, b int) int {
		s, o := &rows[a].Source, &rows[b].Source
		return cmp.Or(strings.Compare(s.Namespace, o.Namespace), strings.Compare(s.App, o.App))
	})
	for _, i := range byWorkload {
		judged[i] = Judged{Row: rows[i], Verdict: j.Row(&rows[i])}
	}
	return judged
}

// Summary says whether a workload is ready. Its numbers are of destinations, which are
// told apart by name and port. Each destination counts once, by its worst row.
type Summary struct {
	Source egress.Source `json:"source"`
	// Breaks: what gets through now would be blocked or go elsewhere.
	Breaks int `json:"breaks"`
	// Unknown: what gets through now may break.
	Unknown int `json:"unknown"`
	// StaysBlocked is blocked now, too.
	StaysBlocked int `json:"stays_blocked"`
	// Opens is blocked now, and would pass or go elsewhere, or may do so.
	Opens int `json:"opens"`
	// Passes now and then.
	Passes int `json:"passes"`
	// Ready is true if nothing breaks and nothing is unknown.
	Ready bool `json:"ready"`
}

// fate is what happens to a destination, the worst first.
type fate uint8

const (
	breaks fate = iota
	mayBreak
	opens
	staysBlocked
	keepsPassing
)

func fateOf(j *Judged) fate {
	blocked := j.Row.Decision == egress.Blocked
	switch o := j.Verdict.Outcome; {
	case blocked && o == Blocked:
		return staysBlocked
	case blocked:
		return opens
	case o == Blocked || o == Elsewhere:
		return breaks
	case o == Unknown:
		return mayBreak
	default:
		return keepsPassing
	}
}

// Summarize adds up verdicts by workload, in the order of namespaces and workloads.
func Summarize(judged []Judged) []Summary {
	type destination struct {
		source egress.Source
		name   string
		port   string
	}
	fates := map[destination]fate{}
	for i := range judged {
		r := &judged[i].Row
		d := destination{r.Source, strings.ToLower(r.Destination), r.PortText()}
		f := fateOf(&judged[i])
		if was, ok := fates[d]; !ok || f < was {
			fates[d] = f
		}
	}
	bySource := map[egress.Source]*Summary{}
	for d, f := range fates {
		s := bySource[d.source]
		if s == nil {
			s = &Summary{Source: d.source}
			bySource[d.source] = s
		}
		*map[fate]*int{breaks: &s.Breaks, mayBreak: &s.Unknown, opens: &s.Opens, staysBlocked: &s.StaysBlocked, keepsPassing: &s.Passes}[f]++
	}
	summaries := make([]Summary, 0, len(bySource))
	for _, s := range bySource {
		s.Ready = s.Breaks == 0 && s.Unknown == 0
		summaries = append(summaries, *s)
	}
	slices.SortFunc(summaries, func(a, b Summary) int { return a.Source.Compare(b.Source) })
	return summaries
}
