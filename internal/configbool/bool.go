// SPDX-License-Identifier: Apache-2.0

// Package configbool holds the type of switches in a configuration.
package configbool // import "github.com/otelcol-istio/otelcol-istio/internal/configbool"

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// Bool is a boolean that also reads the strings `on` and `off`: to the
// Collector's YAML they are strings, and people write them for switches.
type Bool bool

var (
	_ confmap.ScalarUnmarshaler = (*Bool)(nil)
	_ confmap.ScalarMarshaler   = Bool(false)
)

// MarshalScalar writes a boolean of YAML.
func (b Bool) MarshalScalar(value confmap.ScalarValue) error {
	return value.Marshal(bool(b))
}

// UnmarshalScalar reads true, false, and the strings on, off, true and false in
// any case. It refuses all else. An empty value leaves the default.
func (b *Bool) UnmarshalScalar(value confmap.ScalarValue) error {
	switch raw := value.GetRaw().(type) {
	case nil, Bool: // nothing is set: the decoder gives a zero value of this type
		return nil
	default:
		on, err := Parse(raw)
		if err == nil {
			*b = Bool(on)
		}
		return err
	}
}

// Parse reads a value of a configuration as UnmarshalScalar does. Nothing is false.
func Parse(raw any) (bool, error) {
	switch got := raw.(type) {
	case nil:
		return false, nil
	case bool:
		return got, nil
	case string:
		switch strings.ToLower(got) {
		case "true", "on":
			return true, nil
		case "false", "off":
			return false, nil
		}
	}
	return false, fmt.Errorf("must be true or false, got %q", fmt.Sprint(raw))
}
