// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// Suggest makes resources for the traffic of rows. It does not change the rows. Settings
// that do not Validate may give a result that Istio refuses.
func Suggest(rows []egress.Row, s Settings) Result {
	rows = egress.Merge(rows, nil) // with a second list, keys that come twice are joined
	j := newJudge(rows, &s)
	p := plan{judge: j, otherPortEntries: newOtherPortEntries(rows), reasons: make([]Reason, len(rows)), protocols: protocols{}}
	for i := range rows {
		w, reason := j.row(&rows[i])
		p.reasons[i] = reason
		w.index = i
		switch {
		case reason == wanted:
			p.wants = append(p.wants, w)
		case rows[i].OtherPorts: // if it has no form, it has no targets
			p.otherPorts = append(p.otherPorts, w)
		}
	}
	p.dropNamedSince()
	p.dropManyAddresses()
	p.dropManyPorts()
	p.settleProtocols(rows)

	var result Result
	offers := p.offers()
	for _, o := range offers {
		result.Offers = append(result.Offers, o.offer(&s))
	}
	if s.Wildcards {
		p.take(offers)
	}
	p.complete(rows)
	entries := p.entries(rows)
	for _, e := range entries {
		result.Documents = append(result.Documents, e.document(&s))
	}
	result.Documents = append(result.Documents, p.sidecars(rows, entries)...)
	slices.SortFunc(result.Documents, compareDocuments)
	for i, reason := range p.reasons {
		if reason != wanted {
			result.NotSuggested = append(result.NotSuggested, NotSuggested{rows[i], reason})
		}
	}
	return result
}
