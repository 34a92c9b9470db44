// SPDX-License-Identifier: Apache-2.0

// Package network knows how networks are written in a configuration: as prefixes in
// CIDR notation, and as names that a user gives to prefixes.
package network // import "github.com/otelcol-istio/otelcol-istio/internal/network"
