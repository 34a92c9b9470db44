// SPDX-License-Identifier: Apache-2.0

// Package pairing finds the two entries of one event. A proxy sends two where it
// has two loggers that both log everything: the native entry is of the kind of
// its traffic, the foreign entry is of the other kind and says less. One of the
// two is to be passed on: the native one if it comes in time.
//
// Two entries are a pair if they come from one proxy, from loggers of the two
// kinds, and have the same key. A proxy is a node id of one client, and a client
// is an IP address. A key that several pairs share (reports from one connection)
// is matched one to one.
//
// A native entry never waits. A foreign entry waits where its native entry may
// still come: while its proxy is new, and for as long as its proxy sends entries
// of both kinds.
//
// Invariants: of a pair whose arrivals lie less than the wait apart exactly one
// is passed on, whichever comes first. An entry that is no part of a pair is
// passed on, after at most the wait and the time between two calls of Expire.
// The second holds always. The first holds while there is memory: without it an
// entry is passed on at once, so that an event may count twice, and each such
// decision is reported.
//
// # Who can harm whom
//
// Anybody who can connect can claim a node id. So one node id from two clients is
// two proxies: an entry from another client is never a part of a pair, and says
// nothing about the proxy's loggers. To have an entry left out, an attacker must
// connect from the proxy's IP address and know the entry's stream id and start
// time.
//
// Memory is shared at three levels: clients, the proxies of one client, and the
// connections of one proxy. See share.
//
// What is believed of a proxy (which loggers it has) ends with its streams.
//
// Time is passed in, so that tests need no clock.
package pairing // import "github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/als/pairing"
