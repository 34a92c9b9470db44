// SPDX-License-Identifier: Apache-2.0

// Package host knows how a host is written: what of `HOST:PORT` is a DNS name,
// and which spellings mean one host. It knows no records and no rules of Istio.
//
// Invariants: its functions are pure and take any bytes. A result is never longer
// than the argument and may share its memory. The function of a result is the
// result. A host in its normal form costs no allocation.
package host
