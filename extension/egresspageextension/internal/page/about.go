// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"slices"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

const viewAbout = "about"

// aboutData is what the view shows beside the API's answer.
type aboutData struct {
	aboutAnswer
	// Silent are the proxies that have been silent for the longest, rowsPerPage at most.
	Silent []proxyLine
	// Proxies is the number of all proxies.
	Proxies int
}

type proxyLine struct {
	egress.Proxy
	// Ago is the time since its last record.
	Ago time.Duration
}

func (h *handler) about(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	all := proxiesOf(s.about)
	d := aboutData{aboutAnswer: h.aboutAnswer(s), Proxies: len(all)}
	for _, p := range all[:min(len(all), rowsPerPage)] {
		d.Silent = append(d.Silent, proxyLine{p, max(s.at.Sub(p.LastRecord), 0)})
	}
	h.render(w, s, viewAbout, d)
}

// proxiesOf are the proxies of all ledgers, the longest silent first. A proxy may send
// to several gateways.
func proxiesOf(ledgers []about) (all []egress.Proxy) {
	last := map[string]time.Time{}
	for _, l := range ledgers {
		for _, p := range l.Proxies {
			if p.LastRecord.After(last[p.Name]) {
				last[p.Name] = p.LastRecord
			}
		}
	}
	for name, at := range last {
		all = append(all, egress.Proxy{Name: name, LastRecord: at})
	}
	slices.SortFunc(all, egress.Proxy.Compare)
	return all
}

// missingLabels counts records of all ledgers that lack a label.
type missingLabels struct{ Host, Address int64 }

func missingLabelsOf(ledgers []about) (m missingLabels) {
	for _, l := range ledgers {
		m.Host += l.RecordsWithoutHost
		m.Address += l.RecordsWithoutAddress
	}
	return m
}
