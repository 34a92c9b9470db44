// SPDX-License-Identifier: Apache-2.0

package connlimit

import (
	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/admission"
)

// client is what one client has open.
type client struct {
	name admission.Client
	// newConns has the connections with no complete request or message yet, the
	// oldest first. Of the others, quiet has those with nothing under way, the
	// longest quiet first, and busy the rest, the one with no complete message for
	// longest first.
	newConns, quiet, busy queue[*conn]
	// newStreams has the streams with no complete message yet, the oldest first.
	// open has the others, the one with no complete message for longest first.
	newStreams, open     queue[*stream]
	inByConns, inByStrms int
}

func (p *client) conns() int { return p.newConns.len + p.quiet.len + p.busy.len }

func (p *client) streams() int { return p.newStreams.len + p.open.len }

// losingConn is the connection that a client gives up for another one.
func (p *client) losingConn() *conn { return firstOfLongest(&p.newConns, &p.quiet, &p.busy) }

// losingStream is the stream that a client gives up for another one.
func (p *client) losingStream() *stream { return firstOfLongest(&p.newStreams, &p.open) }

// firstOfLongest is the first item of the longest queue. Behind one IP address the
// queue that an attacker fills is the longest, whatever it fills it with, and what
// others have there is in another one, or further behind.
func firstOfLongest[T any](queues ...*queue[T]) T {
	longest := queues[0]
	for _, q := range queues[1:] {
		if q.len > longest.len {
			longest = q
		}
	}
	return longest.firstItem()
}

// unusedConn is a connection with nothing under way, nil if there is none.
func (p *client) unusedConn() *conn {
	if c := p.newConns.firstItem(); c != nil && c.unused() {
		return c
	}
	return p.quiet.firstItem()
}

// rank puts a client where it now belongs, or forgets it.
func (l *Limiter) rank(p *client) {
	l.byConns.Put(p)
	l.byStreams.Put(p)
	if p.conns() == 0 && p.streams() == 0 {
		l.byConns.Remove(p)
		l.byStreams.Remove(p)
		delete(l.clients, p.name)
	}
}
