// SPDX-License-Identifier: Apache-2.0

package series

import (
	"fmt"
	"unicode/utf8"
)

// externalLabels gives configured labels their names in Prometheus.
func externalLabels(n *names, configured map[string]string) (map[string]string, error) {
	labels := make(map[string]string, len(configured))
	for key, value := range configured {
		name, ok := n.label(key)
		switch {
		case !ok || name == NameLabel:
			return nil, fmt.Errorf("%q cannot be the name of a label", key)
		case value == "" || !utf8.ValidString(value):
			return nil, fmt.Errorf("the label %q has the value %q, which Prometheus does not keep", key, value)
		}
		if _, ok := labels[name]; ok {
			return nil, fmt.Errorf("two labels have the name %q in Prometheus", name)
		}
		labels[name] = value
	}
	return labels, nil
}
