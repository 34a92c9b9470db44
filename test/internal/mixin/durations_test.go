// SPDX-License-Identifier: Apache-2.0

package mixin

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
)

// durations are the windows and offsets of an expression, in order.
func durations(t *testing.T, text string) (all []time.Duration) {
	t.Helper()
	expression, err := parser.NewParser(parser.Options{}).ParseExpr(text)
	require.NoError(t, err)
	parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.MatrixSelector:
			all = append(all, n.Range)
		case *parser.VectorSelector:
			all = append(all, n.OriginalOffset)
		}
		return nil
	})
	return all
}

func divided(t *testing.T, text string, divisor time.Duration) []time.Duration {
	all := durations(t, text)
	for i := range all {
		all[i] /= divisor
	}
	return all
}
