// SPDX-License-Identifier: Apache-2.0

// Package proc runs the programs that a test or a demonstration consists of:
// it starts them, waits until they are ready, reads what they cost, and ends
// them again.
//
// Invariant: it signals only children that it started itself, by their process
// id, and a child does not outlive the program that started it (on Linux not
// even if that program is killed).
package proc
