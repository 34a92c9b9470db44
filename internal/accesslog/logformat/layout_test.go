// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

// One search finds the closed columns of layouts with the same ends. Otherwise
// the first layout that fits would win, at a place that a client may choose.
func TestLayoutsWithTheSameEndsAreOne(t *testing.T) {
	operators := NewOperators([]Operator{
		{Op: accesslog.ResponseCode, Shape: Number, Spellings: []string{"RESPONSE_CODE"}},
		{Op: accesslog.BytesSent, Shape: Number, Spellings: []string{"BYTES_SENT"}},
		{Op: accesslog.RouteName, Shape: Token, Spellings: []string{"ROUTE_NAME"}},
	}, nil)
	const (
		client = `"%REQ(X-A)%" `
		head   = `%RESPONSE_CODE% - `
		bytes  = `%BYTES_SENT% `
		route  = `%ROUTE_NAME% `
	)
	for name, tc := range map[string]struct {
		formats []string
		layouts int
	}{
		"closed columns differ": {[]string{client + head + bytes + client, client + head + route + client}, 1},
		"three that differ":     {[]string{client + head + bytes + client, client + head + route + client, client + head + bytes + route + client}, 1},
		"right end differs":     {[]string{client + head + bytes + client + route, client + head + bytes + client}, 2},
		"left end differs":      {[]string{route + client + head + bytes + client, client + head + bytes + client}, 2},
		"another start":         {[]string{client + bytes + client, client + head + bytes + client}, 2},
		"nothing to search for": {[]string{client + bytes, client + route}, 2},
		"two to search for":     {[]string{client + head + bytes + client + bytes + client, client + head + bytes + client + route + client}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := operators.CompileText(tc.formats...)
			require.NoError(t, err)
			assert.Len(t, text.layouts, tc.layouts)
		})
	}
}
