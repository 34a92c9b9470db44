// SPDX-License-Identifier: Apache-2.0

package contractreader

// Outcomes counts the records that a Reader read by what became of them, and what
// was wrong with their labels.
type Outcomes struct {
	// Counted records became observations.
	Counted int64
	// NoContract is the number of records that carry nothing of the contract.
	NoContract int64
	// NoVerdict is the number of records that do not say what they are.
	NoVerdict int64
	// NotCounted records have a verdict that says not to count them.
	NotCounted int64
	// UnknownVersion records are of another version of the contract.
	UnknownVersion int64
	// UnknownSchema records have no schema that is known.
	UnknownSchema int64

	// RefusedNames counts names of labels that Prometheus does not take, that are
	// reserved, or that belong to another label; each time they were read.
	RefusedNames int64
	// SurplusNames counts labels beyond contract.MaxExtraLabels.
	SurplusNames int64
	// BadSlots counts slots that are none, of a label that is not there, or of no
	// incarnation.
	BadSlots int64
	// CutValues counts label values that were too long.
	CutValues int64
}
