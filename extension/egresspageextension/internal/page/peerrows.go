// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

// peerRows are those of a peer. It may be of another version, and have words that this
// one does not know: a new decision, kind of traffic or source of names. Or it may write a
// field in another way. Such a row is not guessed at, and costs none of the others.
type peerRows struct {
	known []egress.Row
	// unknown counts rows of another version.
	unknown int
}

// UnmarshalJSON implements json.Unmarshaler. It is an error if a row is broken in another
// way.
func (r *peerRows) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	switch start, err := d.Token(); {
	case err != nil:
		return err
	case start == nil: // null
		return nil
	case start != json.Delim('['):
		return errors.New("rows are no list")
	}
	for d.More() {
		var row egress.Row
		err := d.Decode(&row)
		switch {
		case isOfAnotherVersion(err):
			r.unknown++
			continue
		case err != nil:
			return err
		}
		r.known = append(r.known, row)
	}
	return nil
}

// isOfAnotherVersion tells whether a row could not be read since it has an unknown word, or
// a field of another type.
func isOfAnotherVersion(err error) bool {
	word, field := new(egress.UnknownWordError), new(json.UnmarshalTypeError)
	return errors.As(err, &word) || errors.As(err, &field)
}
