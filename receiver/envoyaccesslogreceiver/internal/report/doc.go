// SPDX-License-Identifier: Apache-2.0

// Package report warns of what a receiver refuses, drops, repairs or ends.
//
// Whoever can reach a port can cause such events as often as they like. So each
// reason is logged at most once a minute, with one client as an example and the
// number of events since the last warning. The metrics have the exact numbers.
package report // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/report"
