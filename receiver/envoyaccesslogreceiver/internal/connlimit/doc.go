// SPDX-License-Identifier: Apache-2.0

// Package connlimit bounds the connections and streams of a receiver, and shares
// them among clients. No client keeps others out by holding connections, streams,
// or messages that never end.
//
// A client is an IP address. A connection has one of three states:
//
//	Accept ─▶ new ─first message─▶ busy ─last stream ends─▶ quiet
//	  │                             ▲────stream begins────────┘
//	  └─at the limit: the client with most connections loses one,
//	    or the new connection is refused
//
// A gRPC request or stream within a connection:
//
//	header ─▶ tap ─▶ bytes arrive ─▶ complete ─▶ handler ─▶ end
//	           │       │ unfinished    finished
//	           │       ├─not complete in time: it ends
//	           │       └─others need the memory: its connection ends
//	           └─at the limit: the client with most streams loses one,
//	             or the new stream is refused
//
// # Which connection is lost
//
// The client with most connections loses one. If the new connection's own client
// has most, that is the one. Of its new, quiet and busy connections, the kind of
// which there are most loses the one that has been so for longest. So an attacker
// that fills one kind seldom takes from others behind the same IP address.
//
// If the client with most has at most one connection more than the new one's
// client, it loses only a connection that was unused for Limits.MessageTimeout. If
// there is none, the new connection is refused.
//
// # Which stream is lost
//
// The same holds for streams, but a client with fewer than 16 loses none. A stream
// that is quiet loses no entries: its proxy opens another one for its next message.
//
// # What counts as memory
//
// The admission controller counts bytes as they arrive, as unfinished until their
// message is complete. Over gRPC a meter reads the frames of HTTP/2, above TLS. So
// it knows what each stream holds, and that a stream between two messages holds
// nothing. Tiny frames count as what they take in memory. Over HTTP the bytes of a
// connection count until a handler reads them.
//
// A compressed request acquires what it may unpack to before it is read.
// Compressed streams are refused.
//
// Listen wraps the listener, below TLS. ServerOptions and PrepareHTTP are for the
// servers on it.
package connlimit // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
