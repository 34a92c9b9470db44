// SPDX-License-Identifier: Apache-2.0

package configform

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
)

type inner struct {
	Wait  time.Duration `mapstructure:"wait"`
	Count int           `mapstructure:"count"`
}

type section struct {
	Interval time.Duration                  `mapstructure:"interval"`
	Series   int64                          `mapstructure:"series"`
	Share    float64                        `mapstructure:"share"`
	Deep     bool                           `mapstructure:"deep"`
	Name     string                         `mapstructure:"name"`
	Inner    inner                          `mapstructure:"inner"`
	Optional configoptional.Optional[inner] `mapstructure:"optional"`
	Each     map[string]inner               `mapstructure:"each"`
}

func (s *section) Unmarshal(conf *confmap.Conf) error { return Unmarshal(conf, s) }

func unmarshal(settings map[string]any) error {
	s := section{Optional: configoptional.Default(inner{})}
	return confmap.NewFromStringMap(settings).Unmarshal(&s)
}

func TestForms(t *testing.T) {
	for name, test := range map[string]struct {
		settings map[string]any
		want     []string
	}{
		"an unknown unit":      {map[string]any{"interval": "15sec"}, []string{"`interval` must be a duration", `got "15sec"`}},
		"no unit":              {map[string]any{"interval": "15"}, []string{"`interval` must be a duration", `got "15"`}},
		"a list":               {map[string]any{"interval": []any{1}}, []string{"`interval` must be a duration", `got "[1]"`}},
		"a number with a unit": {map[string]any{"series": "100k"}, []string{"`series` must be a whole number", `got "100k"`}},
		"a share":              {map[string]any{"share": "10%"}, []string{"`share` must be a number", `got "10%"`}},
		"a boolean":            {map[string]any{"deep": "maybe"}, []string{"`deep` must be true or false", `got "maybe"`}},
		"nested":               {map[string]any{"inner": map[string]any{"count": "128MiB"}}, []string{"`inner::count` must be a whole number", `got "128MiB"`}},
		"optional":             {map[string]any{"optional": map[string]any{"wait": "3 s"}}, []string{"`optional::wait` must be a duration", `got "3 s"`}},
		"in a map":             {map[string]any{"each": map[string]any{"a": map[string]any{"count": "x"}}}, []string{"`each::a::count` must be a whole number", `got "x"`}},
		"several":              {map[string]any{"interval": "x", "series": "y"}, []string{"`interval`", `"x"`, "`series`", `"y"`}},
		"another mistake":      {map[string]any{"name": 3}, []string{"`name`"}},
		"an unknown key":       {map[string]any{"nam": "x"}, []string{"nam"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := unmarshal(test.settings)
			for _, part := range test.want {
				require.ErrorContains(t, err, part)
			}
		})
	}
}

// An error that names its key is put below another one.
func TestAt(t *testing.T) {
	err := At("limits", errors.Join(At("destination_ip", errors.New("must not be set")), errors.New("is wrong")))
	require.EqualError(t, err, "`limits::destination_ip` must not be set\n`limits` is wrong")
	assert.NoError(t, At("limits", nil))
}

func TestRightForms(t *testing.T) {
	assert.NoError(t, unmarshal(map[string]any{"interval": "1m30s", "series": 100_000, "share": 0.5, "optional": map[string]any{"wait": "3s"}}))
}
