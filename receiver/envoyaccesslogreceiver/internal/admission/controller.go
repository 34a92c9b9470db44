// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/ranked"
)

const (
	defaultWait     = 5 * time.Second
	defaultPatience = 200 * time.Millisecond

	// arrivingShare is the part of MaxBytes that unfinished requests may take
	// while finished ones hold all of it. Without it the first bytes of every
	// request would be refused until a finished one ends.
	arrivingShare = 8
)

// Options of a Controller.
type Options struct {
	// MaxBytes is what all holds together may take.
	MaxBytes int64
	// Wait is how long a request waits for room. The default is 5 s.
	Wait time.Duration
	// Patience is how long a request waits before others lose what is unfinished.
	// The default is 200 ms.
	Patience time.Duration
}

// Controller shares Options.MaxBytes among clients. It may be used by several
// goroutines.
type Controller struct {
	options Options

	mu      sync.Mutex
	clients map[Client]*share
	// held are the bytes of all holds. revoked is the part of it whose holders were
	// told to release it.
	held, revoked int64
	// unfinished are the bytes of all holds that may be revoked.
	unfinished int64
	// losing has the shares with unfinished bytes, most first.
	losing *ranked.Heap[*share]
	// waiting has the shares with waiters, those that hold least first.
	waiting *ranked.Heap[*share]
	waiters int
	arrived uint64
	// moved is when room was last given back, or somebody was refused to make some.
	moved time.Time
}

// share is what one client has.
type share struct {
	client Client
	// held are all its bytes, unfinished those that may be revoked.
	held, unfinished int64
	// holds counts what refers to this share. Without any it is forgotten.
	holds int
	// revocable has its holds with unfinished bytes, largest first.
	revocable *ranked.Heap[*Hold]
	queue     []*waiter

	inLosing, inWaiting int
}

// New makes a controller.
func New(options Options) *Controller {
	if options.Wait <= 0 {
		options.Wait = defaultWait
	}
	if options.Patience <= 0 {
		options.Patience = defaultPatience
	}
	return &Controller{
		options: options,
		clients: map[Client]*share{},
		losing: ranked.New(func(a, b *share) bool { return a.unfinished > b.unfinished },
			func(s *share) *int { return &s.inLosing }),
		waiting: ranked.New(func(a, b *share) bool {
			if a.held != b.held {
				return a.held < b.held
			}
			return a.queue[0].order < b.queue[0].order
		}, func(s *share) *int { return &s.inWaiting }),
	}
}

// Stats is what a controller has to do at the moment.
type Stats struct {
	// HeldBytes are the bytes of all holds, MaxBytes the most that Acquire gives.
	HeldBytes, MaxBytes int64
	// Waiting is the number of requests that wait for room.
	Waiting int
	// Clients is the number of clients with a hold or a waiting request.
	Clients int
}

// Stats reads the current numbers.
func (c *Controller) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{HeldBytes: c.held, MaxBytes: c.options.MaxBytes, Waiting: c.waiters, Clients: len(c.clients)}
}

// refer returns the share of a client for one more user of it.
func (c *Controller) refer(client Client) *share {
	s := c.clients[client]
	if s == nil {
		s = &share{client: client, revocable: ranked.New(func(a, b *Hold) bool {
			if a.unfinished != b.unfinished {
				return a.unfinished > b.unfinished
			}
			return a.order < b.order
		}, func(h *Hold) *int { return &h.inRevocable })}
		c.clients[client] = s
	}
	s.holds++
	return s
}

// leave ends one use of a share.
func (c *Controller) leave(s *share) {
	if s.holds--; s.holds == 0 {
		delete(c.clients, s.client)
	}
}

// rank puts a share where it now belongs.
func (c *Controller) rank(s *share) {
	if s.revocable.Len() > 0 {
		c.losing.Put(s)
	} else {
		c.losing.Remove(s)
	}
	if len(s.queue) > 0 {
		c.waiting.Put(s)
	} else {
		c.waiting.Remove(s)
	}
}
