// Package connlimit sees to it that no client keeps others out of a receiver, by
// holding connections, streams, or messages that never end.
//
//	Accept ──room────────────────────▶ quiet ◀──request or stream ends──┐
//	  │                                  │ └──request or stream begins─▶ busy
//	  └─full─▶ whoever has most loses    └── either is closed when its place is needed
//	           a connection, or the
//	           newcomer is refused
//
// A gRPC request or stream, in its connection:
//
//	header ──▶ tap: may it open? ──▶ bytes arrive ──▶ complete ──▶ handler ──▶ end
//	             │                     │ unfinished      finished
//	             └ full: who has       ├ not complete in time: it ends
//	               most loses          └ others need the room: its connection ends
//
// Connections are counted for each client, which is an IP address. When all are in
// use, a newcomer takes the place of a connection of the client that has most. If
// the newcomer's own client has most, it takes one of its own. A client has three
// kinds: those that have never sent a complete request or message, others with
// nothing under way, and the rest. The kind of which there are most gives one up,
// the one that has been so for longest. So a client that fills one kind seldom
// takes from its neighbours behind the same IP address. If nobody has many, only a
// connection that was unused for Limits.MessageTimeout is taken.
//
// Streams give way likewise. One that was quiet loses nothing: its proxy opens
// another one with its next message. If nobody has many, the newcomer is refused.
//
// What arrives is counted by the admission controller, as unfinished until it is
// complete. Over gRPC a meter follows the frames of HTTP/2, above TLS: so it knows
// what each stream holds, and that a stream that waits for its proxy's next
// message holds nothing. Tiny frames count as what they take in memory. Over HTTP
// the bytes of a connection count until a handler takes them.
//
// A compressed request acquires what it may unpack to before it is read.
// Compressed streams are refused.
//
// Listen wraps the listener, below TLS. ServerOptions and PrepareHTTP are for the
// servers on it.
package connlimit // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/connlimit"
