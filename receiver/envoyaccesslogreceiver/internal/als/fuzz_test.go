// SPDX-License-Identifier: Apache-2.0

package als

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/entry"
)

// FuzzStream serves streams of any bytes, and checks that each entry is accounted
// for.
func FuzzStream(f *testing.F) {
	join := func(messages ...*protoMessage) (all []byte) {
		for _, m := range messages {
			raw, err := proto.Marshal(m)
			require.NoError(f, err)
			all = append(binary.AppendUvarint(all, uint64(len(raw))), raw...)
		}
		return all
	}
	f.Add(join(byHTTP("a", "1", requestEnd), byTCP("a", "1", requestEnd)), int64(1<<20), byte(0))
	f.Add(join(byTCP("a", "1", requestEnd), byTCP("b", "1", requestEnd), byHTTP("a", "1", requestEnd)), int64(100), byte(1))
	f.Fuzz(func(t *testing.T, raw []byte, memory int64, keep byte) {
		options := testOptions()
		options.Keep, options.MaxBytes = Keeps[int(keep)%len(Keeps)], memory
		var passed int64
		h, tel := newHandler(t, options, consumerFunc(func(_ context.Context, ld plog.Logs) error {
			assert.NotZero(t, ld.LogRecordCount())
			passed += int64(ld.LogRecordCount())
			if passed%2 == 0 {
				return errors.New("refused")
			}
			return nil
		}))
		var received int64
		for len(raw) > 0 {
			length, n := binary.Uvarint(raw)
			if n <= 0 || length > uint64(len(raw)-n) {
				break
			}
			m := raw[n : n+int(length)]
			raw = raw[n+int(length):]
			_ = eachEntry(m, func(entry.Kind, []byte) { received++ })
			send(t, h, m)
		}
		assert.LessOrEqual(t, h.pairing.Stats().Bytes, max(memory, 0))
		h.pass(h.pairing.Flush())
		var accounted int64
		for _, outcome := range outcomeNames {
			accounted += entries(t, tel, outcome, entry.HTTP, entry.TCP)
		}
		assert.Equal(t, received, accounted)
		assert.Equal(t, passed, entries(t, tel, "accepted", entry.HTTP, entry.TCP)+entries(t, tel, "refused", entry.HTTP, entry.TCP))
		require.NoError(t, h.Shutdown(t.Context()))
		require.NoError(t, tel.Shutdown(t.Context()))
	})
}

type consumerFunc func(context.Context, plog.Logs) error

func (f consumerFunc) ConsumeLogs(ctx context.Context, ld plog.Logs) error { return f(ctx, ld) }
func (consumerFunc) Capabilities() consumer.Capabilities                   { return consumer.Capabilities{} }
