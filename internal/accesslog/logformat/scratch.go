// SPDX-License-Identifier: Apache-2.0

package logformat

// maxColumns bounds the operators of one format.
const maxColumns = 64

// Scratch is the memory that reading a line needs, some 4 KiB. The zero value is
// ready. It can be used again for the next line, but not by two goroutines at
// once.
type Scratch struct{ left, right, closed, found places }

// places holds where in a line the values of columns stand.
type places [maxColumns]span

// span is a place in a line.
type span struct{ start, end int }
