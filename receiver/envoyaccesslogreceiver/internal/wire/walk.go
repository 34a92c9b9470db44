// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"slices"
	"sync"
)

// maxDepth is where Go's protobuf decoder and jsoniter stop as well.
const maxDepth = 10000

// walk is the state of looking at one message.
type walk struct {
	size       Size
	memory     int64
	attributes int
	depth      int
	// lists holds those of the message that is looked at, and before them those
	// of the messages around it.
	lists []list
	// repair replaces bytes that are not valid UTF-8 in strings.
	repair bool
}

// walks keeps the lists from one message to the next.
var walks = sync.Pool{New: func() any { return &walk{lists: make([]list, 0, 32)} }}

// keptLists is how many lists are kept for the next message.
const keptLists = 256

func newWalk(l Limits, repair bool) *walk {
	w := walks.Get().(*walk)
	*w = walk{
		memory: l.Memory, attributes: l.Attributes, depth: min(l.Depth, maxDepth),
		lists: w.lists[:0], repair: repair,
	}
	return w
}

// end gives the result of a walk, after which it is used for another message. It
// makes a nil pointer a nil error.
func (w *walk) end(err *Error) (Size, error) {
	size := w.size
	if cap(w.lists) <= keptLists {
		walks.Put(w)
	}
	if err != nil {
		return size, err
	}
	return size, nil
}

// enter makes the lists of a message. It gives where they begin.
func (w *walk) enter(m *Message) int {
	base := len(w.lists)
	w.lists = slices.Grow(w.lists, m.lists)[:base+m.lists]
	clear(w.lists[base:])
	return base
}

// leave lets go of the lists of a message.
func (w *walk) leave(base int) { w.lists = w.lists[:base] }
