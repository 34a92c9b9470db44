// SPDX-License-Identifier: Apache-2.0

package pairing

import "sync/atomic"

// maxLimit keeps the arithmetic in range.
const maxLimit = 1 << 50

// share is the memory of one holder: of all, of a client, of a proxy, or of a
// connection. What a holder takes is also taken by its parents.
//
// A share may hold as much as its parent has left. This limit moves with what is
// free, which is known as a dynamic threshold: nothing is reserved for holders
// that need little, and a holder that takes all it can leaves as much to others.
// One client can take half of all, one proxy a third, one connection a quarter.
type share struct {
	parent *share
	limit  int64 // of the root
	used   atomic.Int64
}

// take takes n bytes, false if that is more than the share may hold.
func (s *share) take(n int64) bool {
	s.add(n)
	if s.left() >= 0 {
		return true
	}
	s.add(-n)
	return false
}

// free gives n bytes back.
func (s *share) free(n int64) { s.add(-n) }

func (s *share) add(n int64) {
	for ; s != nil; s = s.parent {
		s.used.Add(n)
	}
}

// left is how much more the share may hold, negative if it holds too much. If it
// is not negative, then neither is that of any parent: a share holds at least
// nothing.
func (s *share) left() int64 {
	if s.parent == nil {
		return s.limit - s.used.Load()
	}
	return s.parent.left() - s.used.Load()
}
