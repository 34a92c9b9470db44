package aggregate

// Stats describe a State. All but the first group only grow.
type Stats struct {
	// Sets is the number of sets of labels, Addresses that of addresses in them.
	Sets, Addresses int
	// Series as remote write counts them, and Committed those that they may
	// become, which MaxSeries bounds.
	Series, Committed int

	// Incomplete counts observations left out, by the field that a record
	// should have had and did not, or not as a number.
	Incomplete [NumFields]int64
	// Cleaned counts sets and addresses, each time they were met, with a value
	// that could not stay as it was: no UTF-8, control characters, or an
	// address too long.
	Cleaned int64
	// Overflowed counts observations that went to an overflow set.
	Overflowed int64
	// EndedSets and EndedAddresses count ends.
	EndedSets, EndedAddresses [NumCauses]int64
}

// Stats tells about the state so far.
func (s *State) Stats() Stats { return s.stats }
