// SPDX-License-Identifier: Apache-2.0

package envoyproto

import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/wire"

// NumFlags is the number of fields of ResponseFlags: their numbers are 1 to 28.
// All are bools, but for unauthorized_details.
const NumFlags = 28

// flagsUnauthorizedDetails is the tag of the field of ResponseFlags that is a
// message: it is set if it was sent.
const flagsUnauthorizedDetails = 13<<3 | length

// Flags is ResponseFlags: the field with number n is bit n-1.
type Flags uint32

func (r *Flags) decode(e *Entry, start, end int) {
	f := wire.Scan(e.raw, start, end)
	for f.Next() {
		number := f.Tag >> 3
		switch bit := Flags(1) << (number - 1); {
		case f.Tag == flagsUnauthorizedDetails:
			*r |= bit
		case f.Tag&7 != varint, number > NumFlags, number == flagsUnauthorizedDetails>>3:
		case f.Varint != 0:
			*r |= bit
		default:
			*r &^= bit
		}
	}
	e.end(&f)
}
