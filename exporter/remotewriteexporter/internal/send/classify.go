// SPDX-License-Identifier: Apache-2.0

package send

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter bounds what a server may ask for: one wrong number must not
// stop an exporter for days.
const maxRetryAfter = 5 * time.Minute

// classify says what a status means.
//
// Sources: the specifications of remote write 1.0 and 2.0 (5xx are retried,
// 4xx are not, 429 may be), and what servers do beyond them: 401 to 407 come
// from a wrong configuration or a proxy, which somebody will put right.
func classify(status int) (Verdict, string) {
	switch {
	case status >= 200 && status < 300:
		return Accepted, ""
	case status >= 300 && status < 400:
		return Wait, "the endpoint redirects: check `http::endpoint`"
	case status >= 500:
		return Wait, ""
	}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return Wait, "check `http::auth` and `http::headers`, and what the server allows"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return Wait, "check the path of `http::endpoint`, and that the server receives remote write"
	case http.StatusProxyAuthRequired:
		return Wait, "check `http::proxy_url`"
	case http.StatusUnsupportedMediaType:
		return Wait, "the server does not speak this protocol: check `protobuf_message`"
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusTooEarly:
		return Wait, ""
	}
	return Refused, ""
}

// reasonOf finds a word for a refusal in what the server wrote: Prometheus,
// Mimir, Thanos, Cortex and VictoriaMetrics have no code for it.
func reasonOf(status int, text string) Reason {
	if status == http.StatusRequestEntityTooLarge {
		return ReasonTooLarge
	}
	text = strings.ToLower(text)
	for _, known := range []struct {
		part   string
		reason Reason
	}{
		{nativeHistogramsText, ReasonNativeHistograms},
		{"too old", ReasonTooOld},
		{"out of bounds", ReasonTooOld},
		{"too-old", ReasonTooOld},
		{"out of order", ReasonOutOfOrder},
		{"out-of-order", ReasonOutOfOrder},
		{"duplicate sample", ReasonDuplicate},
		{"duplicate-timestamp", ReasonDuplicate},
		{"limit", ReasonLimit},
	} {
		if strings.Contains(text, known.part) {
			return known.reason
		}
	}
	return ReasonInvalid
}

// nativeHistogramsText is what Prometheus writes when it gets a native histogram
// and does not take them. From 2.40 on it needs a feature flag for them, without
// which it answers with 500. Later versions of Prometheus 3 take them always.
const nativeHistogramsText = "native histograms are disabled"

// takesNoNativeHistograms says whether an answer says so: with the status 500,
// and yet it will not take the request later.
func takesNoNativeHistograms(status int, text string) bool {
	return status >= http.StatusInternalServerError && strings.Contains(strings.ToLower(text), nativeHistogramsText)
}

// retryAfter reads the header Retry-After: seconds, or a date.
func retryAfter(value string, now time.Time) time.Duration {
	if value == "" {
		return 0
	}
	var d time.Duration
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
		d = time.Duration(min(seconds, int64(maxRetryAfter/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}

// written reads the counts of protocol 2.0. A server that sets one of them sets
// all; one that is missing is 0.
func written(h http.Header) *Written {
	const prefix = "X-Prometheus-Remote-Write-"
	var w Written
	found := false
	for _, count := range []struct {
		name string
		n    *int
	}{{"Samples", &w.Samples}, {"Histograms", &w.Histograms}, {"Exemplars", &w.Exemplars}} {
		value := h.Get(prefix + count.name + "-Written")
		if value == "" {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return nil
		}
		*count.n, found = n, true
	}
	if !found {
		return nil
	}
	return &w
}

// maxText is the most that is read of what a server writes, in bytes.
const maxText = 512

// textOf makes one short line of what a server wrote. A page of HTML is from a
// proxy and says nothing that a log should hold.
func textOf(contentType string, body []byte) string {
	if strings.Contains(contentType, "html") || strings.HasPrefix(strings.TrimSpace(string(body)), "<") {
		return "(a page of HTML, probably of a proxy)"
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	return strings.ToValidUTF8(strings.TrimSpace(line), "")
}
