// SPDX-License-Identifier: Apache-2.0

// Package egress describes traffic that leaves the mesh, as rows: who went where,
// by which name, and whether Istio let it through.
//
// Its rules are pure functions of rows: how much a name is worth (Grade), which
// names and addresses belong together (Relate), which rows a question asks for
// (Query), and what the rows of several gateways say together (Merge). It knows no
// pdata, no clock and no HTTP.
package egress // import "github.com/otelcol-istio/otelcol-istio/internal/egress"
