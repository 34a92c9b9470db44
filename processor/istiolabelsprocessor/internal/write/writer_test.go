// SPDX-License-Identifier: Apache-2.0

package write

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/attrname"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

func newTestWriter(onRecord bool) *Writer {
	names := attrname.New([]string{"team"}, func(name string) bool { return name == "response_code" })
	return NewWriter(Options{Names: names, OnRecord: onRecord})
}

// sets are label sets that differ in destination_service_name.
func sets(n int, onRecord bool) []*labelset.Set {
	maker := &labelset.Maker{Schema: contract.SchemaIstio, OnRecord: onRecord}
	made := make([]*labelset.Set, n)
	for i := range made {
		v := labelset.Values{Verdict: contract.VerdictHTTP, Protocol: contract.HTTP}
		v.Labels[contract.DestinationServiceName] = strconv.Itoa(i)
		made[i] = maker.New(v)
	}
	return made
}

// records is a resource of one scope; each record's body is its place.
func records(n int) plog.ResourceLogs {
	rl := plog.NewLogs().ResourceLogs().AppendEmpty()
	sl := rl.ScopeLogs().AppendEmpty()
	sl.SetSchemaUrl("https://example.org")
	sl.Scope().SetName("proxy")
	for i := range n {
		sl.LogRecords().AppendEmpty().Body().SetInt(int64(i))
	}
	return rl
}

// all files each record under one of the sets; -1 leaves it.
func (w *Writer) all(rl plog.ResourceLogs, made []*labelset.Set, of []int) {
	sl := rl.ScopeLogs().At(0)
	w.Scope(0, sl)
	for i, lr := range sl.LogRecords().All() {
		if of[i] < 0 {
			w.Leave(lr, false)
			continue
		}
		w.Write(lr, Record{Values: new(accesslog.Record), Set: made[of[i]]})
	}
	w.Finish(rl.ScopeLogs())
}

// Each record leaves once, below a scope of its own set, or where it was.
func TestRecordsStandBelowTheirSets(t *testing.T) {
	w, made := newTestWriter(false), sets(5, false)
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		of := make([]int, random.IntN(30))
		for i := range of {
			of[i] = random.IntN(6) - 1
		}
		rl := records(len(of))
		w.all(rl, made, of)
		seen := map[int64]bool{}
		for _, sl := range rl.ScopeLogs().All() {
			assert.Equal(t, "https://example.org", sl.SchemaUrl())
			for _, lr := range sl.LogRecords().All() {
				seen[lr.Body().Int()] = true
				set := of[lr.Body().Int()]
				if set < 0 {
					assert.Equal(t, "proxy", sl.Scope().Name())
					continue
				}
				assert.Equal(t, contract.ScopeName, sl.Scope().Name())
				assert.Equal(t, made[set].Attributes().AsRaw(), sl.Scope().Attributes().AsRaw())
			}
		}
		assert.Len(t, seen, len(of))
		w.Release()
	}
}

func TestTheLargestGroupStays(t *testing.T) {
	rl := records(5)
	newTestWriter(false).all(rl, sets(2, false), []int{0, 1, 1, 0, 1})
	require.Equal(t, 2, rl.ScopeLogs().Len())
	assert.Equal(t, 3, rl.ScopeLogs().At(0).LogRecords().Len())
}

func TestLabelsOnRecord(t *testing.T) {
	rl, made := records(3), sets(2, true)
	newTestWriter(true).all(rl, made, []int{0, -1, 1})
	require.Equal(t, 1, rl.ScopeLogs().Len())
	sl := rl.ScopeLogs().At(0)
	assert.Equal(t, "proxy", sl.Scope().Name())
	assert.Equal(t, made[0].Attributes().AsRaw(), sl.LogRecords().At(0).Attributes().AsRaw())
	assert.Zero(t, sl.LogRecords().At(1).Attributes().Len())
}

// What varies stands on the record, in either form.
func TestWhatVaries(t *testing.T) {
	values := new(accesslog.Record)
	for op, v := range map[accesslog.Op]string{
		accesslog.Duration: "9", accesslog.BytesReceived: "1", accesslog.DownstreamWireBytesReceived: "90", accesslog.BytesSent: "8", accesslog.GRPCStats: "3,4",
	} {
		values.Set(op, v)
	}
	for _, onRecord := range []bool{false, true} {
		w, rl := newTestWriter(onRecord), records(1)
		w.Scope(0, rl.ScopeLogs().At(0))
		lr := rl.ScopeLogs().At(0).LogRecords().At(0)
		w.Write(lr, Record{Values: values, Set: sets(1, onRecord)[0], Addresses: labelset.Addresses{
			IP: labelset.Value{Text: "203.0.113.10", Slot: 7}, Host: labelset.Value{Text: "other"}, Network: "office",
		}})
		w.Finish(rl.ScopeLogs())
		got := lr.Attributes().AsRaw()
		for name, want := range map[string]any{
			contract.AttrDuration: int64(9_000_000), contract.AttrBytesReceived: int64(90), contract.AttrBytesSent: int64(8),
			"destination_ip": "203.0.113.10", contract.SlotPrefix + "destination_ip": int64(7),
			"destination_host": "other", "destination_network": "office",
		} {
			assert.Equal(t, want, got[name], name)
		}
		assert.NotContains(t, got, contract.SlotPrefix+"destination_host")
	}
}

func TestForeignNamesAreRemoved(t *testing.T) {
	foreign := map[string]any{contract.AttrVerdict: "http", "reporter": "forged", "response_code": "1", "team": "a", "kept": "yes"}
	w, rl := newTestWriter(false), records(3)
	sl := rl.ScopeLogs().At(0)
	require.NoError(t, sl.Scope().Attributes().FromRaw(foreign))
	for _, lr := range sl.LogRecords().All() {
		require.NoError(t, lr.Attributes().FromRaw(foreign))
	}
	w.Scope(0, sl)
	assert.EqualValues(t, 1, w.Removed(), "of the scope: the contract's")
	w.Write(sl.LogRecords().At(0), Record{Values: new(accesslog.Record), Set: sets(1, false)[0], Foreign: true})
	w.Leave(sl.LogRecords().At(1), true)
	assert.EqualValues(t, 1, w.Removed())
	assert.NotContains(t, sl.LogRecords().At(1).Attributes().AsRaw(), contract.AttrVerdict)
	assert.Contains(t, sl.LogRecords().At(1).Attributes().AsRaw(), "reporter", "not ours: as it came")
	w.Leave(sl.LogRecords().At(2), false)
	ours := sl.LogRecords().At(0)
	w.writeNotes()
	assert.EqualValues(t, 2, w.Removed(), "shared names are no forgery")
	assert.Equal(t, map[string]any{"kept": "yes"}, ours.Attributes().AsRaw())
	w.Finish(rl.ScopeLogs())
	assert.EqualValues(t, 1, w.Removed(), "of the scope: a label, which did not come along")
	assert.Contains(t, sl.Scope().Attributes().AsRaw(), "reporter", "it is still that of the others")
}

// A request that was given up leaves nothing behind.
func TestRelease(t *testing.T) {
	w, made, rl := newTestWriter(false), sets(2, false), records(2)
	w.Scope(0, rl.ScopeLogs().At(0))
	values := new(accesslog.Record)
	values.Set(accesslog.BytesSent, "1")
	w.Write(rl.ScopeLogs().At(0).LogRecords().At(0), Record{Values: values, Set: made[0]})
	w.Release()
	assert.Zero(t, w.notes)
	next := records(3)
	w.all(next, made, []int{1, 1, 1})
	assert.Zero(t, w.notes)
	assert.Zero(t, rl.ScopeLogs().At(0).LogRecords().At(0).Attributes().Len(), "it was given up")
	require.Equal(t, 1, next.ScopeLogs().Len())
	assert.Equal(t, made[1].Attributes().AsRaw(), next.ScopeLogs().At(0).Scope().Attributes().AsRaw())
}

// A scope of an unusual size does not keep its memory.
func TestScopeGivesMemoryBack(t *testing.T) {
	var s scope
	for _, n := range []int{kept, kept + 1, 10} {
		s.start(0, n)
		for _, set := range sets(n, false) {
			s.join(s.groupOf(set))
		}
		s.release()
		assert.LessOrEqual(t, cap(s.assigned), kept)
		assert.Empty(t, s.bySet)
		if n > kept {
			assert.Zero(t, cap(s.groups)+cap(s.assigned))
			assert.Nil(t, s.bySet)
		} else {
			assert.NotZero(t, cap(s.assigned), "memory of a usual one is used again")
		}
	}
}
