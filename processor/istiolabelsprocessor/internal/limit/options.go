package limit

import (
	"net/netip"
	"time"
)

// Other is the value of what has no slot and no network.
const Other = "other"

// Options of a Limiter.
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
	// values that it alone made known.
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
	// candidates is how many values are looked at to find one that came seldom.
	candidates = 8
	// outrankedPart of the slots may be changing hands at a time.
	outrankedPart = 10
	// halfLives is how often counts are halved while a value may stay away.
	halfLives = 12
	// sweeps is how often slots are looked through in the same time.
	sweeps = 60
)

// sizes divides the slots between values and each level of networks.
func (o *Options) sizes() (values, level int) {
	n := o.RollUp.levels()
	if n == 0 {
		return o.Limit, 0
	}
	level = int(o.RollUpShare*float64(o.Limit)) / n
	return o.Limit - n*level, level
}
