// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience is for a busy machine. The longest window is 30 seconds here.
const patience = 90 * time.Second

// alert is one that Prometheus has, by its labels, alertname among them.
type alert struct {
	Labels map[string]string
	State  string
}

// watch asks Prometheus which alerts fire, and remembers those that did.
type watch struct {
	p *prometheus

	mu     sync.Mutex
	fired  map[string]map[string]string
	firing map[string]bool
}

// startWatch watches until the test ends.
func startWatch(t *testing.T, p *prometheus) *watch {
	t.Helper()
	w := &watch{p: p, fired: map[string]map[string]string{}}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := w.ask(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	t.Cleanup(func() {
		cancel()
		wg.Wait()
	})
	return w
}

func (w *watch) ask(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.p.Base()+"/api/v1/alerts", http.NoBody)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct{ Data struct{ Alerts []alert } }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.firing = map[string]bool{}
	for _, a := range answer.Data.Alerts {
		if a.State == "firing" {
			w.fired[fmt.Sprint(a.Labels)] = a.Labels
			w.firing[fmt.Sprint(a.Labels)] = true
		}
	}
	return nil
}

// matching lists alerts that have the labels.
func (w *watch) matching(labels map[string]string) (fired, firing bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for key, have := range w.fired {
		if has(have, labels) {
			fired, firing = true, firing || w.firing[key]
		}
	}
	return fired, firing
}

func has(all, some map[string]string) bool {
	for k, v := range some {
		if all[k] != v {
			return false
		}
	}
	return true
}

// fires waits until such an alert has fired.
func (w *watch) fires(t *testing.T, labels map[string]string) {
	t.Helper()
	w.until(t, "it never fired", labels, func(fired, _ bool) bool { return fired })
}

// ends waits until it is resolved.
func (w *watch) ends(t *testing.T, labels map[string]string) {
	t.Helper()
	w.until(t, "it never ended", labels, func(fired, firing bool) bool { return fired && !firing })
}

func (w *watch) until(t *testing.T, complaint string, labels map[string]string, is func(fired, firing bool) bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(w.matching(labels)); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			require.Failf(t, complaint, "%v\nfired so far: %v", labels, w.names())
		}
	}
}

// names lists the alerts that fired.
func (w *watch) names() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.fired))
}

// only checks that of all alerts on a workload no others than these fired.
func (w *watch) only(t *testing.T, expected []map[string]string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, have := range w.fired {
		if have["source_workload"] == "" {
			continue
		}
		assert.True(t, slices.ContainsFunc(expected, func(e map[string]string) bool { return has(have, e) }), "not expected: %v", have)
	}
}
