// SPDX-License-Identifier: Apache-2.0

// Package reversedns asks DNS what addresses are called, beside the path of the
// records: Lookup gives what is known, Ask has it found out, and neither ever waits. It
// knows no records.
//
// Whoever owns an address writes its PTR record, so a name counts only if a
// lookup of that name gives the address again. Then it is the name's owner who
// says so. Of several such names the first in alphabetical order counts, as
// servers give them in any.
//
// Invariants:
//   - There are never more than Options.MaxEntries addresses in the cache,
//     Options.Queue waiting to be asked about and Options.Workers being asked
//     about, none of them for longer than Options.Timeout. What finds the queue
//     full is dropped, counted, and may come again with the next record.
//   - A name is a DNS name in lower case, without a dot at the end (host.Name).
//   - An address without a name is remembered, too, and so is one whose
//     question failed.
//   - After Stop nothing runs and nothing is asked.
//
// A name that has expired is asked about again, and shown until the answer is
// there, but no longer than once more its time; so a label does not flap while
// DNS is slow or away. Times are passed in, as nanoseconds since the Unix epoch,
// and counted from when a question was put in the queue.
//
// Addresses of loopback, link and multicast, reserved ones, and those without a
// host are never asked about: they mean something else on each machine, or
// nothing. Istio's DNS proxy gives out addresses of a reserved network
// (240.240.0.0/16). Private addresses (RFC 1918, RFC 4193, and RFC 6598, which
// some clouds give to pods) are asked about if Options.Private is set: a
// company's own resolver knows the names of its machines, while a public one
// should not hear of them.
//
// Memory, as the tests measure it: less than 350 bytes for each address in the
// cache with a name of 32 bytes, and 32 for each place in the queue.
package reversedns // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"
