// SPDX-License-Identifier: Apache-2.0

package wire

// Limits of one message. A limit of 0 allows nothing: set all of them.
type Limits struct {
	// Depth is how deep messages may be nested. The outermost message counts 1.
	// In JSON each object and each array is a level, so that the same message
	// needs about twice the depth. Values above 10000 count as 10000.
	Depth int
	// Memory is how many bytes decoding may allocate.
	Memory int64
	// Attributes is how many elements an attribute list may have: the
	// attributes of a record, a scope or a resource, and each map. For a message
	// from [Describe] it applies to each list and each map.
	Attributes int
}

// Size is what decoding a message costs.
type Size struct {
	// Memory is an upper bound of the bytes that the decoder allocates: what the
	// decoded message takes, and what is thrown away while slices and maps grow.
	Memory int64
	// Records is the number of log records. It is 0 for a message from [Describe].
	Records int
	// InvalidUTF8 says that some string is not valid UTF-8.
	InvalidUTF8 bool
	// Attributes is the number of attributes in all lists.
	Attributes int
	// Uncommon says that a message has a field of a kind that proxies do not send: a
	// list or a map as a value, an index into a table of strings, an entity, or one that
	// is not known. A decoder may then leave the message to pdata.
	Uncommon bool
}

// Reason says why a message must not be decoded. It is the value of a metric's
// attribute.
type Reason string

// Reasons.
const (
	TooDeep           Reason = "too_deep"
	TooMuchMemory     Reason = "too_much_memory"
	TooManyAttributes Reason = "too_many_attributes"
	// Malformed is a message that the decoder would not accept, or one that no
	// client writes and whose cost cannot be told.
	Malformed Reason = "malformed"
)

// Error is returned for a message that must not be decoded.
type Error struct {
	Reason Reason
	text   string
}

// Error says what is wrong. It holds nothing of the message.
func (e *Error) Error() string { return e.text }

// The errors of this package. They are shared, so that refusing costs nothing.
var (
	errTooDeep           = &Error{TooDeep, "the message is nested too deeply"}
	errTooMuchMemory     = &Error{TooMuchMemory, "the decoded message would take too much memory"}
	errTooManyAttributes = &Error{TooManyAttributes, "a list or a map has too many elements"}
	errMalformed         = &Error{Malformed, "the message is malformed"}
)
