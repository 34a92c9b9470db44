// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestQuoteMissing(t *testing.T) {
	for line, want := range map[string]string{
		`{"a": -, "b": 1}`:        `{"a": "-", "b": 1}`,
		`{"a":-}`:                 `{"a":"-"}`,
		`{"a" : - }`:              `{"a" : "-" }`,
		"{\"a\":\t-\n}":           "{\"a\":\t\"-\"\n}",
		`{"a":-,"b":-,"c":"-"}`:   `{"a":"-","b":"-","c":"-"}`,
		`{"a":{"b":-}}`:           `{"a":{"b":"-"}}`,
		`{"a":-1}`:                "",
		`{"a":"x: -, y"}`:         "",
		`{"a":"x\": -, y"}`:       "",
		`{"a":"\\","b": -}`:       `{"a":"\\","b": "-"}`,
		`{"a": --}`:               "",
		`{"a": -`:                 "",
		`-`:                       "",
		`{"a":"-"}`:               "",
		`{"a": "x:", "b" -, "c"}`: "",
	} {
		got, found := quoteMissing(nil, line)
		assert.Equal(t, want != "", found, line)
		if found {
			assert.Equal(t, want, string(got), line)
			assert.True(t, json.Valid(got), line)
		} else {
			assert.Equal(t, line, string(got))
		}
	}
}

func FuzzQuoteMissing(f *testing.F) {
	f.Add(`{"a": -, "b": -}`)
	f.Add(`{"a":"\`)
	f.Fuzz(func(t *testing.T, line string) {
		got, found := quoteMissing(nil, line)
		assert.Equal(t, found, len(got) > len(line))
		if json.Valid([]byte(line)) {
			assert.False(t, found, "JSON has nothing to mend")
		}
	})
}
