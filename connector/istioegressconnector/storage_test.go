// SPDX-License-Identifier: Apache-2.0

package istioegressconnector

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.uber.org/zap"

	"github.com/otelcol-istio/otelcol-istio/connector/istioegressconnector/internal/metadatatest"
	"github.com/otelcol-istio/otelcol-istio/internal/configform"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

var storageID = component.MustNewID("file_storage")

func storedConfig() *Config {
	cfg := testConfig()
	cfg.StorageID = &storageID
	return cfg
}

// startStored starts a gateway on a disk.
func startStored(t *testing.T, disk *storagetest.Disk, cfg *Config, to outputs) *gateway {
	t.Helper()
	g := newGateway(t, cfg, to)
	g.host[storageID] = disk
	return g.start()
}

// A restart neither doubles nor loses, and a first contact is told once.
func TestRestart(t *testing.T) {
	for name, restart := range map[string]func(*gateway, *storagetest.Disk) *storagetest.Disk{
		"stop": func(g *gateway, disk *storagetest.Disk) *storagetest.Disk {
			g.stop()
			return disk
		},
		"crash": func(g *gateway, disk *storagetest.Disk) *storagetest.Disk {
			time.Sleep(time.Second) // a crash loses what came in the last second
			disk = disk.Crash()
			g.stop()
			return disk
		},
	} {
		for signalsName, has := range eachSignals {
			t.Run(name+"/"+signalsName, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					disk := storagetest.NewDisk()
					began := time.Now()
					told, starts := map[string]int{}, map[string]pcommon.Timestamp{}
					var sink *consumertest.MetricsSink
					for run := range 5 {
						sink = new(consumertest.MetricsSink)
						logs := new(consumertest.LogsSink)
						g := startStored(t, disk, storedConfig(), has.to(logs, sink))
						require.Equal(t, int64(20*run), g.total().Connections)
						for i := range 20 {
							g.consume(request([3]string{"web", fmt.Sprintf("%d.example.com", i%(5+run)), contract.PassthroughCluster}))
							time.Sleep(time.Second)
						}
						require.Equal(t, int64(20*(run+1)), g.total().Connections)
						for _, ld := range logs.AllLogs() {
							for _, lr := range ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().All() {
								told[lr.Body().Str()]++
							}
						}
						about := g.page.registered["istio_egress"].About()
						assert.Equal(t, began.UTC(), about.WatchingSince)
						before := sink.AllMetrics()
						disk = restart(g, disk)
						if has.metrics {
							require.Equal(t, int64(20*(run+1)), lastOf(connectionsTotal, sink.AllMetrics()...))
							require.Equal(t, int64(200*(run+1)), lastOf(sentBytesTotal, sink.AllMetrics()...))
							assert.LessOrEqual(t, lastOf(connectionsTotal, before...), int64(20*(run+1)))
							for _, p := range pointsOf(connectionsTotal, sink.AllMetrics()...) {
								host, _ := p.Attributes().Get("destination_host")
								if _, ok := starts[host.Str()]; !ok {
									starts[host.Str()] = p.StartTimestamp()
								}
								require.Equal(t, starts[host.Str()], p.StartTimestamp(), "the series goes on")
							}
							for _, p := range pointsOf(firstSeen, before...) {
								first := time.Duration((p.DoubleValue() - float64(began.UnixNano())/1e9) * 1e9)
								assert.Less(t, first, time.Duration(run+1)*30*time.Second)
							}
						}
					}
					if has.logs {
						assert.Len(t, told, 9)
						for what, times := range told {
							assert.Equal(t, 1, times, what)
						}
					}
				})
			})
		}
	}
}

// What is told and what is sent is saved before: at no time may a crash have a contact
// told again, or put a counter back.
func TestWhatIsSentIsSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.NewDisk()
		restored := func() *gateway {
			return startStored(t, disk.Crash(), storedConfig(), outputs{metrics: new(consumertest.MetricsSink)})
		}
		contacts, flushes := 0, 0
		var g *gateway
		nextLogs, err := consumer.NewLogs(func(_ context.Context, ld plog.Logs) error {
			contacts += ld.LogRecordCount()
			after := restored()
			assert.Len(t, after.rows(), contacts)
			after.stop()
			return nil
		})
		require.NoError(t, err)
		nextMetrics, err := consumer.NewMetrics(func(_ context.Context, md pmetric.Metrics) error {
			flushes++
			after := restored()
			assert.Equal(t, lastOf(connectionsTotal, md), after.total().Connections)
			after.stop()
			return nil
		})
		require.NoError(t, err)
		g = startStored(t, disk, storedConfig(), outputs{nextLogs, nextMetrics})
		for i := range 60 {
			g.consume(request([3]string{"web", fmt.Sprintf("%d.example.com", i%20), contract.PassthroughCluster}))
			time.Sleep(700 * time.Millisecond)
		}
		g.stop()
		assert.Equal(t, 20, contacts)
		assert.GreaterOrEqual(t, flushes, 2)
	})
}

// A write that was done in part leaves rows and series that say the same.
func TestCrashWhileSaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for operations := range 12 {
			disk := storagetest.NewDisk()
			sink := new(consumertest.MetricsSink)
			g := startStored(t, disk, storedConfig(), outputs{metrics: sink})
			for range 3 {
				g.consume(request(webToAPI, [3]string{"batch", "b.example.com", contract.BlackHoleCluster}))
				time.Sleep(20 * time.Second)
			}
			disk.StopAfter(operations)
			g.consume(request(webToAPI, webToAPI))
			time.Sleep(2 * time.Second)
			crashed := disk.Crash()
			g.stop()
			again := new(consumertest.MetricsSink)
			g = startStored(t, crashed, storedConfig(), outputs{metrics: again})
			assert.Equal(t, g.total().Connections, lastOf(connectionsTotal, again.AllMetrics()...), operations)
			if n := g.total().Connections; n != 0 { // the log may be damaged, and is set aside then
				assert.Contains(t, []int64{6, 8}, n, operations)
			}
			g.stop()
		}
	})
}

// Series of rows that were kept without metrics begin with what the rows have. That is
// no increase: it was counted before.
func TestMetricsThatAreTurnedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.NewDisk()
		g := startStored(t, disk, storedConfig(), outputs{logs: new(consumertest.LogsSink)})
		g.consume(request(webToAPI, webToAPI, webToAPI))
		g.stop()
		sink := new(consumertest.MetricsSink)
		g = startStored(t, disk, storedConfig(), outputs{metrics: sink})
		points := pointsOf(connectionsTotal, sink.AllMetrics()...)
		require.Len(t, points, 1, "it has no zero before it")
		assert.Equal(t, int64(3), points[0].IntValue())
		g.consume(request(webToAPI))
		g.stop()
		assert.Equal(t, int64(4), lastOf(connectionsTotal, sink.AllMetrics()...))

		// And off again: the rows go on.
		g = startStored(t, disk, storedConfig(), outputs{logs: new(consumertest.LogsSink)})
		assert.Equal(t, int64(4), g.total().Connections)
		g.stop()
	})
}

// A row that went is gone after a restart, and so are its series.
func TestRowsThatWentStayAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.NewDisk()
		cfg := storedConfig()
		cfg.Retention = configform.Duration(time.Hour)
		g := startStored(t, disk, cfg, outputs{metrics: new(consumertest.MetricsSink)})
		g.consume(request(webToAPI))
		time.Sleep(65 * time.Minute)
		require.Empty(t, g.rows())
		g.stop()
		sink := new(consumertest.MetricsSink)
		g = startStored(t, disk, cfg, outputs{metrics: sink})
		assert.Empty(t, g.rows())
		g.stop()
		assert.Empty(t, sink.AllMetrics())
	})
}

// A disk that was full for a while costs nothing, once everything was saved again.
func TestFullDisk(t *testing.T) {
	for name, to := range map[string]outputs{
		"logs":    {logs: new(consumertest.LogsSink)},
		"metrics": {metrics: new(consumertest.MetricsSink)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				disk := storagetest.NewDisk()
				g := startStored(t, disk, storedConfig(), to)
				g.consume(request([3]string{"batch", "b.example.com", contract.BlackHoleCluster}))
				time.Sleep(time.Second)
				disk.SetFailing(true)
				for range 100 {
					g.consume(request(webToAPI))
					time.Sleep(time.Second)
				}
				assert.Equal(t, int64(101), g.total().Connections, "counting goes on")
				failures, err := g.telemetry.GetMetric("otelcol_connector_istio_egress_storage_failures")
				require.NoError(t, err)
				assert.Greater(t, failures.Data.(metricdata.Sum[int64]).DataPoints[0].Value, int64(20))
				disk.SetFailing(false)
				time.Sleep(16 * time.Second) // until the next flush
				after := startStored(t, disk.Crash(), storedConfig(), to)
				assert.Equal(t, int64(101), after.total().Connections)
				after.stop()
				g.stop()
			})
		})
	}
}

func TestStateOfAnotherInstanceIsSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		disk := storagetest.NewDisk()
		g := startStored(t, disk, storedConfig(), outputs{metrics: new(consumertest.MetricsSink)})
		g.consume(request(webToAPI))
		g.stop()
		cfg := storedConfig()
		cfg.InstanceID = "gateway-1"
		g = startStored(t, disk, cfg, outputs{metrics: new(consumertest.MetricsSink)})
		assert.Empty(t, g.rows())
		metadatatest.AssertEqualConnectorIstioEgressStateSetAside(t, g.telemetry, []metricdata.DataPoint[int64]{{Value: 1}}, metricdatatest.IgnoreTimestamp())
		assert.Equal(t, 1, g.logs.FilterField(zap.String("reason", "another instance")).Len())
		g.stop()
	})
}

func TestStorageThatIsNone(t *testing.T) {
	g := newGateway(t, storedConfig(), outputs{metrics: new(consumertest.MetricsSink)})
	require.ErrorContains(t, g.instances[0].Start(t.Context(), g.host), "`storage`: there is no extension \"file_storage\"")
	g.stop()
}
