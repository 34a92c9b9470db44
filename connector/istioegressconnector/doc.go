// SPDX-License-Identifier: Apache-2.0

//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package istioegressconnector keeps a ledger of the traffic that leaves the mesh: which
// workload goes to which destination, since when, and whether Istio lets it. It shows
// the ledger on the page of the extension egress_page, and writes a log record at each
// first contact.
package istioegressconnector // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector"
