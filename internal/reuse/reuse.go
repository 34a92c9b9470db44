// SPDX-License-Identifier: Apache-2.0

// Package reuse empties memory that is used again, and gives back what one use of an
// unusual size made of it.
package reuse // import "github.com/otelcol-istio/otelcol-istio/internal/reuse"

// Empty returns a slice without elements for the next use. It keeps the memory of s
// if that has room for at most that many elements; they are cleared, so that they hold
// on to nothing.
func Empty[S ~[]E, E any](s S, most int) S {
	if cap(s) > most {
		return nil
	}
	clear(s)
	return s[:0]
}
