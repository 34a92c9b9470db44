// SPDX-License-Identifier: Apache-2.0

package attrname

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

func TestOwner(t *testing.T) {
	long := strings.Repeat("t", contract.MaxNameLen)
	n := New([]string{"team", "source_app", long}, func(name string) bool { return name == "response_code" || name == "method" })
	for name, want := range map[string]Owner{
		"method":              Sender,
		"":                    Sender,
		"Reporter":            Sender,
		"team":                Shared,
		long:                  Shared,
		"response_code":       Shared,
		"reporter":            Label,
		"source_app":          Label, // Istio's, whoever sets it
		"destination_network": Label,
		contract.AttrVerdict:  Contract,
		contract.Prefix:       Contract,
		"istio_labels":        Sender,
		long + "t":            Sender,
	} {
		assert.Equal(t, want, n.Owner(name), name)
	}
}
