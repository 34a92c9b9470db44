// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLimits(t *testing.T) {
	string1 := sub(1, []byte("x"))
	nested := record(sub(5, nest(maxDepth+2, nil, 1, 5)))
	tight := func(change func(*Limits)) Limits {
		l := noLimits
		change(&l)
		return l
	}
	depth := func(n int) Limits { return tight(func(l *Limits) { l.Depth = n }) }
	attributes := func(n int) Limits { return tight(func(l *Limits) { l.Attributes = n }) }
	memory := func(n int64) Limits { return tight(func(l *Limits) { l.Memory = n }) }
	for name, tt := range map[string]struct {
		message []byte
		limits  Limits
		want    Reason
	}{
		"depth is enough":           {record(sub(5, string1)), depth(5), ""},
		"too deep":                  {record(sub(5, string1)), depth(4), TooDeep},
		"nested arrays":             {nested, depth(64), TooDeep},
		"more than the largest":     {nested, depth(1 << 30), TooDeep},
		"nothing is allowed":        {nil, Limits{}, TooDeep},
		"attributes are enough":     {record(times(3, sub(6))), attributes(3), ""},
		"attributes of two records": {sub(1, sub(2, times(2, sub(2, times(3, sub(6)))))), attributes(3), ""},
		"attributes of a record":    {record(times(4, sub(6))), attributes(3), TooManyAttributes},
		"attributes of a resource":  {sub(1, sub(1, times(4, sub(1)))), attributes(3), TooManyAttributes},
		"attributes of a scope":     {sub(1, sub(2, sub(1, times(4, sub(3))))), attributes(3), TooManyAttributes},
		"entries of a map":          {record(sub(5, sub(6, times(4, sub(1))))), attributes(3), TooManyAttributes},
		"values of an array":        {record(sub(5, sub(5, times(4, sub(1))))), attributes(3), ""},
		"records":                   {sub(1, sub(2, times(1000, sub(2)))), memory(64 << 10), TooMuchMemory},
		"a string":                  {record(sub(3, times(1000, []byte("x")))), memory(1000), TooMuchMemory},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OTLPLogs.Measure(tt.message, tt.limits)
			requireReason(t, tt.want, err)
		})
	}
}

func requireReason(t *testing.T, want Reason, err error) {
	t.Helper()
	if want == "" {
		require.NoError(t, err)
		return
	}
	var refused *Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, want, refused.Reason)
	assert.NotEmpty(t, err.Error())
}

func TestMalformed(t *testing.T) {
	for name, b := range map[string][]byte{
		"ends in a tag":                 {0x80},
		"ends in a length":              {0x0a},
		"ends in a value":               {0x0a, 2, 0},
		"a length of 64 bits":           {0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
		"a varint of 11 bytes":          {0x78, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
		"a varint of more than 64 bits": {0x78, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2},
		"field 0":                       {0x02, 0},
		// The decoder would take it for field 1.
		"field of 33 bits":     {0x8a, 0x80, 0x80, 0x80, 0x80, 0x01, 0},
		"a group":              {0x7b, 0x7c},
		"the end of a group":   {0x7c},
		"wire type 6":          {0x7e, 0},
		"wire type 7":          {0x7f, 0},
		"fixed32 ends":         {0x7d, 0, 0, 0},
		"fixed64 ends":         {0x79, 0, 0, 0, 0, 0, 0, 0},
		"another wire type":    num(1, 1),
		"a resource twice":     sub(1, sub(1), sub(1)),
		"inside of a message":  record([]byte{0x80}),
		"a short trace id":     record(sub(9, []byte("1234"))),
		"a long span id":       record(sub(10, times(9, []byte("x")))),
		"a body of two arrays": record(sub(5, sub(5), sub(5))),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OTLPLogs.Measure(b, noLimits)
			requireReason(t, Malformed, err)
		})
	}
	_, err := OTLPLogs.Measure(msg(num(15, 1), sub(15, []byte("\xff")), []byte{0x7d, 0, 0, 0, 0}), noLimits)
	require.NoError(t, err, "unknown fields")
	_, err = OTLPLogs.Measure(record(sub(9), sub(10), sub(9, times(16, []byte("x"))), sub(10, times(8, []byte("x")))), noLimits)
	require.NoError(t, err, "identifiers")
}

func TestMalformedJSON(t *testing.T) {
	value := func(s string) string { return jsonRecord(`"body":` + s) }
	for name, tt := range map[string]struct {
		text string
		want Reason
	}{
		"nothing":                    {``, Malformed},
		"an empty request":           {` {} `, ""},
		"no request":                 {`null`, ""},
		"a list":                     {`[]`, Malformed},
		"two requests":               {`{}{}`, Malformed},
		"zero bytes after it":        {"{}\x00", Malformed},
		"both forms of names":        {`{"resource_logs":[{"schema_url":"x"}]}`, ""},
		"numbers for records":        {`{"resourceLogs":[{"scopeLogs":[{"logRecords":[1,1,1]}]}]}`, Malformed},
		"numbers for attributes":     {jsonRecord(`"attributes":[1,1,1]`), Malformed},
		"a name with escapes":        {jsonRecord(`"\u0062ody":{}`), Malformed},
		"an empty name":              {jsonRecord(`"":1`), Malformed},
		"a control character":        {jsonRecord("\"severityText\":\"a\nb\""), Malformed},
		"an unknown escape":          {jsonRecord(`"severityText":"\x"`), Malformed},
		"half of a pair":             {jsonRecord(`"severityText":"\ud800 \ud800\n"`), ""},
		"an integer with a point":    {value(`{"intValue":1.5}`), Malformed},
		"an integer of 65 bits":      {value(`{"intValue":18446744073709551615}`), Malformed},
		"an integer in quotes":       {value(`{"intValue":"-9223372036854775808"}`), ""},
		"a negative time":            {jsonRecord(`"timeUnixNano":-1`), Malformed},
		"null for a number":          {jsonRecord(`"timeUnixNano":null`), Malformed},
		"a double":                   {value(`{"doubleValue":-0.5e60}`), ""},
		"a double out of range":      {value(`{"doubleValue":1e999}`), Malformed},
		"not a number":               {value(`{"doubleValue":"NaN"}`), ""},
		"a boolean":                  {value(`{"boolValue":false}`), ""},
		"a number for a boolean":     {value(`{"boolValue":0}`), Malformed},
		"base64":                     {value(`{"bytesValue":"/+8="}`), ""},
		"no base64":                  {value(`{"bytesValue":"a=bc"}`), Malformed},
		"a trace id":                 {jsonRecord(`"traceId":"0123456789abcdef0123456789ABCDEF","spanId":""`), ""},
		"a short trace id":           {jsonRecord(`"traceId":"0123"`), Malformed},
		"severity":                   {jsonRecord(`"severityNumber":"SEVERITY_NUMBER_INFO2"`), ""},
		"severity as a number":       {jsonRecord(`"severityNumber":9`), ""},
		"an unknown severity":        {jsonRecord(`"severityNumber":"LOUD"`), Malformed},
		"unknown fields":             {jsonRecord(`"x":{"":[1.5,-2E3,"\"",null,true,false,{}]}`), ""},
		"an unknown float32 too big": {jsonRecord(`"x":0.5e60`), Malformed},
		"a leading zero":             {jsonRecord(`"x":01`), Malformed},
		"a trailing comma":           {jsonRecord(`"x":[1,]`), Malformed},
		"no end":                     {`{"resourceLogs":[{`, Malformed},
		"nested arrays":              {jsonRecord(`"x":` + strings.Repeat("[", 100_000)), TooDeep},
		"nested objects":             {jsonRecord(`"x":` + strings.Repeat(`{"x":`, 100_000)), TooDeep},
		"nested values":              {value(strings.Repeat(`{"arrayValue":{"values":[`, 100_000)), TooDeep},
		"a resource twice":           {`{"resourceLogs":[{"resource":{},"resource":{}}]}`, Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := MeasureJSON([]byte(tt.text), noLimits)
			requireReason(t, tt.want, err)
			if tt.want == "" {
				requireDecodesJSON(t, tt.text)
			}
		})
	}
}

func TestLimitsOfJSON(t *testing.T) {
	request := jsonRecord(`"attributes":[{"key":"a","value":{"stringValue":"b"}},{}]`)
	for name, tt := range map[string]struct {
		limits Limits
		want   Reason
	}{
		"enough":      {Limits{Depth: 10, Memory: 2000, Attributes: 2}, ""},
		"too deep":    {Limits{Depth: 9, Memory: 2000, Attributes: 2}, TooDeep},
		"too much":    {Limits{Depth: 10, Memory: 100, Attributes: 2}, TooMuchMemory},
		"too many":    {Limits{Depth: 10, Memory: 2000, Attributes: 1}, TooManyAttributes},
		"not allowed": {Limits{}, TooDeep},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := MeasureJSON([]byte(request), tt.limits)
			requireReason(t, tt.want, err)
		})
	}
}
