// SPDX-License-Identifier: Apache-2.0

package state

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEncoding(t *testing.T) {
	var e Encoder
	for range 2 { // the second time in used memory
		e.Reset()
		e.Uint(math.MaxUint64)
		e.Int(math.MinInt64)
		e.Byte(7)
		e.Bool(true)
		e.String("text")
		e.Blob([]byte{0, 255})
		e.Blob(nil)
		for _, w := range []string{"a", "", "a", "b", "", "b"} {
			e.Word(w)
		}
		d := NewDecoder(e.Bytes())
		assert.Equal(t, uint64(math.MaxUint64), d.Uint())
		assert.Equal(t, int64(math.MinInt64), d.Int())
		assert.Equal(t, byte(7), d.Byte())
		assert.True(t, d.Bool())
		assert.Equal(t, "text", d.String())
		assert.Equal(t, []byte{0, 255}, d.Blob())
		assert.Equal(t, []byte{}, d.Blob())
		for _, w := range []string{"a", "", "a", "b", "", "b"} {
			assert.True(t, d.More())
			assert.Equal(t, w, d.Word())
		}
		assert.False(t, d.More())
		require.NoError(t, d.End())
	}
}

func TestDecoderOfWhatIsNotThere(t *testing.T) {
	for name, read := range map[string]func(d *Decoder){
		"number":         func(d *Decoder) { d.Uint() },
		"signed":         func(d *Decoder) { d.Int() },
		"byte":           func(d *Decoder) { d.Byte() },
		"string":         func(d *Decoder) { _ = d.String() },
		"blob":           func(d *Decoder) { _ = d.Blob() },
		"word":           func(d *Decoder) { _ = d.Word() },
		"what was wrong": func(d *Decoder) { d.Fail() },
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDecoder(nil)
			require.NoError(t, d.End())
			read(d)
			assert.True(t, d.Failed())
			assert.ErrorIs(t, d.End(), ErrDamaged)
		})
	}
}

func TestDecoderOfWhatIsTooMuch(t *testing.T) {
	number := func(n uint64) []byte {
		var e Encoder
		e.Uint(n)
		return e.Bytes()
	}
	for name, test := range map[string]struct {
		b    []byte
		read func(d *Decoder)
	}{
		"32 bits":        {number(1 << 32), func(d *Decoder) { d.Uint32() }},
		"signed":         {number(1 << 40), func(d *Decoder) { d.Int32() }},
		"count":          {number(9), func(d *Decoder) { d.Count() }},
		"string":         {number(math.MaxUint64), func(d *Decoder) { _ = d.String() }},
		"blob":           {number(math.MaxUint64), func(d *Decoder) { _ = d.Blob() }},
		"word":           {number(2), func(d *Decoder) { _ = d.Word() }},
		"bool":           {number(2), func(d *Decoder) { d.Bool() }},
		"something left": {number(2), func(*Decoder) {}},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDecoder(test.b)
			test.read(d)
			assert.ErrorIs(t, d.End(), ErrDamaged)
		})
	}
}
