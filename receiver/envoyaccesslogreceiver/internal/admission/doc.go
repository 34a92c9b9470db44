// SPDX-License-Identifier: Apache-2.0

// Package admission bounds the memory that all requests in flight use together,
// and shares it among clients. A client is an IP address.
//
// A request acquires what it will use before it is decoded. Bytes that arrive
// before their request is complete are counted as they come.
//
//	Acquire ─room─▶ Hold: unfinished ─Arrived─▶ finished ─Release─▶ gone
//	   │              ▲      └──revoke: others need the memory──▶ Release
//	   └─no room─▶ waits
//	                  └─no room in time─▶ ErrNoRoom
//
// The rules:
//
//   - While everything fits, every client gets what it asks for.
//   - When it does not fit, requests wait. The client that holds least is served
//     first.
//   - If a request has waited for longer than Options.Patience, the client with most
//     unfinished bytes loses its largest unfinished hold.
//   - Finished holds are never revoked, because their requests end by themselves.
//   - While finished holds use everything, an eighth more is there for requests that
//     arrive.
package admission // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
