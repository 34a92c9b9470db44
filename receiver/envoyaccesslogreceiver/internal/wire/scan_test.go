// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// found is what a Scanner says of a field.
type found struct {
	number uint64
	kind   Type
	varint uint64
	bytes  string
}

func scan(b []byte, start, end int) (all []found, err error) {
	s := Scan(b, start, end)
	for s.Next() {
		f := found{number: s.Tag >> 3, kind: Type(s.Tag & 7)}
		if f.kind == Varint {
			f.varint = s.Varint
		} else {
			f.bytes = string(s.Bytes())
		}
		all = append(all, f)
	}
	if s.Next() {
		panic("a field after the last one")
	}
	return all, s.Err()
}

func TestScan(t *testing.T) {
	long := times(300, []byte("x"))
	b := msg(num(1, 300), num(2, 1), sub(3, []byte("abc")), sub(3), sub(100, long),
		[]byte{0x1d, 1, 2, 3, 4}, []byte{0x21, 1, 2, 3, 4, 5, 6, 7, 8})
	want := []found{
		{number: 1, kind: Varint, varint: 300},
		{number: 2, kind: Varint, varint: 1},
		{number: 3, kind: Length, bytes: "abc"},
		{number: 3, kind: Length},
		{number: 100, kind: Length, bytes: string(long)},
		{number: 3, kind: Fixed32, bytes: "\x01\x02\x03\x04"},
		{number: 4, kind: Fixed64, bytes: "\x01\x02\x03\x04\x05\x06\x07\x08"},
	}
	got, err := scan(b, 0, len(b))
	require.NoError(t, err)
	assert.Equal(t, want, got)

	around := msg([]byte{0xff}, b, []byte{0xff})
	got, err = scan(around, 1, len(b)+1)
	require.NoError(t, err, "what is around the message is not read")
	assert.Equal(t, want, got)
}

// What is before a malformed field is good.
func TestScanMalformed(t *testing.T) {
	good := num(1, 1)
	for name, rest := range map[string][]byte{
		"no value":                  {0x08},
		"no length":                 {0x12},
		"a length beyond the end":   {0x12, 5, 'a'},
		"a long one":                {0x12, 0x80, 0x10},
		"a tag that is cut off":     {0x80},
		"number 0":                  {0x00, 0x00},
		"a group":                   {0x0b, 0x0c},
		"fixed32 ends":              {0x1d, 1, 2, 3},
		"fixed64 ends":              {0x21, 1, 2, 3, 4, 5, 6, 7},
		"a varint of over 64 bits":  {0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2},
		"a length of over 64 bits":  {0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2},
		"a length that is negative": {0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
	} {
		b := msg(good, rest)
		got, err := scan(b, 0, len(b))
		requireReason(t, Malformed, err)
		assert.Equal(t, []found{{number: 1, kind: Varint, varint: 1}}, got, name)
	}
}

// FuzzScan reads the fields that Go's own reader reads, but for groups and
// for numbers that are too large.
func FuzzScan(f *testing.F) {
	f.Add(msg(num(1, 300), sub(2, []byte("abc")), []byte{0x1d, 1, 2, 3, 4}), 0)
	f.Add([]byte{0x0b, 0x0c}, 0)
	f.Add([]byte("\xfd\xfd\xf6\xf60000"), 0)
	f.Fuzz(func(t *testing.T, b []byte, start int) {
		if start < 0 || start > len(b) {
			return
		}
		got, err := scan(b, start, len(b))
		rest := b[start:]
		for _, field := range got {
			number, kind, n := protowire.ConsumeTag(rest)
			require.GreaterOrEqual(t, n, 0)
			require.Equal(t, uint64(number), field.number)
			require.Equal(t, uint8(kind), uint8(field.kind))
			end := n + protowire.ConsumeFieldValue(number, kind, rest[n:])
			require.GreaterOrEqual(t, end, n)
			switch field.kind {
			case Varint:
				v, _ := protowire.ConsumeVarint(rest[n:])
				require.Equal(t, v, field.varint)
			case Length:
				v, _ := protowire.ConsumeBytes(rest[n:])
				require.Equal(t, string(v), field.bytes)
			default:
				require.Equal(t, string(rest[n:end]), field.bytes)
			}
			rest = rest[end:]
		}
		if err == nil {
			require.Empty(t, rest)
			return
		}
		number, kind, n := protowire.ConsumeTag(rest)
		if n >= 0 && number <= protowire.MaxValidNumber && kind != protowire.StartGroupType {
			require.Negative(t, protowire.ConsumeFieldValue(number, kind, rest[n:]))
		}
	})
}
