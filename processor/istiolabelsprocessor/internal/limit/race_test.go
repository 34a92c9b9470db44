// SPDX-License-Identifier: Apache-2.0

//go:build race

package limit

// volume is how much of a stream is enough: the race detector, which makes each
// access ten times as dear, learns nothing from more of the same.
func volume(n int) int { return n / 16 }
