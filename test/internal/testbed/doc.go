// SPDX-License-Identifier: Apache-2.0

// Package testbed starts the real parts side by side on loopback ports: the
// built gateway and the small Prometheus that it writes to.
//
// Invariant: everything listens on 127.0.0.1 only, on ports of its own, and
// nothing is asked of the gateway but what its configuration file offers.
package testbed

import "time"

// startTimeout is generous: a busy machine may be slow, a broken program ends by
// itself and is noticed at once.
const startTimeout = 60 * time.Second
