// SPDX-License-Identifier: Apache-2.0

// Package attack is a client that a server should survive: it sends bytes that
// no library would send, and stops where none would stop.
//
// Everything it does is bounded: each function sends what its arguments say,
// once, and holds what it opened until it is closed. It reads answers only to
// tell them.
package attack
