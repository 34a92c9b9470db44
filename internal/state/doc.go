// Package state keeps the state of a component on a storage client, so that the
// component goes on after a restart with what it had.
//
// It is a log. Whatever changed in some time is one value in the storage: a key for
// each thing that can change costs ten times as much. The component reads all values
// in order when it starts; what a later value says of a thing stands before what an
// earlier one says.
//
// A log is folded from time to time: the component writes everything once more, in
// as many values as it likes, and the values before are deleted. That is due when the
// log is several times as large as what it says, or has very many values.
//
// # What it guarantees
//
// What is read is what was written up to some Append, and no earlier one than the
// last that returned without an error. If the storage fails a write, what is in it is
// older than what the component may have told others. So the log is given up: what
// is in the storage is deleted, and the log is of use again after the next fold.
//
// A log that this program cannot use is set aside: the component starts without.
// It is one of another version, of another instance, of other settings, or one that
// is damaged, or has a value missing. Where its values are known they are kept until
// another log is set aside, for somebody to look at them.
//
// The storage interface cannot list keys, so a head says which values there are. It
// is written with each value, and after it: a storage that does not write both or
// none loses no more than that value.
//
// The package knows bytes and numbers, and nothing of what they mean.
package state // import "github.com/otelcol-istio/otelcol-istio/internal/state"
