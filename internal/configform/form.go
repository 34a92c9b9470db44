// Package configform says what form a value of a configuration must have, where
// the Collector's decoder says only that it has another one.
package configform // import "github.com/otelcol-istio/otelcol-istio/internal/configform"

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"go.opentelemetry.io/collector/confmap"
)

// Unmarshal reads a component's settings into cfg. An error names the key and
// the value, and the form that the key takes. Call it in the Unmarshal method of
// cfg.
func Unmarshal(conf *confmap.Conf, cfg any) error {
	err := conf.Unmarshal(cfg)
	if err == nil {
		return nil
	}
	var errs []error
	eachCause(err, "", func(key string, cause error) {
		errs = append(errs, explained(conf, key, cause))
	})
	return errors.Join(errs...)
}

// eachCause calls f with each error that is no wrapper of the decoder, and the key
// it is of.
func eachCause(err error, key string, f func(key string, cause error)) {
	switch wrapper := err.(type) { //nolint:errorlint // the tree is walked node by node
	case *mapstructure.DecodeError:
		eachCause(wrapper.Unwrap(), joined(key, wrapper.Name()), f)
	case interface{ Unwrap() []error }:
		for _, e := range wrapper.Unwrap() {
			eachCause(e, key, f)
		}
	case interface{ Unwrap() error }:
		if decode := (*mapstructure.DecodeError)(nil); errors.As(err, &decode) {
			eachCause(wrapper.Unwrap(), key, f)
			return
		}
		f(key, err) // it says what it has to say
	default:
		f(key, err)
	}
}

// separators turns the decoder's a.b[c] into a::b::c.
var separators = strings.NewReplacer(".", confmap.KeyDelimiter, "[", confmap.KeyDelimiter, "]", "")

func joined(key, name string) string {
	name = separators.Replace(name)
	if key == "" || name == "" {
		return key + name
	}
	return key + confmap.KeyDelimiter + name
}

func explained(conf *confmap.Conf, key string, cause error) error {
	form := formOf(cause)
	switch {
	case key == "":
		return cause
	case form == "":
		return fmt.Errorf("`%s` %w", key, cause)
	default:
		return fmt.Errorf("`%s` must be %s, got %q", key, form, fmt.Sprint(conf.Get(key)))
	}
}

const duration = "a duration such as 15s or 1m30s"

// formOf tells which form is wanted, empty if the error says so itself.
func formOf(cause error) string {
	var unconvertible *mapstructure.UnconvertibleTypeError
	switch {
	case strings.HasPrefix(cause.Error(), "time: "):
		return duration
	case !errors.As(cause, &unconvertible):
		return ""
	}
	wanted := unconvertible.Expected.Type()
	switch wanted.Kind() {
	case reflect.Int64:
		if wanted == reflect.TypeFor[time.Duration]() {
			return duration
		}
		return "a whole number, without a unit"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number, without a unit"
	case reflect.Float32, reflect.Float64:
		return "a number, without a unit"
	case reflect.Bool:
		return "true or false"
	default:
		return ""
	}
}
