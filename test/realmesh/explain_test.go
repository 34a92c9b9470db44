// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import (
	"fmt"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
	"github.com/otelcol-istio/otelcol-istio/test/realmesh/mesh"
)

// shownRecords is how many records of a series are enough to see what is wrong.
const shownRecords = 2

// explain shows what differs, and the records that the series in question came of.
func explain(m *mesh.Mesh, diffs []expect.Difference) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d differences\n", len(diffs))
	shown := map[string]bool{}
	for _, d := range diffs {
		fmt.Fprintln(&b, d)
		for i, record := range m.Gateway.Records.Find(func(r mesh.Record) bool { return cameOf(d.Labels, r) }) {
			text := record.String()
			if i >= shownRecords || shown[text] {
				continue
			}
			shown[text] = true
			fmt.Fprintf(&b, "  of the record:\n    %s\n", text)
		}
	}
	return b.String()
}

// cameOf tells whether a series counts a record: the record has all its labels.
// One whose value is the default does not stand on the record.
func cameOf(series labels, r mesh.Record) bool {
	for name, value := range series {
		switch name {
		case "__name__", "job", "instance", "le":
			continue
		}
		got, ok := r.Attributes[name]
		if !ok {
			got = expect.Istio[name]
		}
		if got != value {
			return false
		}
	}
	return len(series) > 0
}
