// SPDX-License-Identifier: Apache-2.0

// Package hostile attacks the built gateway with real bytes, as whoever reaches
// its ports can, while honest proxies send it what they have seen. `make
// test-e2e` builds the parts and runs it.
//
// The gateway has the configuration that is shipped and the memory of
// deploy/kubernetes. A test passes only if the gateway lives on, refuses no
// honest request, and Prometheus then holds each honest record exactly once.
package hostile
