// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"bytes"
	"errors"

	"github.com/klauspost/compress/s2"
)

// maxUncompressed bounds what a body may be uncompressed, in bytes: a damaged
// one must not take all memory.
const maxUncompressed = 256 << 20

// maxRatio is how many times snappy makes bytes smaller at most: three bytes
// stand for 64.
const maxRatio = 22

var errTooLarge = errors.New("the request is larger than any that is written here")

// compress compresses all of a request. Of the two libraries at hand s2 is a third
// faster and makes less.
func compress(raw []byte) []byte {
	return bytes.Clone(s2.EncodeSnappy(nil, raw))
}

func uncompress(body []byte) ([]byte, error) {
	n, err := s2.DecodedLen(body)
	if err != nil {
		return nil, err
	}
	if n > maxUncompressed || n > maxRatio*len(body)+64 {
		return nil, errTooLarge
	}
	return s2.Decode(nil, body)
}
