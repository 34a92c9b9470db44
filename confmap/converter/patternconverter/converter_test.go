// SPDX-License-Identifier: Apache-2.0

package patternconverter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func convert(t *testing.T, settings map[string]any) map[string]any {
	t.Helper()
	conf := confmap.NewFromStringMap(settings)
	require.NoError(t, NewFactory().Create(confmap.ConverterSettings{}).Convert(t.Context(), conf))
	return conf.ToStringMap()
}

func TestPatterns(t *testing.T) {
	for in, want := range map[string]string{
		"/var/log/pods/{shop, payments}_*_*/istio-proxy/*.log": "/var/log/pods/{shop,payments}_*_*/istio-proxy/*.log",
		"{ shop ,\tpayments , a}_*":                            "{shop,payments,a}_*",
		"{*}_*_*":                                              "{*}_*_*",
		"{shop}_*":                                             "{shop}_*",
		"/a folder/{shop, b}/*.log":                            "/a folder/{shop,b}/*.log",
		"/no list/*, *.log":                                    "/no list/*, *.log",
		"{a, b}/{c , d}":                                       "{a,b}/{c,d}",
		"{}":                                                   "{}",
		"{open, ":                                              "{open, ",
	} {
		for _, id := range []string{"file_log/mine", "filelog"} {
			got := convert(t, map[string]any{"receivers": map[string]any{id: map[string]any{"include": []any{in}, "start_at": "end"}}})
			assert.Equal(t, map[string]any{"receivers": map[string]any{id: map[string]any{"include": []any{want}, "start_at": "end"}}}, got)
		}
	}
}

// All else stays as it is.
func TestOthers(t *testing.T) {
	for name, settings := range map[string]map[string]any{
		"nothing":              {},
		"no receivers":         {"receivers": nil},
		"another receiver":     {"receivers": map[string]any{"other": map[string]any{"include": []any{"{a, b}"}}}},
		"no settings":          {"receivers": map[string]any{"file_log": nil}},
		"no list":              {"receivers": map[string]any{"file_log": map[string]any{"include": "{a, b}"}}},
		"no text in the list":  {"receivers": map[string]any{"file_log": map[string]any{"include": []any{1, nil}}}},
		"what is not included": {"receivers": map[string]any{"file_log": map[string]any{"exclude": []any{"{a, b}"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			before := confmap.NewFromStringMap(settings).ToStringMap()
			assert.Equal(t, before, convert(t, settings))
		})
	}
}
