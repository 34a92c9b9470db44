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
	switch got := value.GetRaw().(type) {
	case nil, Bool: // nothing is set: the decoder gives a zero value of this type
		return nil
	case bool:
		*b = Bool(got)
		return nil
	case string:
		switch strings.ToLower(got) {
		case "true", "on":
			*b = true
			return nil
		case "false", "off":
			*b = false
			return nil
		}
	}
	return fmt.Errorf("must be true or false, got %q", fmt.Sprint(value.GetRaw()))
}
