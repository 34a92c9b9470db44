// SPDX-License-Identifier: Apache-2.0

package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/confmap"

	"github.com/otelcol-istio/otelcol-istio/internal/configform"
)

// removedKey is a key of an earlier version, and what to do instead.
type removedKey struct{ key, instead string }

const removeIt = "the value is fixed now, remove the key"

var removed = []removedKey{
	{"destination_host::learned_names::max_names", "set `destination_host::learned_names` to true or false"},
	{"destination_host::learned_names::ttl", "set `destination_host::learned_names` to true or false"},
	{"destination_host::reverse_dns::num_consumers", removeIt},
	{"destination_host::reverse_dns::queue_size", removeIt},
	{"destination_host::reverse_dns::max_entries", removeIt},
	{"destination_host::reverse_dns::timeout", removeIt},
	{"destination_host::reverse_dns::positive_ttl", removeIt},
	{"destination_host::reverse_dns::negative_ttl", removeIt},
}

// removedFromLimits are those of each label.
var removedFromLimits = []removedKey{
	{"rest_timeout", "a slot is given to another value at once, but at most a tenth of the slots in 15s; `idle_timeout` says when a value gives up its slot"},
	{"max_source_share", removeIt},
	{"guaranteed_shares", removeIt},
	{"roll_up::share", "set `roll_up` to true or false"},
	{"roll_up::ipv4", "set `roll_up` to true or false"},
	{"roll_up::ipv6", "set `roll_up` to true or false"},
}

// refuseRemoved names each key of an earlier version that is set.
func refuseRemoved(conf *confmap.Conf, keys []removedKey) error {
	var errs []error
	for _, k := range keys {
		if conf.IsSet(k.key) {
			errs = append(errs, configform.At(k.key, fmt.Errorf("must not be set, got %v: %s", conf.Get(k.key), k.instead)))
		}
	}
	return errors.Join(errs...)
}

// Unmarshal refuses keys of earlier versions. It says what form a value must have.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	if err := refuseRemoved(conf, removed); err != nil {
		return err
	}
	return configform.Unmarshal(conf, c)
}
