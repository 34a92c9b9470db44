// SPDX-License-Identifier: Apache-2.0

// Package flood sends a gateway records of connections and requests to any
// number of destinations, cheaper than the gateway takes them: a request is
// serialised once, and then only its destinations are written anew.
//
// Invariant: the same numbers make the same records, and each record is sent
// once or its sending is an error.
package flood
