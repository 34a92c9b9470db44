package protocol

import (
	"bytes"
	"errors"

	"github.com/golang/snappy"
)

// maxUncompressed bounds what a body may be uncompressed, in bytes: a damaged
// one must not take all memory.
const maxUncompressed = 256 << 20

var errTooLarge = errors.New("the request is larger than any that is written here")

// compressor reuses its buffer.
type compressor struct{ buffer []byte }

// compress returns a copy of its own.
func (c *compressor) compress(raw []byte) []byte {
	if n := snappy.MaxEncodedLen(len(raw)); cap(c.buffer) < n {
		c.buffer = make([]byte, n)
	}
	return bytes.Clone(snappy.Encode(c.buffer[:cap(c.buffer)], raw))
}

func uncompress(body []byte) ([]byte, error) {
	n, err := snappy.DecodedLen(body)
	if err != nil {
		return nil, err
	}
	if n > maxUncompressed {
		return nil, errTooLarge
	}
	return snappy.Decode(nil, body)
}
