// SPDX-License-Identifier: Apache-2.0

package configform

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

type kept struct {
	Retention Duration `mapstructure:"retention"`
}

func (k *kept) Unmarshal(conf *confmap.Conf) error { return Unmarshal(conf, k) }

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30d": 30 * 24 * time.Hour, "720h": 720 * time.Hour, "1m30s": 90 * time.Second, "0d": 0, "106751d": 106751 * 24 * time.Hour,
	} {
		var k kept
		require.NoError(t, confmap.NewFromStringMap(map[string]any{"retention": text}).Unmarshal(&k), text)
		assert.Equal(t, Duration(want), k.Retention, text)
	}
	for _, text := range []string{"30", "d", "1.5d", "-1d", "30days", "1d12h", "106752d", "99999999999999999999d", ""} {
		err := confmap.NewFromStringMap(map[string]any{"retention": text}).Unmarshal(new(kept))
		require.ErrorContains(t, err, "`retention` must be a duration", text)
		require.ErrorContains(t, err, `got "`+text+`"`)
	}
}

// What is written is read as the same.
func TestDurationText(t *testing.T) {
	for d, want := range map[Duration]string{
		30 * Day: "30d", Duration(36 * time.Hour): "36h0m0s", Duration(time.Minute): "1m0s", 0: "0s", -Day: "-1d",
	} {
		text, err := d.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		if d >= 0 {
			var back Duration
			require.NoError(t, back.UnmarshalText(text))
			assert.Equal(t, d, back)
		}
	}
}
