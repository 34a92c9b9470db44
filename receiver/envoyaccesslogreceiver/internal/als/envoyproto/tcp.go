// SPDX-License-Identifier: Apache-2.0

package envoyproto

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"

// Tags of ConnectionProperties.
const (
	connectionReceivedBytes = 1<<3 | varint
	connectionSentBytes     = 2<<3 | varint
)

// Connection is ConnectionProperties.
type Connection struct {
	// Sent says that the message was sent, even if it is empty.
	Sent bool

	ReceivedBytes, SentBytes uint64
}

func (c *Connection) decode(e *Entry, start, end int) {
	c.Sent = true
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		switch f.Tag {
		case connectionReceivedBytes:
			c.ReceivedBytes = f.Varint
		case connectionSentBytes:
			c.SentBytes = f.Varint
		default:
			continue
		}
		e.Values++
	}
	e.end(&f)
}
