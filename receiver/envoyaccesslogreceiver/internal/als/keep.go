// SPDX-License-Identifier: Apache-2.0

package als

// Keep says which entries become records where a proxy has several loggers.
type Keep string

const (
	// KeepAuto passes on one entry of each event, whichever loggers there are.
	KeepAuto Keep = "auto"
	// KeepNative passes on the entries that are of the kind of their traffic.
	KeepNative Keep = "native"
	// KeepAll passes on every entry.
	KeepAll Keep = "all"
)

// Keeps lists the values of Keep, the default first.
var Keeps = []Keep{KeepAuto, KeepNative, KeepAll}
