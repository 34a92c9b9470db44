// SPDX-License-Identifier: Apache-2.0

package configbool

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

type section struct {
	Enabled Bool `mapstructure:"enabled"`
}

func TestBool(t *testing.T) {
	for name, test := range map[string]struct {
		value  any
		before Bool
		want   Bool
	}{
		"true":                {value: true, want: true},
		"false":               {value: false, before: true},
		"on":                  {value: "on", want: true},
		"off":                 {value: "off", before: true},
		"true in quotes":      {value: "true", want: true},
		"false in quotes":     {value: "false", before: true},
		"in capitals":         {value: "ON", want: true},
		"nothing leaves true": {value: nil, before: true, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := section{Enabled: test.before}
			require.NoError(t, confmap.NewFromStringMap(map[string]any{"enabled": test.value}).Unmarshal(&cfg))
			assert.Equal(t, test.want, cfg.Enabled)
		})
	}
}

func TestNoBool(t *testing.T) {
	for name, value := range map[string]any{"a word": "maybe", "empty": "", "a number": 1, "a list": []any{"on"}, "a map": map[string]any{"on": true}} {
		t.Run(name, func(t *testing.T) {
			var cfg section
			err := confmap.NewFromStringMap(map[string]any{"enabled": value}).Unmarshal(&cfg)
			require.ErrorContains(t, err, "enabled")
			assert.False(t, bool(cfg.Enabled))
		})
	}
}

// What is marshalled is a boolean again.
func TestMarshal(t *testing.T) {
	conf := confmap.New()
	require.NoError(t, conf.Marshal(section{Enabled: true}))
	assert.Equal(t, true, conf.Get("enabled"))
}
