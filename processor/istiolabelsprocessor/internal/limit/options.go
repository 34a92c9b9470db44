// SPDX-License-Identifier: Apache-2.0

package limit

import (
	"math"
	"net/netip"
	"time"
)

// Options of a Limiter. Shares are between 0 and 1, times positive.
type Options struct {
	// Label is the name of the label.
	Label string
	// Limit is the number of slots.
	Limit int
	// IdleTimeout is how long a value may stay away before it gives up its slot.
	IdleTimeout time.Duration
	// MaxSourceShare is the share of the slots that one source may hold with
	// values that it alone made known and that came seldom. A source that holds as
	// many slots, with any values that only it asks for, takes slots from nobody
	// else. It leaves some free slots for newcomers, unless the share is 1.
	MaxSourceShare float64
	// Guaranteed is the share of the slots that nobody else may take, and of the
	// changes of hands, by destination (see Asker).
	Guaranteed map[string]float64
	// RollUpShare is the share of the slots that is for networks; RollUp are the
	// lengths of their prefixes, the longest first.
	RollUpShare float64
	RollUp      RollUp
	// Networks that the user named; the smallest one that holds an address counts.
	Networks map[string][]netip.Prefix
	// NetworkApart is set if the name of a network is a label of its own, and
	// its addresses are values like others.
	NetworkApart bool
}

// RollUp holds lengths of prefixes in bits, the longest first.
type RollUp struct{ IPv4, IPv6 []int }

// levels is the number of steps from an address to its largest network.
func (r RollUp) levels() int { return max(len(r.IPv4), len(r.IPv6)) }

// Asker is who wants a value on a record.
type Asker struct {
	// Source is the namespace and workload that the record is from.
	Source string
	// Destination is its destination_service_name.
	Destination string
	key         uint64 // what NewAsker hashed
}

// NewAsker returns an asker that costs less to ask for: its source is hashed once.
func NewAsker(source, destination string) Asker {
	return Asker{Source: source, Destination: destination, key: hashOf(source)}
}

const (
	// establishedHits is how often a value has to come to be more than one source's
	// noise. A scan touches an address once, or a few times.
	establishedHits = 10
	// outrankFactor is how much more often a value has to have come than the one
	// whose slot it takes: each change of hands is a series that ends.
	outrankFactor = 2
	// candidates is how many values are looked at to find one that came seldom.
	candidates = 8
	// maxSources bounds how many sources it takes to make a value nobody's.
	maxSources = 8
	// changedPart of the slots may change hands in a changeWindow, half of it for
	// sources that hold their share. It is the interval at which a connector exports
	// by default: series end and begin no faster than they are seen.
	changedPart  = 10
	changeWindow = 15 * time.Second
	// halfLives is how often counts are halved while a value may stay away.
	halfLives = 12
	// granules is how precisely it is known in that time when a value came.
	granules = 60
	// minHalfLife and minGranule keep the work rare where values may stay away for
	// a moment only.
	minHalfLife = time.Second
	minGranule  = 100 * time.Millisecond
	// perCall bounds what one call does of the work that comes with time, in each
	// population: slots that become free, changes that are forgotten, and steps of
	// halving. It bounds how long others wait for the lock.
	perCall = 64
	// late is how far the time of a caller may lie behind that of another one. A
	// clock that is further behind was set back.
	late = time.Minute
)

// sizes divides the slots between values and each level of networks.
func (o *Options) sizes() []int {
	sizes := make([]int, 1+o.RollUp.levels())
	sizes[0] = o.Limit
	for i := range o.RollUp.levels() {
		sizes[1+i] = part(o.RollUpShare, o.Limit) / o.RollUp.levels()
		sizes[0] -= sizes[1+i]
	}
	return sizes
}

// sourcesForPublic is how many sources may together hold all slots: a value that
// so many ask for is nobody's alone.
func (o *Options) sourcesForPublic() int {
	if o.MaxSourceShare*maxSources <= 1 {
		return maxSources
	}
	return max(2, int(math.Ceil(1/o.MaxSourceShare)))
}

// part is a share of n, rounded down; what floating point makes of 0.29 * 100
// is 29.
func part(share float64, n int) int { return int(share*float64(n) + 1e-9) }
