package observe

// Tally tells what became of the records that a Reader read.
type Tally struct {
	// Counted records became observations.
	Counted int64
	// NoVerdict is the number of records that nothing of the contract stands for.
	NoVerdict int64
	// NotCounted records have a verdict that says not to count them.
	NotCounted int64
	// OtherSchema records are to be counted under a schema that is not ours, or under none.
	OtherSchema int64

	// RefusedNames counts names of extra labels that are none, or not theirs
	// to take, each time they were read.
	RefusedNames int64
	// SurplusNames counts names of extra labels beyond the limit.
	SurplusNames int64
	// CutValues counts label values that were too long.
	CutValues int64
}
