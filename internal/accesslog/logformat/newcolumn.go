// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

const startTime = "START_TIME"

// InsertedColumn is an operator of our own: a column that a collector put into
// the line. It has no quotes, and no client writes it.
const InsertedColumn = "INSERTED"

// newColumn makes a column of an operator: one of the table, else one that Envoy
// knows.
func (o *Operators) newColumn(name, arg string) (column, error) {
	spelled := name
	if arg != "" {
		spelled += "(" + arg + ")"
	}
	if found := o.find(name, arg); found != nil {
		return column{op: found.Op, known: true, name: spelled, shape: found.Shape}, nil
	}
	switch {
	case name == startTime:
		// With an argument it has a form of the user's own.
		return column{op: accesslog.StartTime, known: true, name: spelled, shape: Quoteless, proxyOnly: true}, nil
	case name == InsertedColumn:
		return column{name: spelled, shape: Quoteless, proxyOnly: true}, nil
	case !slices.Contains(envoyOperators, name):
		return column{}, fmt.Errorf("has the unknown operator %q", "%"+spelled+"%")
	default:
		return column{name: spelled, shape: shapeOfOther(name)}, nil
	}
}

// shapeOfOther is the shape of an operator that the table does not have. One
// whose value a client, a server or a filter may write is open.
func shapeOfOther(name string) Shape {
	switch {
	case strings.HasSuffix(name, "_ADDRESS"), strings.HasSuffix(name, "_PORT"), name == "CONNECTION_ID",
		strings.HasSuffix(name, "_ADDRESS_WITHOUT_PORT"), strings.HasSuffix(name, "_FINGERPRINT_256"):
		return Token
	case strings.Contains(name, "BYTES"), strings.HasSuffix(name, "_DURATION"), strings.HasSuffix(name, "_ATTEMPT_COUNT"):
		return NumberOrDash
	default:
		return Open
	}
}
