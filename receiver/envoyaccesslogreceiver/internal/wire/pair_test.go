package wire

import (
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
	long := *describedKeyValue()
	long.pair = false
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

// describedKeyValue gives the description of an attribute.
func describedKeyValue() *Message {
	return OTLPLogs.field(1).message.field(1).message.field(1).message
}
