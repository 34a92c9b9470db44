// SPDX-License-Identifier: Apache-2.0

package remotewriteexporter

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/metadata"
	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

var storageID = component.MustNewID("file_storage")

func storedConfig(b *backend) *Config {
	cfg := testConfig(b)
	cfg.Queue.StorageID = &storageID
	return cfg
}

func TestQueueSurvivesAStop(t *testing.T) {
	b := newBackend(t)
	b.answer(503, "")
	disk := storagetest.NewDisk()
	s := start(t, storedConfig(b), host{storageID: disk})
	s.consume(t, "a", "b")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Empty(t, s.nonZero(t, "exporter_remote_write_lost_samples"))

	b.answer(204, "")
	s = start(t, storedConfig(b), host{storageID: disk})
	s.consume(t, "c")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"a", "b", "c"}, trimTotal(b.taken()))
	assert.Equal(t, map[string]int64{"": 3}, s.values(t, "exporter_remote_write_sent_samples"))
}

func TestQueueSurvivesACrash(t *testing.T) {
	b := newBackend(t)
	b.answer(503, "")
	disk := storagetest.NewDisk()
	s := start(t, storedConfig(b), host{storageID: disk})
	s.consume(t, "a", "b")
	assert.Eventually(t, func() bool { return b.requests() > 0 }, patience, time.Millisecond)
	after := disk.Crash()
	require.NoError(t, s.Shutdown(t.Context()))

	b.answer(204, "")
	s = start(t, storedConfig(b), host{storageID: after})
	s.consume(t, "c")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"a", "b", "c"}, trimTotal(b.taken()))
}

func TestDamagedQueue(t *testing.T) {
	b := newBackend(t)
	b.answer(503, "")
	disk := storagetest.NewDisk()
	s := start(t, storedConfig(b), host{storageID: disk})
	s.consume(t, "a", "b")
	require.NoError(t, s.Shutdown(t.Context()))
	disk.Set("2/0", []byte("damaged"))

	b.answer(204, "")
	s = start(t, storedConfig(b), host{storageID: disk})
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"b"}, trimTotal(b.taken()))
	assert.Equal(t, map[string]int64{"storage": 1}, s.nonZero(t, "exporter_remote_write_dropped_flushes"))
	assert.Equal(t, map[string]int64{"read": 1}, s.nonZero(t, "exporter_remote_write_storage_failures"))
}

// Requests keep their protocol while they wait.
func TestProtocolChangesOverARestart(t *testing.T) {
	b := newBackend(t)
	b.answer(503, "")
	disk := storagetest.NewDisk()
	s := start(t, storedConfig(b), host{storageID: disk})
	s.consume(t, "a")
	require.NoError(t, s.Shutdown(t.Context()))
	before := b.requests()

	b.answer(204, "")
	cfg := storedConfig(b)
	cfg.ProtobufMessage = MessageV2
	s = start(t, cfg, host{storageID: disk})
	s.consume(t, "b")
	require.NoError(t, s.Shutdown(t.Context()))
	var versions []string
	for _, h := range b.headers[before:] {
		versions = append(versions, h.Get("X-Prometheus-Remote-Write-Version"))
	}
	assert.Equal(t, []string{"0.1.0", "2.0.0"}, versions)
}

func TestDiskThatFails(t *testing.T) {
	b := newBackend(t)
	disk := storagetest.NewDisk()
	disk.SetFailing(true)
	s := start(t, storedConfig(b), host{storageID: disk})
	s.consume(t, "a", "b")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"a", "b"}, trimTotal(b.taken()))
	assert.NotZero(t, s.values(t, "exporter_remote_write_storage_failures")["write"])
	assert.Empty(t, s.nonZero(t, "exporter_remote_write_lost_samples"))
}

func TestQueueOfAnotherVersion(t *testing.T) {
	b := newBackend(t)
	disk := storagetest.NewDisk()
	disk.Set("format", []byte("99"))
	s := start(t, storedConfig(b), host{storageID: disk})
	s.consume(t, "a")
	require.NoError(t, s.Shutdown(t.Context()))
	assert.Equal(t, []string{"a"}, trimTotal(b.taken()))
	assert.Equal(t, map[string]int64{"": 1}, s.values(t, "exporter_remote_write_queues_set_aside"))
}

// noStorage is an extension of another kind; broken one that cannot be opened.
type (
	noStorage struct {
		component.StartFunc
		component.ShutdownFunc
	}
	broken struct{ noStorage }
)

func (*broken) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return nil, errors.New("permission denied")
}

func TestStorageThatCannotBeUsed(t *testing.T) {
	for name, test := range map[string]struct {
		host host
		want string
	}{
		"missing":      {host{}, "file_storage"},
		"other kind":   {host{storageID: &noStorage{}}, "file_storage"},
		"not readable": {host{storageID: &broken{}}, "permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := NewFactory().CreateMetrics(t.Context(), exportertest.NewNopSettings(metadata.Type), storedConfig(newBackend(t)))
			require.NoError(t, err)
			err = e.Start(t.Context(), test.host)
			require.ErrorContains(t, err, "`sending_queue::storage`")
			require.ErrorContains(t, err, test.want)
			assert.NoError(t, e.Shutdown(t.Context()))
		})
	}
}
