// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// components are the settings of a configuration and what its pipelines use.
type components struct {
	conf *confmap.Conf
	// used are the keys of the components in pipelines, such as
	// `receivers::otlp/2`, in order.
	used []string
}

// kinds are the lists of a pipeline, and the sections where their components are.
var kinds = map[string][]string{
	"receivers":  {"receivers", "connectors"},
	"processors": {"processors"},
	"exporters":  {"exporters", "connectors"},
}

func newComponents(conf *confmap.Conf) *components {
	used := map[string]bool{}
	pipelines, _ := conf.Get("service::pipelines").(map[string]any)
	for _, pipeline := range pipelines {
		lists, _ := pipeline.(map[string]any)
		for list, sections := range kinds {
			for _, id := range texts(lists[list]) {
				for _, section := range sections {
					if key := section + confmap.KeyDelimiter + id; conf.IsSet(key) {
						used[key] = true
					}
				}
			}
		}
	}
	return &components{conf: conf, used: slices.Sorted(maps.Keys(used))}
}

// ofType lists the used components of a type, with all names.
func (c *components) ofType(section, name string) (keys []string) {
	for _, key := range c.used {
		if base, _, _ := strings.Cut(key, "/"); base == section+confmap.KeyDelimiter+name {
			keys = append(keys, key)
		}
	}
	return keys
}

// number is the value of a key that holds a whole number.
func (c *components) number(key string) (int, bool) {
	n, ok := c.conf.Get(key).(int)
	return n, ok
}

// texts reads a list of names.
func texts(list any) (names []string) {
	items, _ := list.([]any)
	for _, item := range items {
		names = append(names, fmt.Sprint(item))
	}
	return names
}
