// SPDX-License-Identifier: Apache-2.0

package label

import (
	"encoding/binary"
	"hash/maphash"
	"math"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
	"github.com/otelcol-istio/otelcol-istio/internal/istio"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

const (
	// MaxSpelled is how long, in bytes, a value may be to stand in a key as it is.
	// A client may write a Host header of many kilobytes; of longer values a hash
	// stands there.
	MaxSpelled = 128
	// hashed stands in a key in place of a length.
	hashed = math.MaxUint16
	// ofValues starts a key that is made of labels. Facts.AppendKey starts with
	// another byte.
	ofValues = 0xff
)

// Two hashes, whose seeds nobody knows, tell long values apart.
var hashSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// appendKey spells out all that the labels of a record depend on. If the host
// stands apart, all hosts have one key.
func appendKey(key []byte, facts *istio.Facts, rec *accesslog.Record, hostApart bool) []byte {
	key = facts.AppendKey(key)
	for op := range rec.Present(facts.Inputs(rec)).All {
		v := rec.Raw(op)
		if hostApart && op == accesslog.Authority {
			v = istio.Unknown
		}
		if len(v) > MaxSpelled {
			key = binary.LittleEndian.AppendUint16(append(key, byte(op)), hashed)
			for _, seed := range hashSeeds {
				key = binary.LittleEndian.AppendUint64(key, maphash.String(seed, v))
			}
			continue
		}
		key = append(append(key, byte(op), byte(len(v)), byte(len(v)>>8)), v...)
	}
	return key
}

// appendValues spells out all that a set is made of. No value, being UTF-8, holds
// the byte that ends each.
func appendValues(key []byte, v *labelset.Values) []byte {
	key = append(append(key, ofValues, byte(v.Protocol)), v.Verdict...)
	for _, claim := range v.Claims {
		key = append(key, byte(claim))
	}
	key = append(append(key, v.Reporter.Namespace...), ofValues)
	key = append(append(key, v.Reporter.Workload...), ofValues)
	for _, value := range v.Labels {
		key = append(append(key, value...), ofValues)
	}
	for _, x := range v.Extra {
		key = append(append(key, x.Value...), ofValues)
	}
	return key
}

// recent is a labeler's own short memory, which needs no lock: a table of sets by
// the hash of their keys.
type recent [1024]*known

// find gives the place of a key. What stands there may be of another one.
func (r *recent) find(key []byte) **known {
	return &r[maphash.Bytes(hashSeeds[0], key)%uint64(len(r))]
}
