// SPDX-License-Identifier: Apache-2.0

package send

import (
	"time"
)

// Verdict says what an answer means for the request.
type Verdict int

// Verdicts.
const (
	// Accepted: the server has the request. Answer.Written may say that it left
	// some of it out.
	Accepted Verdict = iota
	// Refused: the server will not take this request, now or later. It may take
	// parts of it.
	Refused
	// PartlyRefused: the server took what it could and will not take the rest.
	// Answer.Written says how much it took.
	PartlyRefused
	// Wait: the same request may be taken later.
	Wait
)

// Answer is what became of one attempt.
type Answer struct {
	Verdict Verdict
	// Status is the HTTP status, 0 if there was none.
	Status int
	// Reason is a word for why the request was not accepted.
	Reason Reason
	// Text says the same for people: what the server wrote, or the error. It is
	// short, and one line.
	Text string
	// Hint says what to look at. It is empty where the text says enough.
	Hint string
	// RetryAfter is how long the server asks to wait, 0 if it does not.
	RetryAfter time.Duration
	// Written is what the server says it wrote, nil if it does not say.
	Written *Written
}

// Written are the counts of a response of protocol 2.0.
type Written struct {
	Samples, Histograms, Exemplars int
}

// Reason is why samples were not written. It is the value of an attribute.
type Reason string

// Reasons.
const (
	// ReasonOutOfOrder: the series already has a later sample.
	ReasonOutOfOrder Reason = "out_of_order"
	// ReasonTooOld: the server takes no samples of that age.
	ReasonTooOld Reason = "too_old"
	// ReasonDuplicate: the series has another value for that time.
	ReasonDuplicate Reason = "duplicate"
	// ReasonLimit: a limit of the server.
	ReasonLimit Reason = "limit"
	// ReasonTooLarge: the request is too large, even for one series.
	ReasonTooLarge Reason = "too_large"
	// ReasonNativeHistograms: the server does not take native histograms.
	ReasonNativeHistograms Reason = "native_histograms"
	// ReasonInvalid: the server calls the request bad for another reason.
	ReasonInvalid Reason = "invalid"
)

// Reasons lists all reasons.
func Reasons() []Reason {
	return []Reason{
		ReasonOutOfOrder, ReasonTooOld, ReasonDuplicate, ReasonLimit, ReasonTooLarge, ReasonNativeHistograms, ReasonInvalid,
	}
}
