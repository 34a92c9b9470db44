package limit

import (
	"math"
	"net/netip"
	"time"
)

// Other is the value of what has no slot and no network.
const Other = "other"

// Options of a Limiter. Shares are between 0 and 1, times positive.
type Options struct {
	// Label is the name of the label.
	Label string
	// Limit is the number of slots.
	Limit int
	// IdleTimeout is how long a value may stay away before it gives up its slot.
	IdleTimeout time.Duration
	// RestTimeout is how long a slot rests where no connector watches.
	RestTimeout time.Duration
	// MaxSourceShare is the share of the slots that one source may hold with
	// values that it alone made known and that came seldom. A source that holds as
	// many slots, with any values that only it asks for, takes slots from nobody
	// else. It leaves some free slots for newcomers, unless the share is 1.
	MaxSourceShare float64
	// Guaranteed is the share of the slots that nobody else may take, by
	// destination (see Asker).
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
}

const (
	// provenHits is how often a value has to come to be more than one source's
	// noise. A scan touches an address once, or a few times.
	provenHits = 10
	// outrankFactor is how much more often a value has to have come than the one
	// whose slot it takes: each change of hands is a series that ends.
	outrankFactor = 2
	// maxCrowd bounds how many sources it takes to make a value nobody's.
	maxCrowd = 8
	// candidates is how many values are looked at to find one that came seldom.
	candidates = 8
	// outrankedPart of the slots may rest at a time because they change hands,
	// half of them for sources that hold their share.
	outrankedPart = 10
	// halfLives is how often counts are halved while a value may stay away.
	halfLives = 12
	// sweeps is how often slots are looked through in the same time.
	sweeps = 60
	// minHalfLife and minSweep keep both rare where values may stay away for a
	// moment only: either takes time in proportion to the slots.
	minHalfLife = time.Second
	minSweep    = 100 * time.Millisecond
	// late is how far the time of a caller may lie behind that of another one. A
	// clock that is further behind was set back.
	late = time.Minute
)

// sizes divides the slots between values and each level of networks.
func (o *Options) sizes() (values, level int) {
	n := o.RollUp.levels()
	if n == 0 {
		return o.Limit, 0
	}
	level = part(o.RollUpShare, o.Limit) / n
	return o.Limit - n*level, level
}

// crowd is how many sources may together hold all slots: a value that so many ask
// for is nobody's alone.
func (o *Options) crowd() int {
	if o.MaxSourceShare*maxCrowd <= 1 {
		return maxCrowd
	}
	return max(2, int(math.Ceil(1/o.MaxSourceShare)))
}

// part is a share of n, rounded down; what floating point makes of 0.29 * 100
// is 29.
func part(share float64, n int) int { return int(share*float64(n) + 1e-9) }
