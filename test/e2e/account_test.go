// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// account is what the gateway's own metrics say of records: the arrows that
// docs/operations.md draws. A key is a metric without otelcol_, and the values of its
// attributes in braces. Zeros are left out.
type account map[string]int

// Metrics of the account.
const (
	accepted    = "receiver_accepted_log_records"
	refused     = "receiver_refused_log_records"
	failed      = "receiver_failed_log_records"
	removed     = "receiver_envoy_access_log_removed_records"
	entries     = "receiver_envoy_access_log_entries"
	refusals    = "receiver_envoy_access_log_refused_requests"
	verdicts    = "processor_istio_labels_records"
	ambiguous   = "processor_istio_labels_ambiguous_records"
	forgedNames = "processor_istio_labels_removed_attributes"
	fallbacks   = "processor_istio_labels_limit_fallbacks"
	outcomes    = "connector_istio_metrics_records"
	overflowed  = "connector_istio_metrics_overflowed_records"
	ledger      = "connector_istio_egress_records"
	queued      = "exporter_remote_write_queued_samples"
	sentSamples = "exporter_remote_write_sent_samples"
	lost        = "exporter_remote_write_lost_samples"
	waiting     = "exporter_remote_write_queue_samples"
)

// ofRecords are the metrics of a row; those of samples depend on when flushes come.
var (
	ofRecords = []string{accepted, refused, failed, removed, entries, refusals, verdicts, ambiguous, forgedNames, fallbacks, outcomes, overflowed}
	ofSamples = []string{queued, sentSamples, lost, waiting}
)

var (
	metricLine = regexp.MustCompile(`^otelcol_(\w+?)(?:\{(.*)\})? (\S+)$`)
	attribute  = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// account reads the gateway's own metrics, all at one time.
func (g *gateway) account(t *testing.T, metrics []string) account {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.Telemetry, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	wanted := map[string]bool{}
	for _, m := range metrics {
		wanted[m] = true
	}
	a := account{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		m := metricLine.FindStringSubmatch(lines.Text())
		if m == nil || !wanted[m[1]] {
			continue
		}
		var values []string
		for _, pair := range attribute.FindAllStringSubmatch(m[2], -1) {
			if pair[1] != "exporter" && pair[1] != "receiver" {
				values = append(values, pair[2])
			}
		}
		key := m[1]
		if len(values) > 0 {
			key += "{" + strings.Join(values, ",") + "}"
		}
		number, err := strconv.ParseFloat(m[3], 64)
		require.NoError(t, err)
		if number != 0 {
			a[key] += int(number)
		}
	}
	require.NoError(t, lines.Err())
	return a
}

// sum adds up a metric, over all values of its attributes or those given.
func (a account) sum(metric string, values ...string) (sum int) {
	for key, n := range a {
		name, attributes, _ := strings.Cut(strings.TrimSuffix(key, "}"), "{")
		if name != metric {
			continue
		}
		counts := len(values) == 0
		for _, v := range values {
			counts = counts || attributes == v || strings.HasSuffix(attributes, ","+v)
		}
		if counts {
			sum += n
		}
	}
	return sum
}

// since is what was added to an earlier account.
func (a account) since(before account) account {
	added := maps.Clone(a)
	for key, n := range before {
		if added[key] -= n; added[key] == 0 {
			delete(added, key)
		}
	}
	return added
}

// unequal names each step of the account at which records are missing, or too many.
func (a account) unequal(sent int, labelled bool) (wrong []string) {
	step := func(name string, in, out int) {
		if in != out {
			wrong = append(wrong, fmt.Sprintf("%s: %d came in, %d are accounted for", name, in, out))
		}
	}
	// An entry that was accepted or refused is a record, too.
	left := a.sum(entries) - a.sum(entries, "accepted") - a.sum(entries, "refused")
	step("ledger", a.sum(accepted), a.sum(ledger))
	step("receiver", sent, a.sum(accepted)+a.sum(refused)+a.sum(failed)+a.sum(removed)+left)
	if labelled {
		step("processor", a.sum(accepted), a.sum(verdicts))
		step("connector", a.sum(verdicts), a.sum(outcomes))
		step("counted", a.sum(verdicts, "http", "tcp", "tcp_closed"), a.sum(outcomes, "counted"))
	} else {
		step("connector", a.sum(accepted), a.sum(outcomes))
	}
	return wrong
}

// some stands in a row for any number: how often a bound was met.
const some = -1

// accountRow is traffic or a fault.
type accountRow struct {
	what string
	send func(s *accountSender)
	// want is all that it adds to the account.
	want account
}

// accountSetting is a gateway for rows, which come one after another.
type accountSetting struct {
	env     map[string]string
	configs []string
	// unlabelled is true without istio_labels.
	unlabelled bool
	// tls is nil without TLS.
	tls  *tls.Config
	rows []accountRow
}

// TestAccount sends exact numbers of records of every kind, and with every fault, and
// finds each of them in the gateway's own metrics: received = counted + not counted, by
// reason, at each step. What is counted is in Prometheus.
func TestAccount(t *testing.T) {
	for name, s := range accountSettings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startGateway(t, s.env, append(s.configs, waitBriefly)...)
			sender := newAccountSender(t, g, s.tls)
			for _, row := range s.rows {
				before := g.account(t, ofRecords)
				row.send(sender)
				assert.Equal(t, row.want, g.adds(t, before, row), row.what)
			}
			all := g.account(t, append([]string{ledger}, ofRecords...))
			assert.Empty(t, all.unequal(sender.sent, !s.unlabelled))
			g.samplesAddUp(t)
			require.NoError(t, g.Stop())
			counted := g.value(t, "sum(last_over_time("+requests+"[1h]))") + g.value(t, "sum(last_over_time("+closed+"[1h]))")
			assert.InDelta(t, all.sum(outcomes, "counted"), counted, 0, "Prometheus has what is counted")
			outside := g.value(t, "sum(last_over_time(istio_egress_requests_total[1h]))") + g.value(t, "sum(last_over_time(istio_egress_connections_total[1h]))")
			assert.InDelta(t, all.sum(ledger, "outside"), outside, 0, "and what left the mesh")
		})
	}
}

// adds is what came to an account, once it is what a row wants, or never will be.
func (g *gateway) adds(t *testing.T, before account, row accountRow) (added account) {
	t.Helper()
	for deadline := time.Now().Add(settleTimeout); time.Now().Before(deadline); time.Sleep(pollInterval) {
		added = g.account(t, ofRecords).since(before)
		for key, n := range row.want {
			if n == some && added[key] > 0 {
				added[key] = some
			}
		}
		if maps.Equal(row.want, added) {
			return added
		}
	}
	return added
}

// samplesAddUp checks the exporter's part: each sample is sent, lost or waits.
func (g *gateway) samplesAddUp(t *testing.T) (a account) {
	t.Helper()
	// A request is counted as sent a moment before it leaves the queue.
	require.Eventually(t, func() bool {
		a = g.account(t, ofSamples)
		return a.sum(queued) > 0 && a.sum(queued) == a.sum(sentSamples)+a.sum(lost)+a.sum(waiting)
	}, settleTimeout, 10*time.Millisecond)
	return a
}
