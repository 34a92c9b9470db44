package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

// load sends requests over a number of connections, each of which waits for an
// answer before it sends the next, as Envoy's logger does.
type load struct {
	clients  []*otlpclient.Client
	requests []request
	// next is where each connection goes on in the requests.
	next []int
}

func newLoad(endpoint string, connections int, requests []request) (*load, error) {
	l := &load{requests: requests, next: make([]int, connections)}
	for i := range connections {
		client, err := otlpclient.Dial(endpoint)
		if err != nil {
			return nil, errors.Join(err, l.close())
		}
		l.clients = append(l.clients, client)
		l.next[i] = i * len(requests) / connections
	}
	return l, nil
}

// run sends for a time and tells what was sent.
func (l *load) run(ctx context.Context, d time.Duration) (amount, error) {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		total amount
		errs  []error
	)
	deadline := time.Now().Add(d)
	for i, client := range l.clients {
		wg.Go(func() {
			var sent amount
			var err error
			for err == nil && time.Now().Before(deadline) {
				r := l.requests[l.next[i]%len(l.requests)]
				l.next[i]++
				if err = client.SendRaw(ctx, r.bytes); err == nil {
					sent.add(r.amount, 1)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			total.add(sent, 1)
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return total, errors.Join(errs...)
}

func (l *load) close() error {
	var errs []error
	for _, client := range l.clients {
		errs = append(errs, client.Close())
	}
	return errors.Join(errs...)
}
