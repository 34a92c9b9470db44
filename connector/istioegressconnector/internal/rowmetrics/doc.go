// SPDX-License-Identifier: Apache-2.0

// Package rowmetrics makes metrics of the rows of a ledger.
//
// A row has a series of each metric. Rows that differ only in what is no label (the
// app of the workload, the ServiceEntry) share their series, which add them up. The
// series end when the last of these rows does.
package rowmetrics // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/rowmetrics"
