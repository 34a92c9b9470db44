// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"strconv"
)

// jsonType says which values the decoder accepts for a scalar.
type jsonType uint8

const (
	jsonNone jsonType = iota
	jsonBool
	jsonInt32
	jsonInt64
	jsonUint32
	jsonUint64
	jsonFloat
	jsonDouble
	jsonSeverity
	jsonBase64
	jsonTraceID
	jsonSpanID
)

// maxNumberText is the longest number that is accepted, in bytes.
const maxNumberText = 128

// parses says whether the decoder can parse a number.
func parses(t jsonType, raw []byte, quoted bool) bool {
	if len(raw) == 0 || len(raw) > maxNumberText {
		return false
	}
	var err error
	switch t {
	case jsonInt32:
		_, err = strconv.ParseInt(string(raw), 10, 32)
	case jsonInt64:
		_, err = strconv.ParseInt(string(raw), 10, 64)
	case jsonUint32:
		_, err = strconv.ParseUint(string(raw), 10, 32)
	case jsonUint64:
		_, err = strconv.ParseUint(string(raw), 10, 64)
	case jsonFloat:
		_, err = strconv.ParseFloat(string(raw), 32)
	case jsonDouble:
		_, err = strconv.ParseFloat(string(raw), 64)
	case jsonSeverity:
		_, err = strconv.ParseInt(string(raw), 10, 32)
		return err == nil && !quoted
	default:
		return false
	}
	return err == nil
}
