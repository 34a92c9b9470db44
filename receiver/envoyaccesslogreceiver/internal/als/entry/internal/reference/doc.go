// SPDX-License-Identifier: Apache-2.0

// Package reference makes log records out of entries that Go's protobuf library
// decoded. It is slower than package entry and says the same: tests compare the
// two. Nothing but tests may import it.
package reference // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry/internal/reference"
