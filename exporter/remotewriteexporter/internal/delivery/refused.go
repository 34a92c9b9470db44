// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"slices"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/protocol"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/send"
)

// part is a request, or what is left of one that was refused.
type part struct {
	protocol.Request
	// whole is set if this is the newest value of each of its series: it was refused
	// as out of order.
	whole *protocol.Request
}

// refused returns what of a refused request is to be sent, the last part first.
// What is not is lost.
func (f *flush) refused(p part, a *send.Answer) []part {
	switch {
	case p.whole != nil:
		return f.halve(*p.whole, a)
	case a.Reason == send.ReasonNativeHistograms:
		// To halve would find them one by one, and there may be as many as
		// there are label sets.
		samples, histograms, ok := f.opts.SplitHistograms(p.Body, f.item.Version)
		if ok {
			protocol.SharePoints(p.Counts, &samples.Counts, &histograms.Counts)
			f.observer.Lost(histograms.Counts, Reason(a.Reason), a.Text)
			return f.extraParts(a, part{Request: samples})
		}
	case a.Reason == send.ReasonOutOfOrder:
		// If the server has the request, it takes the newest values once more, since
		// they are no news, and refuses those before them. There may be as many as
		// there are series.
		newest, older, ok := f.opts.SplitNewest(p.Body, f.item.Version)
		if ok {
			protocol.SharePoints(p.Counts, &newest.Counts, &older.Counts)
			return f.extraParts(a, part{Request: newest, whole: &p.Request})
		}
	}
	return f.halve(p.Request, a)
}

// halve returns both halves of a refused request, the last one first.
func (f *flush) halve(r protocol.Request, a *send.Answer) []part {
	first, second, ok := f.opts.Split(r.Body, f.item.Version)
	if !ok {
		f.observer.Lost(r.Counts, Reason(a.Reason), a.Text)
		return nil
	}
	protocol.SharePoints(r.Counts, &first.Counts, &second.Counts)
	return f.extraParts(a, part{Request: second}, part{Request: first})
}

// extraParts returns those parts of a refused request that have series, or none
// if there were too many extra requests.
func (f *flush) extraParts(a *send.Answer, parts ...part) []part {
	parts = slices.DeleteFunc(parts, func(p part) bool { return p.Series == 0 })
	if f.extra.Add(-int64(len(parts))) >= 0 {
		return parts
	}
	for _, p := range parts {
		if p.whole != nil {
			p.Request = *p.whole
		}
		f.observer.Lost(p.Counts, ReasonRefusedTogether, a.Text)
	}
	return nil
}

// older accounts for the values before the newest ones of their series, which the
// server has refused. They are there if the request was sent before: the server takes
// all of a request or nothing.
func (f *flush) older(c protocol.Counts, again bool) {
	if again {
		f.observer.Accepted(c)
		return
	}
	f.observer.Lost(c, Reason(send.ReasonOutOfOrder), "the server has later values of these series")
}

// hasAll tells whether a server that says that it did not write all of a request has
// it all the same: it was sent before, and what the server leaves out is older than
// other values of the request.
func (f *flush) hasAll(r protocol.Request, a *send.Answer, again bool) bool {
	if !again || a.Verdict != send.PartlyRefused || a.Reason != send.ReasonOutOfOrder || a.Written == nil {
		return false
	}
	newest, _, ok := f.opts.SplitNewest(r.Body, f.item.Version)
	return ok && a.Written.Samples >= newest.Samples && a.Written.Histograms >= newest.Histograms
}
