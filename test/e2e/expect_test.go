// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

type (
	labels = expect.Labels
	value  = expect.Value
)

var join = expect.Join

// istioLabels are what each series of Istio's has, with the values that stand
// there when nothing is known.
var istioLabels = expect.Istio

// newExpectation is of what a gateway writes.
func newExpectation(instance string) *expect.Set {
	return expect.New(labels{"job": "otelcol-istio", "instance": instance})
}

// report ends the test with all differences, if there are some.
func report(t *testing.T, when string, diffs []expect.Difference) {
	t.Helper()
	if len(diffs) == 0 {
		return
	}
	var all strings.Builder
	for _, d := range diffs {
		fmt.Fprintln(&all, d)
	}
	t.Fatalf("%d differences %s:\n%s", len(diffs), when, &all)
}
