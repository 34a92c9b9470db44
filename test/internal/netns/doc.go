// SPDX-License-Identifier: Apache-2.0

// Package netns gives tests network namespaces: hosts of their own on one
// machine, with addresses, routes and iptables rules.
//
// A test program that makes them runs a second time inside a sandbox: a network,
// mounts and processes of its own. Whatever it makes there is gone with it,
// however it ends, and nothing of it is ever seen outside.
package netns
