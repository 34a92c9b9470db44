// SPDX-License-Identifier: Apache-2.0

// Package addressnames remembers what addresses are called, from records that name
// both, for records that have an address alone. It reads no clock and knows no
// records: times are passed in, as nanoseconds since the Unix epoch.
//
// Names come with two kinds of evidence. A proven one is the mesh's own
// configuration and holds for every claimant. A claimed one was written by a
// client, as server name or Host header, and holds for the workload that
// claimed it alone: else sending `Host: github.com` to an address of one's own
// would make everybody's traffic to it look harmless.
//
// Invariants:
//   - What one claimant claims, however often and of however many addresses,
//     changes neither a proven name nor a name that another claimant gets, except
//     that other claims may be forgotten.
//   - An address that was taught two names of one kind has none of that kind
//     until neither was taught for Options.TTL: addresses of a CDN have many.
//   - There are never more than MaxProven proven and MaxClaimed claimed names,
//     and MaxPerClaimant of one claimant among these. A claimant at its share forgets
//     its own oldest name; where all is full, the claimant that was taught longest
//     ago does.
//   - Nothing that was passed in is kept: strings are copied.
//
// Each call costs O(1), and none allocates for a name that is known.
//
// Memory, as the tests measure it: less than 300 bytes for each name of 32
// bytes, and less than 700 more for each claimant that claims any.
package addressnames // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/addressnames"
