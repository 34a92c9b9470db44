// SPDX-License-Identifier: Apache-2.0

// Package ranked keeps items in order of rank while their ranks change.
package ranked // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/ranked"

import "container/heap"

// Heap gives the item that comes first. Each change takes O(log n).
type Heap[T comparable] struct {
	inner inner[T]
}

// New makes a heap. less says which of two items comes first. index tells where
// an item keeps its position in this heap: 0 is nowhere.
func New[T comparable](less func(a, b T) bool, index func(T) *int) *Heap[T] {
	return &Heap[T]{inner[T]{less: less, index: index}}
}

// Len is the number of items.
func (h *Heap[T]) Len() int { return len(h.inner.items) }

// First is the item that comes first. It is the zero value if there is none.
func (h *Heap[T]) First() (first T) {
	if len(h.inner.items) > 0 {
		first = h.inner.items[0]
	}
	return first
}

// All are the items, in no order. The caller must not change them.
func (h *Heap[T]) All() []T { return h.inner.items }

// Put adds an item, or moves it to where its rank now is.
func (h *Heap[T]) Put(item T) {
	if at := *h.inner.index(item); at > 0 {
		heap.Fix(&h.inner, at-1)
		return
	}
	heap.Push(&h.inner, item)
}

// Remove takes an item out, if it is in.
func (h *Heap[T]) Remove(item T) {
	if at := *h.inner.index(item); at > 0 {
		heap.Remove(&h.inner, at-1)
	}
}

// inner is what container/heap works on. Positions are kept plus one, so that
// the zero value of an item is in no heap.
type inner[T comparable] struct {
	items []T
	less  func(a, b T) bool
	index func(T) *int
}

func (h *inner[T]) Len() int           { return len(h.items) }
func (h *inner[T]) Less(i, j int) bool { return h.less(h.items[i], h.items[j]) }

func (h *inner[T]) Swap(i, j int) {
	h.items[i], h.items[j] = h.items[j], h.items[i]
	*h.index(h.items[i]) = i + 1
	*h.index(h.items[j]) = j + 1
}

func (h *inner[T]) Push(item any) {
	h.items = append(h.items, item.(T))
	*h.index(item.(T)) = len(h.items)
}

func (h *inner[T]) Pop() any {
	last := len(h.items) - 1
	item := h.items[last]
	var zero T
	h.items[last] = zero
	h.items = h.items[:last]
	*h.index(item) = 0
	return item
}
