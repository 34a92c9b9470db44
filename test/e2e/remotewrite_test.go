// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/flood"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
	"github.com/otelcol-istio/otelcol-istio/test/internal/testbed"
)

// lastFlush is the connector's part of a stop, in config/gateway.yaml.
const lastFlush = 5 * time.Second

// storageFile adds a queue on disk.
const storageFile = "../../config/storage.yaml"

const (
	queueSize    = "otelcol_exporter_queue_size"
	lostSamples  = "otelcol_exporter_remote_write_lost_samples"
	storageFails = "otelcol_exporter_remote_write_storage_failures"
	flushes      = "otelcol_connector_istio_metrics_flushes"
)

// outage is a gateway before a Prometheus that has faults.
type outage struct {
	*gateway
	front *front
	env   map[string]string
	// sent counts records.
	sent  int
	lives []life
}

// life is one of the gateway, from a start to its end.
type life struct {
	began time.Time
	// flushes is how many there were when somebody looked last.
	flushes int
}

func startOutage(t *testing.T, env map[string]string, configs ...string) *outage {
	t.Helper()
	p := startPrometheus(t)
	o := &outage{front: newFront(t, p), env: map[string]string{
		"STATE_DIRECTORY": t.TempDir(), "SHUTDOWN_TIMEOUT": "5s", "INSTANCE_ID": "gateway-of-" + t.Name(),
	}}
	maps.Copy(o.env, env)
	o.env["REMOTE_WRITE_ENDPOINT"] = o.front.url
	o.start(t, p, configs...)
	return o
}

// start begins a life.
func (o *outage) start(t *testing.T, p *testbed.Prometheus, configs ...string) {
	t.Helper()
	o.lives = append(o.lives, life{began: time.Now()})
	o.gateway = startGatewayBefore(t, p, o.env, configs...)
}

// load sends records.
func (o *outage) load(t *testing.T) {
	t.Helper()
	f := flood.Flood{Kind: flood.Requests, First: o.sent, Records: 5000, Destinations: 5, PerRequest: 100, Workloads: 4, Workload: "w"}
	o.flood(t, f)
	o.sent += f.Records
}

// queues waits until a flush with all records is in the queue.
func (o *outage) queues(t *testing.T) {
	t.Helper()
	o.queuesWithin(t, settleTimeout)
}

func (o *outage) queuesWithin(t *testing.T, patience time.Duration) {
	t.Helper()
	want := o.telemetry(t, flushes, "") + 2 // the one under way may have begun before the last record
	for deadline := time.Now().Add(patience); o.telemetry(t, flushes, "") < want; time.Sleep(pollInterval) {
		require.True(t, time.Now().Before(deadline), "there are no flushes")
	}
}

// empties waits until all that is queued is sent.
func (o *outage) empties(t *testing.T) {
	t.Helper()
	o.emptiesWithin(t, settleTimeout)
}

func (o *outage) emptiesWithin(t *testing.T, patience time.Duration) {
	t.Helper()
	for deadline := time.Now().Add(patience); o.telemetry(t, queueSize, "") > 0; time.Sleep(pollInterval) {
		require.True(t, time.Now().Before(deadline), "the queue is never empty")
	}
}

// look notes how many flushes this life has had: as many have to arrive.
func (o *outage) look(t *testing.T) {
	t.Helper()
	o.lives[len(o.lives)-1].flushes = o.telemetry(t, flushes, "")
}

// complete checks that nothing is lost: each record is counted in one life, and
// each flush of each life is there.
func (o *outage) complete(t *testing.T) {
	t.Helper()
	o.empties(t)
	assert.Zero(t, o.telemetry(t, lostSamples, ""))
	o.look(t)
	require.NoError(t, o.Stop())
	assert.InDelta(t, o.sent, o.total(t), 0)
	o.noGaps(t)
}

// total adds up the last values of all series, also those that they had before they
// began anew. A series that is stored goes on in the next life.
func (o *outage) total(t *testing.T) (sum float64) {
	t.Helper()
	for _, r := range o.samples(t, requests) {
		for i, p := range r.Samples {
			if i+1 == len(r.Samples) || r.Samples[i+1].Value < p.Value {
				sum += p.Value
			}
		}
	}
	return sum
}

// noGaps checks that no flush is missing, nor a series in one of them. Each flush has
// the build info, at the time of its series.
func (o *outage) noGaps(t *testing.T) {
	t.Helper()
	infos := o.samples(t, buildInfo)
	require.Len(t, infos, 1)
	all := o.eachLife(infos[0].Samples)
	for i, l := range o.lives {
		require.GreaterOrEqual(t, len(all[i]), l.flushes, "flushes of life %d", i)
	}
	ranges := o.samples(t, requests)
	require.NotEmpty(t, ranges)
	for _, r := range ranges {
		// A series begins with a zero, which is older than its flush.
		counted := slices.DeleteFunc(r.Samples, func(p promclient.Point) bool { return p.Value == 0 })
		for i, times := range o.eachLife(counted) {
			if len(times) > 0 {
				require.Equal(t, all[i][max(0, len(all[i])-len(times)):], times, "flushes of life %d since %v began", i, r.Labels)
			}
		}
	}
}

// eachLife returns the times of samples in each life of the gateway.
func (o *outage) eachLife(samples []promclient.Point) [][]time.Time {
	each := make([][]time.Time, len(o.lives))
	for _, p := range samples {
		i := len(o.lives) - 1
		for i > 0 && p.Time.Before(o.lives[i].began) {
			i--
		}
		each[i] = append(each[i], p.Time)
	}
	return each
}

var faults = map[string]http.HandlerFunc{
	"away": away, "hanging": hanging, "dripping": dripping, "login page": loginPage, "busy": busy,
}

// TestOutage has Prometheus answer with each fault, for several flushes.
func TestOutage(t *testing.T) {
	for name, fault := range faults {
		for _, protocol := range []string{"1.0", "2.0"} {
			t.Run(name+" "+protocol, func(t *testing.T) {
				t.Parallel()
				o := startOutage(t, map[string]string{"REMOTE_WRITE_PROTOCOL": protocol, "REMOTE_WRITE_TIMEOUT": "1s"})
				o.load(t)
				o.queues(t)
				o.front.set(fault)
				for range 3 {
					o.load(t)
					o.queues(t)
				}
				o.front.set(nil)
				o.complete(t)
				assert.NotContains(t, o.Process.Log(), pageMark)
			})
		}
	}
}

// TestOutageOverAStop stops the gateway in an outage, and kills it: with a
// storage the next one sends what waits.
func TestOutageOverAStop(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *outage){
		"SIGTERM": func(t *testing.T, o *outage) { require.NoError(t, o.Stop()) },
		"kill -9": func(t *testing.T, o *outage) { o.queues(t); require.NoError(t, o.Process.Kill()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := startOutage(t, nil, storageFile)
			o.load(t)
			o.queues(t)
			o.front.set(away)
			o.load(t)
			o.look(t)
			end(t, o)

			o.start(t, o.prometheus, storageFile)
			o.load(t)
			o.queues(t)
			require.GreaterOrEqual(t, o.telemetry(t, queueSize, ""), 3)
			assert.Zero(t, o.telemetry(t, storageFails, ""))
			o.front.set(nil)
			o.complete(t)
		})
	}
}

// TestKillUnderWay kills the gateway while it sends what was queued.
func TestKillUnderWay(t *testing.T) {
	t.Parallel()
	o := startOutage(t, nil, storageFile)
	o.load(t)
	o.front.set(away)
	for range 5 {
		o.queues(t)
	}
	o.look(t)
	slow := o.front.asked.Load()
	o.front.set(nil)
	for o.front.asked.Load() == slow {
		time.Sleep(time.Millisecond)
	}
	require.NoError(t, o.Process.Kill())

	o.start(t, o.prometheus, storageFile)
	o.load(t)
	o.queues(t)
	o.complete(t)
}

// TestStopInAnOutage stops a gateway whose Prometheus never answers: it ends in
// time, with exit code 0.
func TestStopInAnOutage(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const timeout = 2 * time.Second
			o := startOutage(t, map[string]string{"SHUTDOWN_TIMEOUT": timeout.String()})
			o.front.set(fault)
			o.load(t)
			o.queues(t)
			began := time.Now()
			require.NoError(t, o.Stop())
			assert.Less(t, time.Since(began), timeout+lastFlush, "the pod ends before it is killed")
			assert.Contains(t, o.Process.Log(), "Flushes are lost")
		})
	}
}

// TestDiskFull has less room than the outage needs: the oldest flushes go, and
// no count with them.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	full := overlay(t, "extensions: {file_storage: {max_size: 65536, compaction: {on_start: false}}}")
	o := startOutage(t, nil, storageFile, full)
	o.load(t)
	o.queues(t)
	o.front.set(away)
	for o.telemetry(t, storageFails, "") == 0 {
		o.load(t)
		o.queues(t)
	}
	o.front.set(nil)
	o.empties(t)
	require.NoError(t, o.Stop())
	assert.InDelta(t, o.sent, o.value(t, "sum(last_over_time("+requests+"[1h]))"), 0)
}

// TestStateThatCannotBeUsed has the start end with an error that names the path.
func TestStateThatCannotBeUsed(t *testing.T) {
	const database = "exporter_remote_write__queue"
	for name, test := range map[string]struct {
		prepare func(t *testing.T, directory string) (state string)
		want    string
	}{
		"not a directory": {func(t *testing.T, directory string) string {
			file := filepath.Join(directory, "some-file")
			require.NoError(t, os.WriteFile(file, nil, 0o600))
			return file
		}, "some-file"},
		"not a database": {func(t *testing.T, directory string) string {
			require.NoError(t, os.WriteFile(filepath.Join(directory, database), make([]byte, 100_000), 0o600))
			return directory
		}, database},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := testbed.StartGateway(t.Context(), testbed.GatewayOptions{
				Binary: proctest.Gateway.Find(t), Configs: []string{gatewayFile, storageFile},
				Env: map[string]string{"STATE_DIRECTORY": test.prepare(t, t.TempDir()), "REMOTE_WRITE_ENDPOINT": "http://127.0.0.1:9/api/v1/write"},
			})
			require.ErrorContains(t, err, test.want)
		})
	}
}

// overlay writes a configuration to merge over others.
func overlay(t *testing.T, yaml string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "overlay.yaml")
	require.NoError(t, os.WriteFile(file, []byte(yaml), 0o600))
	return file
}
