// SPDX-License-Identifier: Apache-2.0

package page

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// Bounds of what a peer may cost.
const (
	peerTimeout = 2 * time.Second
	// maxPeers are asked; others are named as missing.
	maxPeers = 64
	// maxWire and maxUnpacked bound an answer, in bytes. A full ledger with usual names
	// is 1 MiB, unpacked 7.
	maxWire     = 8 << 20
	maxUnpacked = 64 << 20
)

// pathLocal is where a page answers for itself alone. So a question goes one hop.
const pathLocal = "/api/v1/local"

// Peers are the pages of other gateways.
type Peers struct {
	// Client says who we are. It must not follow redirects: no answer may name an
	// address to ask.
	Client *http.Client
	// Find returns the URLs of all peers, this page itself among them or not.
	Find func(ctx context.Context) ([]*url.URL, error)
	// Instance is this page's own, by which it knows itself among its peers.
	Instance string
}

// localAnswer is what a page says for itself.
type localAnswer struct {
	Instance string       `json:"instance"`
	Rows     []egress.Row `json:"rows"`
	Ledgers  []about      `json:"ledgers"`
}

// peerAnswer is what a peer said, or why it did not.
type peerAnswer struct {
	name     string
	Instance string   `json:"instance"`
	Rows     peerRows `json:"rows"`
	Ledgers  []about  `json:"ledgers"`
	err      error
}

// peerStatus is what the page says of a peer.
type peerStatus struct {
	Peer string `json:"peer"`
	// Error is empty if the peer answered.
	Error string `json:"error,omitempty"`
	// UnknownRows have words that this version does not know, and are not shown.
	UnknownRows int `json:"unknown_rows,omitempty"`
}

// ask asks all peers at the same time, and waits for peerTimeout at most. The page
// itself is not among the answers.
func (p *Peers) ask(ctx context.Context) []peerAnswer {
	ctx, cancel := context.WithTimeout(ctx, peerTimeout)
	defer cancel()
	found, err := p.Find(ctx)
	if err != nil {
		return []peerAnswer{{name: "peers", err: err}}
	}
	answers := make([]peerAnswer, len(found))
	var asked sync.WaitGroup
	for i, u := range found {
		if i >= maxPeers {
			answers[i] = peerAnswer{name: u.Host, err: fmt.Errorf("only %d peers are asked", maxPeers)}
			continue
		}
		asked.Go(func() {
			a, err := p.askOne(ctx, u)
			a.name, a.err = u.Host, err
			answers[i] = a
		})
	}
	asked.Wait()
	answers = slices.DeleteFunc(answers, func(a peerAnswer) bool { return a.err == nil && a.Instance == p.Instance })
	return once(answers)
}

// once leaves one answer of each instance: a name may have several addresses of one
// page.
func once(answers []peerAnswer) []peerAnswer {
	seen := map[string]bool{}
	return slices.DeleteFunc(answers, func(a peerAnswer) bool {
		again := a.err == nil && seen[a.Instance]
		seen[a.Instance] = seen[a.Instance] || a.err == nil
		return again
	})
}

func (p *Peers) askOne(ctx context.Context, peer *url.URL) (a peerAnswer, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, peer.JoinPath(pathLocal).String(), nil)
	if err != nil {
		return a, err
	}
	// With this header set here, the client leaves the answer as it is: its size on
	// the wire can be bounded.
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := p.Client.Do(request)
	if err != nil {
		return a, withoutURL(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return a, fmt.Errorf("status %d", response.StatusCode)
	}
	unpacked, err := gzip.NewReader(io.LimitReader(response.Body, maxWire))
	if err != nil {
		return a, fmt.Errorf("no gzip: %w", err)
	}
	body := &io.LimitedReader{R: unpacked, N: maxUnpacked}
	if err := json.NewDecoder(body).Decode(&a); err != nil {
		return peerAnswer{}, fmt.Errorf("answer is broken, or larger than %d MiB: %w", maxWire>>20, err)
	}
	if a.Instance == "" {
		return peerAnswer{}, errors.New("answer names no instance")
	}
	return a, nil
}

// withoutURL leaves out what the page says anyway.
func withoutURL(err error) error {
	if u := new(url.Error); errors.As(err, &u) {
		return u.Err
	}
	return err
}

// apiLocal answers a peer.
func (h *handler) apiLocal(w http.ResponseWriter, _ *http.Request) {
	rows, about := h.Ledgers.local()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Encoding", "gzip")
	packed := gzip.NewWriter(w)
	// The peer has gone if there is an error.
	_ = json.NewEncoder(packed).Encode(localAnswer{h.Ledgers.instance, rows, about})
	_ = packed.Close()
}
