// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	contrib "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusremotewriteexporter"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"

	"github.com/otelcol-istio/otelcol-istio/connector/istiometricsconnector"
	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter"
)

// Exporters that can be measured.
const (
	ourExporter     = "remote_write"
	ourExporter2    = "remote_write 2.0"
	contribExporter = "contrib"
)

// cell is one measurement.
type cell struct {
	Exporter string
	Series   int
	// Interval between two flushes, of which so many are measured.
	Interval time.Duration
	Flushes  int
	Endpoint string
	// Profile is a file, or empty.
	Profile string
}

// result is what was measured, for each series and, for CPU time, each flush.
type result struct {
	Series                       int
	MicrosPerSeries              float64
	LivePerSeries, PeakPerSeries float64
	// BytesPerSeries is what was sent.
	BytesPerSeries float64
	// Arrived is the part of the series that the sink has.
	Arrived float64
}

func runCell(c cell) error {
	ctx := context.Background()
	before := liveHeap()
	e, err := c.newExporter(ctx)
	if err != nil {
		return err
	}
	if err := e.Start(ctx, componenttest.NewNopHost()); err != nil {
		return err
	}
	con, err := c.newConnector(ctx, e)
	if err != nil {
		return err
	}
	series, err := fill(ctx, con, c.Series)
	if err != nil {
		return err
	}
	if err := con.Start(ctx, componenttest.NewNopHost()); err != nil {
		return err
	}
	r, err := c.measure(series, before)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// measure waits for a first flush, which finds all label sets, and then for some
// more.
func (c *cell) measure(series int, before int64) (r result, err error) {
	first, _, err := c.await(series)
	if err != nil {
		return r, err
	}
	if first == 0 {
		return r, fmt.Errorf("nothing arrived within %v", 2*time.Duration(c.Flushes+1)*c.Interval)
	}
	live := liveHeap() - before
	if c.Profile != "" {
		f, err := os.Create(c.Profile)
		if err != nil {
			return r, err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return r, err
		}
		defer pprof.StopCPUProfile()
	}
	cpu := cpuTime()
	samples, size, err := c.await(series * (1 + c.Flushes))
	if err != nil {
		return r, err
	}
	n := float64(series)
	r = result{
		Series: series, LivePerSeries: float64(live) / n, PeakPerSeries: float64(peakMemory()) / n,
		BytesPerSeries: float64(size) / float64(samples),
		Arrived:        min(float64(samples)/n/float64(1+c.Flushes), 1),
	}
	if later := float64(samples - first); later > 0 {
		r.MicrosPerSeries = float64((cpuTime() - cpu).Microseconds()) / later
	}
	return r, nil
}

// await waits until the sink has so many samples, but no longer than twice the
// time that the flushes take. It returns how many there are, and the size of the
// requests.
func (c *cell) await(samples int) (n, size int, err error) {
	deadline := time.Now().Add(2 * time.Duration(c.Flushes+1) * c.Interval)
	for {
		n, size, err := c.arrived()
		if err != nil || n >= samples || time.Now().After(deadline) {
			return n, size, err
		}
		time.Sleep(250 * time.Millisecond) // to ask costs CPU time, too
	}
}

func (c *cell) arrived() (samples, size int, err error) {
	resp, err := http.Get(strings.TrimSuffix(c.Endpoint, "/") + countPath)
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	_, err = fmt.Fscanln(resp.Body, &samples, &size)
	return samples, size, err
}

func (c *cell) newExporter(ctx context.Context) (exporter.Metrics, error) {
	factory, settings := remotewriteexporter.NewFactory(), map[string]any{}
	switch c.Exporter {
	case ourExporter:
	case ourExporter2:
		settings["protobuf_message"] = "io.prometheus.write.v2.Request"
	case contribExporter:
		factory = contrib.NewFactory()
		settings = map[string]any{
			"max_batch_request_parallelism": 1,
			"disable_scope_info":            true,
			"target_info":                   map[string]any{"enabled": false},
			"remote_write_queue":            map[string]any{"enabled": true, "queue_size": 40},
		}
	default:
		return nil, fmt.Errorf("there is no exporter %q", c.Exporter)
	}
	settings["http"] = map[string]any{"endpoint": c.Endpoint}
	cfg, err := load(factory.CreateDefaultConfig(), settings)
	if err != nil {
		return nil, err
	}
	return factory.CreateMetrics(ctx, exportertest.NewNopSettings(factory.Type()), cfg)
}

func (c *cell) newConnector(ctx context.Context, next exporter.Metrics) (connector.Logs, error) {
	factory := istiometricsconnector.NewFactory()
	cfg, err := load(factory.CreateDefaultConfig(), map[string]any{
		"flush_interval": c.Interval.String(),
		"max_series":     c.Series*2 + 10_000,
		"instance_id":    "gateway-0",
	})
	if err != nil {
		return nil, err
	}
	return factory.CreateLogsToMetrics(ctx, connectortest.NewNopSettings(factory.Type()), cfg, next)
}

func load(cfg component.Config, settings map[string]any) (component.Config, error) {
	if err := confmap.NewFromStringMap(settings).Unmarshal(cfg); err != nil {
		return nil, err
	}
	return cfg, confmap.Validate(cfg)
}

func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func usage() (u syscall.Rusage) {
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for bad arguments alone
	return u
}

func cpuTime() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory returns the most resident memory that the process had, in bytes.
func peakMemory() int64 { u := usage(); return u.Maxrss * 1024 }
