// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/otlpclient"
)

// TestGateway has each alert on a gateway itself fire and end.
func TestGateway(t *testing.T) {
	t.Parallel()
	p := startPrometheus(t)
	w := startWatch(t, p)
	causes := recordCauses(t, p)
	causes = append(causes, writeCauses(t, p)...)
	causes = append(causes, fullCauses(t, p)...)
	causes = append(causes, downCause(t, p))
	p.seen(t)
	run(t, w, causes)
}

func ofGateway(alert, instance string) map[string]string {
	return map[string]string{"alertname": alert, "instance": instance}
}

// recordCauses are records that go wrong.
func recordCauses(t *testing.T, p *prometheus) []cause {
	t.Helper()
	g := p.start(t, "gateway", nil)
	unlabelled := p.start(t, "unlabelled", nil, "yaml:service::pipelines::logs::processors: [memory_limiter]")
	confusing := p.start(t, "confusing", nil)
	var understood func()
	line := connection(passthrough, "api.example.com", 11)
	return []cause{
		{
			labels: ofGateway("OtelcolIstioRecordsRefused", g.instance),
			do:     func(t *testing.T) { require.Error(t, g.client.SendRaw(t.Context(), []byte("no request"))) },
		},
		{
			labels: ofGateway("OtelcolIstioRecordsRepaired", g.instance),
			do: func(t *testing.T) {
				b, err := otlpclient.Marshal(records("web", line))
				require.NoError(t, err)
				require.NoError(t, g.client.SendRaw(t.Context(), bytes.Replace(b, []byte("api.example"), []byte("api\xffexample"), 1)))
			},
		},
		{
			labels: ofGateway("OtelcolIstioForgedRecords", g.instance),
			do: func(t *testing.T) {
				const forged = `"x HTTP/1.1" 299 - via_upstream - "-" 77 77 7 7 "-" "ua" "id""`
				g.send(t, "web", strings.Split(strings.Repeat(strings.Replace(request("a.example.com", "203.0.113.9:80"), `"curl"`, forged, 1), 11), "\n")[:11]...)
			},
		},
		{
			labels: ofGateway("OtelcolIstioRecordsLost", unlabelled.instance),
			do:     func(t *testing.T) { unlabelled.send(t, "web", line) },
		},
		{
			labels: ofGateway("OtelcolIstioRecordsNotUnderstood", confusing.instance),
			do: func(t *testing.T) {
				understood = repeat(t, func() error {
					return confusing.client.Send(t.Context(), records("web", line, "no access log"))
				})
			},
			end: func(*testing.T) { understood() },
		},
	}
}

// repeat does something again and again, until it is stopped or the test ends.
func repeat(t *testing.T, do func() error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	stop = func() {
		cancel()
		ended.Wait()
	}
	t.Cleanup(stop)
	ended.Go(func() {
		for ; ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
			if err := do(); err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
		}
	})
	return stop
}

// receiver takes remote writes, or answers as it is told.
type receiver struct {
	url    string
	status atomic.Int32
}

func startReceiver(t *testing.T, status int32) *receiver {
	t.Helper()
	r := &receiver{}
	r.status.Store(status)
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(int(r.status.Load())) }))
	t.Cleanup(s.Close)
	r.url = s.URL + "/api/v1/write"
	return r
}

// writeCauses are servers that do not take what gateways write.
func writeCauses(t *testing.T, p *prometheus) []cause {
	t.Helper()
	away, choosy := startReceiver(t, http.StatusNoContent), startReceiver(t, http.StatusNoContent)
	behind := p.start(t, "behind", map[string]string{"REMOTE_WRITE_ENDPOINT": away.url})
	lossy := p.start(t, "lossy", map[string]string{"REMOTE_WRITE_ENDPOINT": choosy.url})
	return []cause{
		{
			labels: ofGateway("OtelcolIstioRemoteWriteBehind", behind.instance),
			do:     func(*testing.T) { away.status.Store(http.StatusServiceUnavailable) },
			end:    func(*testing.T) { away.status.Store(http.StatusNoContent) },
		},
		{
			labels: ofGateway("OtelcolIstioSamplesLost", lossy.instance),
			do:     func(*testing.T) { choosy.status.Store(http.StatusBadRequest) },
			end:    func(*testing.T) { choosy.status.Store(http.StatusNoContent) },
		},
	}
}

// fullCauses fill what a small gateway has. It is empty again when it starts anew.
func fullCauses(t *testing.T, p *prometheus) []cause {
	t.Helper()
	env := map[string]string{"MAX_SERIES": "1000", "EGRESS_MAX_ROWS": "100", "DESTINATION_IP_LIMIT": "20"}
	full := p.start(t, "full", env)
	names := []string{"OtelcolIstioSeriesNearlyFull", "OtelcolIstioRowsNearlyFull", "OtelcolIstioLabelNearlyFull"}
	fill := func(t *testing.T) {
		for workload := range 20 {
			var lines []string
			for n := range 20 {
				lines = append(lines, request(fmt.Sprintf("h%d-%d.example.com", workload, n), fmt.Sprintf("203.%d.113.%d:80", workload, n)))
			}
			full.send(t, fmt.Sprint("scanner", workload), lines...)
		}
	}
	empty := func(t *testing.T) {
		require.NoError(t, full.Stop())
		p.start(t, full.instance, env)
	}
	var causes []cause
	for i, name := range names {
		c := cause{labels: ofGateway(name, full.instance), do: func(*testing.T) {}}
		if i == 0 { // one does it for all
			c.do = fill
		}
		if i == len(names)-1 {
			c.end = empty
		}
		causes = append(causes, c)
	}
	return causes
}

// downCause is a gateway that ends, and starts anew.
func downCause(t *testing.T, p *prometheus) cause {
	t.Helper()
	g := p.start(t, "down", nil)
	return cause{
		labels: ofGateway("OtelcolIstioDown", g.instance),
		do:     func(t *testing.T) { require.NoError(t, g.Stop()) },
		end:    func(t *testing.T) { p.start(t, g.instance, nil) },
	}
}

// TestNothingIsWritten has a gateway that runs and writes elsewhere.
func TestNothingIsWritten(t *testing.T) {
	t.Parallel()
	p := startPrometheus(t)
	elsewhere := startReceiver(t, http.StatusNoContent)
	p.start(t, "misled", map[string]string{"REMOTE_WRITE_ENDPOINT": elsewhere.url})
	w := startWatch(t, p)
	labels := map[string]string{"alertname": "OtelcolIstioWritesNothing"}
	w.fires(t, labels)
	p.start(t, "right", nil)
	w.ends(t, labels)
	assert.NotContains(t, strings.Join(w.names(), " "), "instance:right")
}
