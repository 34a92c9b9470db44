// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/state"
)

// save writes what is unsaved, in values of so many rows.
func save(l *Ledger, rows int) (values [][]byte) {
	for l.Unsaved() {
		var e state.Encoder
		l.AppendUnsaved(&e, rows)
		values = append(values, e.Bytes())
	}
	return values
}

// restore returns a ledger that goes on with values.
func restore(t *testing.T, o Options, values [][]byte) *Ledger {
	t.Helper()
	var r Restorer
	for _, v := range values {
		require.NoError(t, r.Read(v))
	}
	assert.Equal(t, noon, r.Since)
	return r.Ledger(o)
}

func saved(o Options) *Ledger {
	l := New(o)
	l.StartSaving(noon)
	return l
}

func TestRestore(t *testing.T) {
	l := saved(options)
	var values [][]byte
	for i := range 100 {
		o := connection("shop", "web", strconv.Itoa(i/10)+".example.com")
		o.Time, o.Address = o.Time+int64(i)*7*3600*second, "203.0.113."+strconv.Itoa(i)
		l.Add(o, nil)
		if i%7 == 0 {
			values = append(values, save(l, 1+i%3)...)
		}
	}
	values = append(values, save(l, 2)...)
	restored := restore(t, options, values)
	assert.ElementsMatch(t, l.Rows(), restored.Rows())
	assert.False(t, restored.Unsaved(), "it is all saved")
	assert.Empty(t, restored.Add(connection("shop", "web", "0.example.com"), nil), "first is first over restarts")
	assert.Equal(t, Stats{Rows: 10}, restored.Stats())
}

// What was saved, folded, restored and saved again says what there is, whatever comes
// between, and also with fewer places.
func TestRestoreOfAnything(t *testing.T) {
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 1))
		o := withMetrics(MinRows + random.IntN(400))
		l, now := saved(o), noon
		var values [][]byte
		for range 40 {
			for range random.IntN(80) {
				c := connection("n"+strconv.Itoa(random.IntN(4)), "w"+strconv.Itoa(random.IntN(9)), strconv.Itoa(random.IntN(30)))
				c.Address, c.Time = strconv.Itoa(random.IntN(12)), now
				c.Key.Decision = egress.Decision(1 + random.IntN(3))
				if c.Key.Decision == egress.Allowed {
					c.Proven, c.ClientName = random.IntN(2) == 0, strconv.Itoa(random.IntN(6))
				}
				c.Key.Port = uint16(1 + random.IntN(1<<random.IntN(7)))
				l.Add(c, nil)
			}
			switch random.IntN(6) {
			case 0:
				now += o.Retention.Nanoseconds()
				l.Expire(now + 1)
			case 1:
				l.BeginFold()
				values = save(l, 1+random.IntN(50))
			case 2:
				values = append(values, save(l, 1+random.IntN(50))...)
				before := l.Rows()
				o = withMetrics(o.MaxRows)
				l = restore(t, o, values)
				require.ElementsMatch(t, before, l.Rows())
				require.False(t, l.Unsaved())
			default:
				values = append(values, save(l, 1+random.IntN(50))...)
			}
		}
		values = append(values, save(l, 100)...)
		fewer := withMetrics(MinRows)
		small := restore(t, fewer, values)
		require.Equal(t, total(l.Rows()), total(small.Rows()), "no count is lost")
		require.LessOrEqual(t, small.Stats().Rows, MinRows)
		again := restore(t, withMetrics(MinRows), append(values, save(small, 10)...))
		require.ElementsMatch(t, small.Rows(), again.Rows())
	}
}

// Bytes that are no saved rows are an error, and nothing worse.
func FuzzRestore(f *testing.F) {
	l := saved(options)
	l.Add(connection("shop", "web", "api.example.com"), nil)
	for _, v := range save(l, 10) {
		f.Add(v)
	}
	f.Fuzz(func(_ *testing.T, value []byte) {
		var r Restorer
		if r.Read(value) != nil {
			return
		}
		l := r.Ledger(options)
		l.Rows()
		l.BeginFold()
		save(l, 3)
	})
}
