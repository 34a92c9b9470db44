// SPDX-License-Identifier: Apache-2.0

// Package configform says what form a value of a configuration must have, where
// the Collector's decoder says only that it has another one.
package configform // import "github.com/otelcol-istio/otelcol-istio/internal/configform"

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"go.opentelemetry.io/collector/confmap"
)

// keyed is an error about a key.
type keyed struct {
	key string
	err error
}

func (k *keyed) Error() string { return fmt.Sprintf("`%s` %v", k.key, k.err) }
func (k *keyed) Unwrap() error { return k.err }

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

// At names the key that an error is about. If the error names keys below that one
// it names them from there.
func At(key string, err error) error {
	var errs []error
	eachCause(err, key, func(key string, cause error) {
		errs = append(errs, &keyed{key, cause})
	})
	return errors.Join(errs...)
}

// eachCause calls f with each error that is no wrapper of the decoder, and the key
// it is of.
func eachCause(err error, key string, f func(key string, cause error)) {
	switch wrapper := err.(type) { //nolint:errorlint // the tree is walked node by node
	case nil:
	case *keyed:
		eachCause(wrapper.err, joined(key, wrapper.key), f)
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

// ofType matches the Go type that the decoder names where it has no key.
var ofType = regexp.MustCompile(`\.[A-Z]`)

func joined(key, name string) string {
	if ofType.MatchString(name) {
		return key
	}
	name = separators.Replace(name)
	if key == "" || name == "" {
		return key + name
	}
	return key + confmap.KeyDelimiter + name
}

func explained(conf *confmap.Conf, key string, cause error) error {
	switch form := formOf(cause); {
	case key == "":
		return cause
	case form == "":
		return &keyed{key, cause}
	default:
		return &keyed{key, fmt.Errorf("must be %s, got %q", form, fmt.Sprint(conf.Get(key)))}
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
	if wanted == reflect.TypeFor[time.Duration]() {
		return duration
	}
	switch wanted.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number, without a unit"
	case reflect.Float32, reflect.Float64:
		return "a number, without a unit"
	case reflect.Bool:
		return "true or false"
	default:
		return ""
	}
}
