// SPDX-License-Identifier: Apache-2.0

package flood

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

// Flood says what to send.
type Flood struct {
	Kind Kind
	// First is the number of the first record, and Records their number. Record n
	// goes to destination n modulo Destinations.
	First, Records, Destinations int
	// PerRequest is the most records in a request.
	PerRequest int
	// Workloads send side by side, each over a connection of its own and called
	// Workload and a number, in namespace shop.
	Workloads int
	Workload  string
}

// Send sends all records, each once, and waits for every answer.
func (f Flood) Send(ctx context.Context, endpoint string) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
		next atomic.Int64
	)
	for w := range f.Workloads {
		wg.Go(func() {
			if err := f.send(ctx, endpoint, w, &next); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// send is one workload's part: the next block of records, until there is none.
func (f Flood) send(ctx context.Context, endpoint string, workload int, next *atomic.Int64) error {
	client, err := otlpclient.Dial(endpoint)
	if err != nil {
		return err
	}
	defer client.Close()
	var whole *request
	for {
		from := int(next.Add(int64(f.PerRequest))) - f.PerRequest
		n := min(f.PerRequest, f.Records-from)
		if n <= 0 {
			return nil
		}
		r := whole
		if r == nil || n < f.PerRequest {
			if r, err = f.request(workload, n); err != nil {
				return err
			}
			whole = r
		}
		if err := client.SendRaw(ctx, r.to(f.First+from, f.Destinations)); err != nil {
			return fmt.Errorf("records %d to %d: %w", from, from+n-1, err)
		}
	}
}

// request is serialised, with the places where the destination of each record
// stands.
type request struct {
	kind   Kind
	bytes  []byte
	places [][]int
	text   []byte
}

func (f Flood) request(workload, records int) (*request, error) {
	logs := plog.NewLogs()
	rl := logs.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("k8s.namespace.name", "shop")
	rl.Resource().Attributes().PutStr("k8s.deployment.name", fmt.Sprint(f.Workload, workload))
	sl := rl.ScopeLogs().AppendEmpty()
	for n := range records {
		sl.LogRecords().AppendEmpty().Body().SetStr(f.Kind.line(string(f.Kind.appendTo(nil, n))))
	}
	b, err := otlpclient.Marshal(logs)
	r := &request{kind: f.Kind, bytes: b, places: make([][]int, records)}
	at := 0
	for n := range records {
		r.text = f.Kind.appendTo(r.text[:0], n)
		for { // records stand in order
			i := bytes.Index(b[at:], r.text)
			if i < 0 {
				break
			}
			r.places[n] = append(r.places[n], at+i)
			at += i + len(r.text)
		}
	}
	return r, err
}

// to writes the destinations from a number on. What it returns is valid until
// the next call.
func (r *request) to(first, destinations int) []byte {
	for i, places := range r.places {
		r.text = r.kind.appendTo(r.text[:0], (first+i)%destinations)
		for _, at := range places {
			copy(r.bytes[at:], r.text)
		}
	}
	return r.bytes
}
