// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// load sends requests over a number of connections. Several goroutines share
// them, each of which waits for an answer, where there is one, before it sends the
// next request, as Envoy's logger does.
type load struct {
	cell
	senders  int
	clients  []client
	requests []request
	// next is where each connection goes on in the requests, by steps of step.
	next []int
	step int
	// unanswered says that requests have no answers.
	unanswered bool
}

// client is a connection.
type client interface {
	send(ctx context.Context, r request) error
	close() error
}

type otlpClient struct{ *otlpclient.Client }

func (c otlpClient) send(ctx context.Context, r request) error { return c.SendRaw(ctx, r.bytes) }
func (c otlpClient) close() error                              { return c.Close() }

func newLoad(gateway *testbed.Gateway, c cell, o options, requests []request) (*load, error) {
	l := &load{cell: c, senders: o.connections, requests: requests, step: 1}
	connections := o.connections
	if c.format == formatALS {
		// A stream belongs to a proxy, and so do the requests on it.
		connections, l.step, l.unanswered = workloads, workloads, true
	}
	if c.connections > 0 {
		connections = c.connections
	}
	for i := range connections {
		client, err := dial(gateway, c, i)
		if err != nil {
			return nil, errors.Join(err, l.close())
		}
		l.clients = append(l.clients, client)
		if c.format == formatALS {
			l.next = append(l.next, i%workloads)
		} else {
			l.next = append(l.next, i*len(requests)/connections)
		}
	}
	return l, nil
}

func dial(gateway *testbed.Gateway, c cell, i int) (client, error) {
	if c.format != formatALS {
		otlp, err := otlpclient.Dial(gateway.OTLP)
		return otlpClient{otlp}, err
	}
	first, err := identifier(newSender(i%workloads), i)
	if err != nil {
		return nil, err
	}
	return newALSClient(gateway.ALS, first)
}

// run sends for a time and tells what was sent.
func (l *load) run(ctx context.Context, d time.Duration) (amount, error) {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		total amount
		errs  []error
	)
	for s := range l.senders {
		wg.Go(func() {
			sent, err := l.send(ctx, s, d)
			mu.Lock()
			defer mu.Unlock()
			total.add(sent, 1)
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return total, errors.Join(errs...)
}

// send is what one goroutine sends, over its connections in turn.
func (l *load) send(ctx context.Context, s int, d time.Duration) (sent amount, err error) {
	start := time.Now()
	for i := s; err == nil && time.Since(start) < d; i += l.senders {
		if i >= len(l.clients) {
			i = s
		}
		r := l.requests[l.next[i]%len(l.requests)]
		l.next[i] += l.step
		if err = l.clients[i].send(ctx, r); err == nil {
			sent.add(r.amount, 1)
		}
		if l.rate > 0 {
			time.Sleep(time.Until(start.Add(time.Duration(sent.records) * time.Second * time.Duration(l.senders) / time.Duration(l.rate))))
		}
	}
	return sent, err
}

func (l *load) close() error {
	var errs []error
	for _, c := range l.clients {
		errs = append(errs, c.close())
	}
	return errors.Join(errs...)
}
