// SPDX-License-Identifier: Apache-2.0

package attack

import (
	"bytes"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of OTLP's messages.
const (
	resourceLogs = 1 // of ExportLogsServiceRequest
	scopeLogs    = 2 // of ResourceLogs
	logRecords   = 2 // of ScopeLogs
	body         = 5 // of LogRecord
	attributes   = 6 // of LogRecord
	stringValue  = 1 // of AnyValue
	arrayValue   = 5 // of AnyValue
	values       = 1 // of ArrayValue
)

// field is a field of bytes, with its tag and length.
func field(number protowire.Number, b []byte) []byte {
	out := protowire.AppendTag(make([]byte, 0, len(b)+8), number, protowire.BytesType)
	return protowire.AppendBytes(out, b)
}

// empties is a message of about size bytes: one field without content, again and
// again, two bytes each.
func empties(number protowire.Number, size int) []byte {
	return bytes.Repeat(field(number, nil), size/2)
}

// EmptyResources is an OTLP request of about size bytes, of which each second one
// makes an object.
func EmptyResources(size int) []byte { return empties(resourceLogs, size) }

// EmptyScopes is one; see EmptyResources.
func EmptyScopes(size int) []byte { return field(resourceLogs, empties(scopeLogs, size)) }

// EmptyRecords is one; see EmptyResources.
func EmptyRecords(size int) []byte {
	return field(resourceLogs, field(scopeLogs, empties(logRecords, size)))
}

// EmptyAttributes is one; see EmptyResources.
func EmptyAttributes(size int) []byte { return records(empties(attributes, size)) }

// records is a request with a record of each of these contents.
func records(contents ...[]byte) []byte {
	var all []byte
	for _, c := range contents {
		all = append(all, field(logRecords, c)...)
	}
	return field(resourceLogs, field(scopeLogs, all))
}

// NestedArrays is an OTLP request whose record has arrays in arrays, as deep as
// fits in about size bytes.
func NestedArrays(size int) []byte {
	// From the innermost outwards, so in reverse order.
	reversed := make([]byte, 0, size+64)
	for len(reversed) < size {
		for _, number := range []protowire.Number{values, arrayValue} {
			head := protowire.AppendVarint(protowire.AppendTag(nil, number, protowire.BytesType), uint64(len(reversed)))
			for i := range head {
				reversed = append(reversed, head[len(head)-1-i])
			}
		}
	}
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return records(field(body, reversed))
}

// Ones is a request of so many records, each with a body of text that is JSON, as
// some access logs are, with an array of about size bytes.
func Ones(n, size int) []byte {
	text := field(body, field(stringValue, []byte(`{"path":`+ones(size)+`}`)))
	contents := make([][]byte, n)
	for i := range contents {
		contents[i] = text
	}
	return records(contents...)
}

func ones(size int) string { return "[" + strings.Repeat("1,", size/2) + "1]" }

// The same in OTLP/JSON.

func inJSON(body string) []byte {
	return []byte(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":` + body + `}]}]}]}`)
}

// NestedArraysJSON is NestedArrays in JSON.
func NestedArraysJSON(size int) []byte {
	const begin, end = `{"arrayValue":{"values":[`, `]}}`
	n := size / (len(begin) + len(end))
	return inJSON(strings.Repeat(begin, n) + strings.Repeat(end, n))
}

// NestedUnknownJSON has a field that OTLP does not have, whose value is arrays
// in arrays.
func NestedUnknownJSON(size int) []byte {
	n := size / 2
	return []byte(`{"unknown":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`)
}

// EmptyRecordsJSON is EmptyRecords in JSON.
func EmptyRecordsJSON(size int) []byte {
	return []byte(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}` + strings.Repeat(",{}", size/3) + `]}]}]}`)
}

// EmptyValuesJSON is a record with a body of values that say nothing.
func EmptyValuesJSON(size int) []byte {
	return inJSON(`{"arrayValue":{"values":[{}` + strings.Repeat(",{}", size/3) + `]}}`)
}

// OnesJSON has numbers where OTLP has objects, in arrays of about size bytes.
func OnesJSON(size int) []byte { return inJSON(`{"arrayValue":{"values":` + ones(size) + `}}`) }
