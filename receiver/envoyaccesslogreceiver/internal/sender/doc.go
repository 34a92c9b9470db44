// SPDX-License-Identifier: Apache-2.0

// Package sender tells who sent a record. The sender is the proxy that the record
// names, and its workload.
//
// Anybody can name any sender. A client certificate is proof: a client may send
// records of its own namespace only, which is the one in the SPIFFE ID of its
// certificate. Whatever a record says of its sender must agree with that.
//
// A record that names no sender agrees with every certificate. Names that a user
// chose in a log format of their own are not known here, and a line of text is not
// read.
package sender // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/sender"
