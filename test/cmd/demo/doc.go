// SPDX-License-Identifier: Apache-2.0

// Command demo shows the main path on real input: access logs that real
// proxies sent go into the built gateway over OTLP, the gateway writes Istio's
// metrics to a Prometheus, and Prometheus is asked who talked to the outside. So
// is the gateway's page. It exits with 0 only if the totals of both are what the
// records say. With --stay it keeps the page up after that.
//
// What the records say is worked out in oracle.go, which shares no code with
// the gateway.
package main
