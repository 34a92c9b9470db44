// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPair compares the short way for attributes with the long one.
func TestPair(t *testing.T) {
	text := func(n int) []byte { return []byte(strings.Repeat("x", n)) }
	var attributes [][]byte
	for _, key := range []int{0, 1, 16, 17, 100, 119, 120, 130} {
		for _, value := range []int{0, 1, 15, 16, 100, 119, 120, 130} {
			k, v := sub(1, text(key)), sub(2, sub(1, text(value)))
			attributes = append(attributes, msg(k, v), msg(v, k), msg(k, k), msg(v, v))
		}
	}
	attributes = append(attributes,
		nil, sub(1), sub(2), sub(1, text(1)), msg(sub(1), sub(2)), msg(sub(2), sub(1)),
		msg(sub(1), sub(2, sub(2))), msg(sub(1), sub(2, num(2, 1))), msg(sub(1), sub(2, sub(5))),
		msg(sub(1), sub(2, sub(1)), sub(2, sub(1))), msg(sub(1), sub(2, sub(1), sub(1))),
		msg(sub(1), sub(2, sub(1)), []byte{0x80}), msg(sub(1, []byte("\xff")), sub(2, sub(1))),
		msg(sub(1), sub(2, sub(1, []byte("12345678\xff")))), []byte{0x0a, 0xff}, []byte{0x0a, 5, 0x12, 2, 0x0a},
	)
	long := longKeyValue()
	for _, depth := range []int{1, 2, 3} {
		limits := noLimits
		limits.Depth = depth
		for _, b := range attributes {
			short := newWalk(limits, false)
			if !short.pair(b, 2) {
				continue
			}
			want, err := long.Measure(b, limits)
			require.NoError(t, err, "%q", b)
			assert.Equal(t, want, short.size, "%q", b)
		}
	}
	w := newWalk(noLimits, false)
	assert.True(t, w.pair(msg(sub(1, text(9)), sub(2, sub(1, text(9)))), 2), "as Envoy writes it")
	assert.True(t, w.pair(msg(sub(2, sub(1, text(9))), sub(1, text(9))), 2), "as pdata writes it")
}

// longKeyValue describes an attribute without the short ways.
func longKeyValue() *Message {
	keyValue := *describedKeyValue()
	keyValue.dense = slices.Clone(keyValue.dense)
	value := *keyValue.dense[2].message
	value.string = false
	keyValue.dense[2].message = &value
	return &keyValue
}

// TestPairs mixes attributes in the short form with others. They cost the same
// one by one, and limits are kept.
func TestPairs(t *testing.T) {
	short := msg(sub(1, []byte("key")), sub(2, sub(1, []byte("value"))))
	other := msg(sub(1, []byte("key")), sub(2, num(3, 1)))
	overlong := []byte{0xb2, 0, byte(len(short))} // the tag of field 6 in two bytes
	attributes := msg(sub(6, short), sub(6, short), sub(6, other), msg(overlong, short), sub(6, short), num(2, 9), sub(6, other), sub(6, short))
	const n = 7
	size, err := OTLPLogs.Measure(record(attributes), noLimits)
	require.NoError(t, err)

	empty, err := OTLPLogs.Measure(record(), noLimits)
	require.NoError(t, err)
	want := empty.Memory
	long, slice := longKeyValue(), list{}
	for _, b := range [][]byte{short, short, other, short, short, other, short} {
		one, err := long.Measure(b, noLimits)
		require.NoError(t, err)
		want += one.Memory + slice.add(1, sizeKeyValue)
	}
	assert.Equal(t, want, size.Memory)

	limits := noLimits
	limits.Attributes = n - 1
	_, err = OTLPLogs.Measure(record(attributes), limits)
	requireReason(t, TooManyAttributes, err)
	limits = noLimits
	limits.Memory = size.Memory
	_, err = OTLPLogs.Measure(record(attributes), limits)
	require.NoError(t, err)
	limits.Memory--
	_, err = OTLPLogs.Measure(record(attributes), limits)
	requireReason(t, TooMuchMemory, err)
	for cut := 1; cut < len(short)+2; cut++ {
		broken := sub(6, short)
		_, err = OTLPLogs.Measure(record(broken[:len(broken)-cut]), noLimits)
		requireReason(t, Malformed, err)
	}
}

// TestStringValue compares the short way for strings with the long one.
func TestStringValue(t *testing.T) {
	long := *longKeyValue().dense[2].message
	for _, b := range [][]byte{
		nil, sub(1), sub(1, []byte("x")), sub(1, times(126, []byte("x"))), sub(1, times(128, []byte("x"))), sub(1, times(20000, []byte("x"))),
		sub(1, []byte("\xff")), sub(1, []byte("12345678é")), msg(sub(1), sub(1)), sub(2), num(3, 1),
		sub(1, []byte("x"))[:2],
		{TagString, 0x80},
	} {
		w := newWalk(noLimits, false)
		if !w.stringValue(b, 1) {
			assert.Zero(t, w.size)
			continue
		}
		want, err := long.Measure(b, noLimits)
		require.NoError(t, err)
		assert.Equal(t, want, w.size)
	}
	w := newWalk(noLimits, false)
	assert.True(t, w.stringValue(sub(1, times(300, []byte("x"))), 1))
	w.depth = 0
	assert.False(t, w.stringValue(sub(1), 1))
}

// describedKeyValue gives the description of an attribute.
func describedKeyValue() *Message {
	return OTLPLogs.field(1).message.field(1).message.field(1).message
}
