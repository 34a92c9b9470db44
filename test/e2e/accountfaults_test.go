// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/test/e2e/loopback"
)

// boundRows fill the slots of a label, and then the series: all is counted.
func boundRows() accountSetting {
	const addresses, flags = 40, 50
	return accountSetting{
		env: map[string]string{"DESTINATION_IP_LIMIT": "20", "MAX_SERIES": "2000"},
		rows: []accountRow{
			{
				what: "more addresses than slots",
				send: func(s *accountSender) {
					for n := range addresses {
						s.records(1, ofAttributes(blockedConnection(map[string]string{"downstream_local_address": fmt.Sprintf("203.0.113.%d:443", n)})))
					}
				},
				want: with(counted(addresses, "grpc", "tcp"), account{fallbacks + "{network_1,destination_ip}": some}),
			},
			{
				what: "more label sets than series",
				send: func(s *accountSender) {
					for n := range flags {
						s.records(2, ofAttributes(outsideRequest(map[string]string{"response_flags": fmt.Sprintf("F%d", n), "downstream_local_address": "-", "upstream_host": "-"})))
					}
				},
				want: with(counted(2*flags, "grpc", "http"), account{overflowed: some}),
			},
		},
	}
}

// memoryLimitRows have a limit that the heap is always above. The client is told.
func memoryLimitRows(t *testing.T) accountSetting {
	t.Helper()
	return accountSetting{
		configs: []string{overlay(t, `{receivers: {envoy_access_log: {limits: {in_flight_mib: 5, request_mib: 4}, protocols: {otlp: {http: {max_request_body_size: 1048576}}}}},
			processors: {memory_limiter: {limit_mib: 5, spike_limit_mib: 4, check_interval: 100ms}}}`)},
		rows: []accountRow{{
			what: "over the limit",
			send: func(s *accountSender) {
				// Until the first check all is taken.
				require.Eventually(s.t, func() bool {
					return strings.Contains(s.g.Process.Log(), "memorylimiter.go") && strings.Contains(s.g.Process.Log(), "Refusing data")
				},
					settleTimeout, pollInterval)
				s.turnedAway(7, ofAttributes(outsideRequest(nil)))
			},
			want: account{refused + "{grpc}": 7},
		}},
	}
}

// senderRows come from a workload of the namespace shop, as its certificate says.
func senderRows(t *testing.T) accountSetting {
	t.Helper()
	const host = "otelcol-istio.observability.svc"
	ca := loopback.NewAuthority(t)
	cert, key := ca.IssueHost(t, host)
	clientCert, clientKey := ca.IssueIdentity(t, "shop", "web")
	return accountSetting{
		env:     map[string]string{"TLS_CERT_FILE": cert, "TLS_KEY_FILE": key, "TLS_CLIENT_CA_FILE": ca.File},
		configs: []string{"../../config/mtls.yaml"},
		tls:     mutualTLS(t, host, ca.File, clientCert, clientKey),
		rows: []accountRow{
			{"of its own", func(s *accountSender) { s.records(3, ofAttributes(outsideRequest(nil))) }, counted(3, "grpc", "http")},
			{"of another namespace beside its own", func(s *accountSender) {
				both := accountRequest(2, ofAttributes(outsideRequest(nil)))
				accountRequest(4, ofAttributes(outsideRequest(map[string]string{"namespace": "bank"}))).ResourceLogs().MoveAndAppendTo(both.ResourceLogs())
				require.ErrorContains(s.t, s.client.Send(s.t.Context(), both), "4 of 6 records rejected")
				s.sent += 6
			}, with(counted(2, "grpc", "http"), account{removed + "{otlp_grpc,sender_mismatch}": 4})},
		},
	}
}

// contractRows come to the connector as their sender made them: without the labels of
// the processor, or with those of another version.
func contractRows() accountSetting {
	record := func(attributes map[string]any) func(plog.LogRecord) {
		return func(lr plog.LogRecord) {
			if err := lr.Attributes().FromRaw(attributes); err != nil {
				panic(err)
			}
		}
	}
	of := func(version int, others map[string]any) func(plog.LogRecord) {
		a := map[string]any{"istio_labels.version": version}
		maps.Copy(a, others)
		return record(a)
	}
	arrives := func(n int, outcome string) account {
		return account{accepted + "{grpc}": n, outcomes + "{" + outcome + "}": n}
	}
	sends := func(n int, fill func(plog.LogRecord)) func(*accountSender) {
		return func(s *accountSender) { s.records(n, fill) }
	}
	request := map[string]any{"istio_labels.verdict": "http", "istio_labels.schema": "istio"}
	return accountSetting{
		configs:    []string{"yaml:service::pipelines::logs::processors: [memory_limiter]"},
		unlabelled: true,
		rows: []accountRow{
			{what: "of this version", send: sends(2, of(2, request)), want: arrives(2, "counted")},
			{what: "of an older version", send: sends(3, of(1, request)), want: arrives(3, "unknown_version")},
			{what: "of a newer version", send: sends(4, of(3, request)), want: arrives(4, "unknown_version")},
			{what: "without labels", send: sends(5, ofAttributes(outsideRequest(nil))), want: arrives(5, "no_contract")},
			{what: "without a verdict", send: sends(6, of(2, map[string]any{"istio_labels.schema": "istio"})), want: arrives(6, "no_verdict")},
			{what: "without a schema", send: sends(7, of(2, map[string]any{"istio_labels.verdict": "http"})), want: arrives(7, "unknown_schema")},
			{what: "with a verdict that does not count", send: sends(8, of(2, map[string]any{"istio_labels.verdict": "periodic", "istio_labels.schema": "istio"})), want: arrives(8, "not_counted")},
		},
	}
}
