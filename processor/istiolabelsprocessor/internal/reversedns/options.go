// SPDX-License-Identifier: Apache-2.0

package reversedns // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/reversedns"

import "time"

// Options say whom to ask and how much. Counts less than 1 count as 1.
type Options struct {
	// Server is the resolver to ask, as `HOST:PORT`; those of the system
	// (/etc/resolv.conf) if it is empty. The system's hosts file counts before
	// either.
	Server string
	// Private asks about private addresses, too.
	Private bool

	// Workers is how many addresses are asked about at a time.
	Workers int
	// Queue is how many addresses may wait for a worker.
	Queue int
	// MaxEntries is how many addresses are remembered, those that wait included.
	// The one that was of use longest ago makes room.
	MaxEntries int

	// Timeout is how long all questions about one address may take.
	Timeout time.Duration
	// PositiveTTL is after how long a name is asked about again, NegativeTTL
	// after how long an address without one, or whose question failed, is.
	PositiveTTL, NegativeTTL time.Duration
}
