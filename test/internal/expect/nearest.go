// SPDX-License-Identifier: Apache-2.0

package expect

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// nearest tells which labels are wrong, judged by the most similar series that
// is expected and was not found.
func (s *Set) nearest(got Labels, found map[string]bool) string {
	var best []string
	for key, want := range s.series {
		if found[key] || want.labels["__name__"] != got["__name__"] {
			continue
		}
		var wrong []string
		for _, name := range slices.Sorted(maps.Keys(Join(want.labels, got))) {
			if want.labels[name] != got[name] {
				wrong = append(wrong, fmt.Sprintf("%s is %q, want %q", name, got[name], want.labels[name]))
			}
		}
		if best == nil || len(wrong) < len(best) {
			best = wrong
		}
	}
	if len(best) == 0 {
		return ""
	}
	return "\n    nearest expected: " + strings.Join(best, "; ")
}
