// SPDX-License-Identifier: Apache-2.0

// Package fairshare divides a fixed number of places between holders that are
// not known in advance.
//
// A holder may take a place while it holds less than nine times the places that
// are free. So a holder that is alone gets nine tenths of the places, and some
// are always left for a newcomer. The more holders there are, the less each of
// them gets: n holders that take all they may hold nine of each 9n+1 places.
// Nobody has to say how many holders there will be, and nothing is kept per
// holder but how much it holds.
//
// Of less than ten places nine tenths leave none. Where there may be so few, a
// holder may take a place while it holds less than what is free: one that is alone
// gets half of them.
//
// Source of the rule: Choudhury, Hahne: Dynamic Queue Length Thresholds for
// Shared-Memory Packet Switches (1998).
package fairshare // import "github.com/otelcol-istio/otelcol-istio/internal/fairshare"

import "math"

// freeFactor is how many times the free places a holder may hold. With nine, one
// place in ten is left for newcomers.
const freeFactor = 9

// MayTake tells whether a holder that holds some places may take one more while
// some are free. Nobody may take a place if none is free.
func MayTake(held, free int) bool {
	return free > 0 && held/freeFactor < free
}

// Left is how many places a holder may take while nobody else takes or gives back
// any. A holder that is a group of holders divides them in the same way: a member
// may take a place if MayTake(held by the member, Left(held by the group, free)).
func Left(held, free int) int {
	if !MayTake(held, free) {
		return 0
	}
	free = min(free, math.MaxInt/(freeFactor+1))
	// It takes places while held+taken < freeFactor*(free-taken).
	return (freeFactor*free - held + freeFactor) / (freeFactor + 1)
}

// MayTakeOfFew tells the same where there may be less than ten places.
func MayTakeOfFew(held, free int) bool { return held < free }
