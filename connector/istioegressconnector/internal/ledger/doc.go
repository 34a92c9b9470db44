// SPDX-License-Identifier: Apache-2.0

// Package ledger keeps the rows of traffic that leaves the mesh.
//
// Observations go in, rows come out. A row is there from its first observation
// until it has seen none for Options.Retention.
//
// # Bounds
//
// A destination has at most egress.MaxPorts rows that differ in the port alone. What
// goes to other ports of it is added to one row. Else who scans the ports of an address
// would have no rows left for where it goes then.
//
// There are at most Options.MaxRows rows. Nine tenths are for rows with a
// destination. Each namespace, and each workload in it, gets a fair share of them
// (package fairshare). What gets no row of its own is added to an overflow row of its
// workload, one for each decision. These rows share the last tenth. If a workload
// gets none of it either, its traffic is added to the overflow row of all others.
// So no count is lost, and nobody can take the last place of somebody else.
//
// The package knows no pdata and reads no clock: times are passed in, as nanoseconds
// since the Unix epoch.
package ledger // import "github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/ledger"
