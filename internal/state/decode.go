// SPDX-License-Identifier: Apache-2.0

package state

import (
	"encoding/binary"
	"math"
)

// Decoder reads what an Encoder wrote. After the first thing that is not there it
// gives zeros, and End an error: who reads need not look before the end. It never
// gives a string, or bytes, longer than what is left.
type Decoder struct {
	rest  []byte
	words []string
	bad   bool
}

// NewDecoder reads a value.
func NewDecoder(b []byte) *Decoder { return &Decoder{rest: b} }

// More tells whether there is more to read.
func (d *Decoder) More() bool { return len(d.rest) > 0 && !d.bad }

// End is ErrDamaged unless all that was read was there, and was all there is.
func (d *Decoder) End() error {
	if d.bad || len(d.rest) > 0 {
		return ErrDamaged
	}
	return nil
}

// Fail says that what was read makes no sense.
func (d *Decoder) Fail() { d.bad, d.rest = true, nil }

// Failed tells whether something was not there.
func (d *Decoder) Failed() bool { return d.bad }

// Uint reads what Encoder.Uint wrote.
func (d *Decoder) Uint() uint64 {
	v, n := binary.Uvarint(d.rest)
	return take(d, v, n)
}

// Int reads what Encoder.Int wrote.
func (d *Decoder) Int() int64 {
	v, n := binary.Varint(d.rest)
	return take(d, v, n)
}

func take[N int64 | uint64](d *Decoder, v N, n int) N {
	if n <= 0 {
		d.Fail()
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// Uint32 reads a number that fits.
func (d *Decoder) Uint32() uint32 {
	v := d.Uint()
	if v > math.MaxUint32 {
		d.Fail()
		return 0
	}
	return uint32(v)
}

// Int32 reads a number that fits.
func (d *Decoder) Int32() int32 {
	v := d.Int()
	if v != int64(int32(v)) {
		d.Fail()
		return 0
	}
	return int32(v)
}

// Count reads how many things follow. Each takes a byte or more.
func (d *Decoder) Count() int {
	v := d.Uint()
	if v > uint64(len(d.rest)) {
		d.Fail()
		return 0
	}
	return int(v)
}

// Byte reads a byte.
func (d *Decoder) Byte() byte {
	if len(d.rest) == 0 {
		d.Fail()
		return 0
	}
	c := d.rest[0]
	d.rest = d.rest[1:]
	return c
}

// Bool reads a byte, which is 0 or 1.
func (d *Decoder) Bool() bool {
	c := d.Byte()
	if c > 1 {
		d.Fail()
	}
	return c == 1
}

// String reads a string. It is a copy.
func (d *Decoder) String() string { return string(d.view()) }

// Blob reads bytes. They are a copy, and not nil.
func (d *Decoder) Blob() []byte { return append([]byte{}, d.view()...) }

func (d *Decoder) view() []byte {
	n := d.Count()
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

// Word reads what Encoder.Word wrote.
func (d *Decoder) Word() string {
	n := d.Uint()
	if n == 0 && !d.bad {
		d.words = append(d.words, d.String())
		return d.words[len(d.words)-1]
	}
	if n == 0 || n > uint64(len(d.words)) {
		d.Fail()
		return ""
	}
	return d.words[n-1]
}
