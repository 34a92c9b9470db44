// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lines are the fields of log records that hold a line of text, and of others.
func lines() [][]byte {
	long := []byte(strings.Repeat("x", 20000))
	line := sub(5, sub(1, []byte("[2026-11-30T00:00:00.000Z] \"GET / HTTP/1.1\" 200")))
	time, observed := append([]byte{TagTime}, times(8, []byte{1})...), append([]byte{TagObservedTime}, times(8, []byte{1})...)
	trace, span := sub(9, times(16, []byte{1})), sub(10, times(8, []byte{1}))
	return [][]byte{
		msg(time, line), msg(line, time), msg(time, line, trace, span, observed), msg(time, line, sub(9), sub(10)),
		sub(5, sub(1, long)), line, nil, time,
		msg(line, line), sub(5), sub(5, sub(1)), sub(5, num(3, 1)), sub(5, sub(1, []byte("\xff"))), sub(5, sub(1, []byte("12345678é"))),
		msg(line, sub(9, []byte{1})), msg(line, sub(10, []byte{1})), msg(line, sub(9, times(8, []byte{1}))),
		msg(line, num(2, 9)), msg(line, sub(6, sub(1, []byte("k")), sub(2, sub(1, []byte("v"))))), msg(line, sub(3, []byte("INFO"))),
		msg(line, []byte{TagTime, 1}), msg(line, []byte{TagTraceID}), msg(line, []byte{TagSpanID, 8, 1}), line[:len(line)-1],
		{TagBody, 0x80},
		msg(line, []byte{0x80}), msg(line, num(99, 1)),
	}
}

// longScopeLogs describes a scope without the short way for its records.
func longScopeLogs() *Message {
	m := *OTLPLogs.field(1).message.field(2).message
	m.dense = slices.Clone(m.dense)
	m.dense[2].record = false
	return &m
}

// requireSameWay compares the short way for records with the long one.
func requireSameWay(t *testing.T, long *Message, b []byte, limits Limits) {
	t.Helper()
	got, gotErr := OTLPLogs.field(1).message.field(2).message.Measure(b, limits)
	want, wantErr := long.Measure(b, limits)
	require.Equal(t, wantErr, gotErr)
	got.Records = 0 // the long way does not count them
	require.Equal(t, want, got)
}

func TestLineRecord(t *testing.T) {
	long := longScopeLogs()
	for _, fields := range lines() {
		b := msg(sub(2, fields), sub(2, fields), sub(2, fields))
		size, _ := long.Measure(b, noLimits)
		for depth := 1; depth <= 4; depth++ {
			for _, memory := range []int64{0, 1, size.Memory / 2, size.Memory - 1, size.Memory, noLimits.Memory} {
				requireSameWay(t, long, b, Limits{Depth: depth, Memory: memory, Attributes: 1})
			}
		}
	}
	size, err := OTLPLogs.field(1).message.field(2).message.Measure(msg(sub(2, lines()[0]), sub(2, lines()[1]), sub(2, lines()[12])), noLimits)
	require.NoError(t, err)
	assert.Equal(t, 3, size.Records)
}

// Records as proxies and log agents write them take the short way.
func TestLinesTakeTheShortWay(t *testing.T) {
	f := OTLPLogs.field(1).message.field(2).message.field(2)
	for i, fields := range lines()[:6] {
		w := newWalk(noLimits, false)
		assert.True(t, w.lineRecord(f, &list{}, fields, 2), i)
	}
	w := newWalk(noLimits, false)
	assert.False(t, w.lineRecord(f, &list{}, nil, 2))
	assert.Zero(t, w.size)
}

func FuzzLineRecord(f *testing.F) {
	for _, fields := range lines() {
		f.Add(fields, int64(1000), 4)
	}
	long := longScopeLogs()
	f.Fuzz(func(t *testing.T, fields []byte, memory int64, depth int) {
		requireSameWay(t, long, msg(sub(2, fields), sub(2, fields)), Limits{Depth: depth, Memory: memory, Attributes: 10})
	})
}
