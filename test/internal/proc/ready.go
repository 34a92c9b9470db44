// SPDX-License-Identifier: Apache-2.0

package proc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"time"
)

const pollInterval = 20 * time.Millisecond

var errExit0 = errors.New("exit status 0")

// WaitReady calls ready again and again until it answers true. It gives up,
// with the child's log in the error, when the child or the context ends.
func (p *Process) WaitReady(ctx context.Context, ready func(context.Context) bool) error {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		if ready(ctx) {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended before it was ready: %w\n%s", p.name, cmp.Or(p.err, errExit0), p.Log())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w\n%s", p.name, ctx.Err(), p.Log())
		case <-tick.C:
		}
	}
}

// WaitHTTP waits until a GET of the address is answered with 200.
func (p *Process) WaitHTTP(ctx context.Context, url string) error {
	return p.WaitReady(ctx, func(ctx context.Context) bool {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return false
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// WaitTCP waits until the address (host:port) takes connections.
func (p *Process) WaitTCP(ctx context.Context, address string) error {
	return p.WaitReady(ctx, func(ctx context.Context) bool {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	})
}

// WaitLog waits until the pattern is found in what the child wrote, and
// returns the match and its groups.
func (p *Process) WaitLog(ctx context.Context, pattern *regexp.Regexp) ([]string, error) {
	var match []string
	err := p.WaitReady(ctx, func(context.Context) bool {
		match = pattern.FindStringSubmatch(p.Log())
		return match != nil
	})
	return match, err
}
