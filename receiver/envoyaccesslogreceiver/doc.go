// SPDX-License-Identifier: Apache-2.0

//go:generate go tool -modfile=../../tools/go.mod mdatagen metadata.yaml

// Package envoyaccesslogreceiver receives the access logs that Envoy proxies
// send over their gRPC access log service (ALS) or over OTLP. Each entry of ALS
// becomes a log record whose attributes have the names that the istio_labels
// processor knows. Records over OTLP are passed on as they are, but for bytes
// that are not UTF-8 and records that sender_identity removes.
//
// # Words
//
// The words of the Collector and of Envoy, one for each thing:
//
//   - A client is who connects to a server of the receiver, as in the Collector's
//     package client. It is told by its IP address, client_address in metrics and
//     logs. Limits are shared among clients.
//   - A proxy is an Envoy. It names itself by its node id, which anybody can claim.
//     So the same node id from two clients is two proxies.
//   - The sender is the proxy that a record names, with its workload. Whether the
//     client may name it is what sender_identity checks.
//   - A peer is the workload at the other end of a connection that a proxy logged,
//     as in Istio's upstream_peer and downstream_peer. It never is a client.
//   - A message is what a client sends on a stream of ALS, and an entry is one access
//     log in it. A request is what a client sends over OTLP, and a record is one log
//     in it. An entry becomes a record, too.
//   - A connection is refused or ended, and so is a stream. A request is refused. A
//     record is removed if sender_identity does not allow it.
package envoyaccesslogreceiver // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver"
