// SPDX-License-Identifier: Apache-2.0

package labelset

// Addresses are the labels that say where the traffic of one record went. They are
// none of a set, since they differ from record to record. An empty value means that
// the record does not have the label.
type Addresses struct {
	IP, Host Value
	// Network is destination_network.
	Network string
}

// Value is what a label says.
type Value struct {
	Text string
	// Slot is what contract.PackSlot wrote, 0 for a value without a slot.
	Slot int64
}
