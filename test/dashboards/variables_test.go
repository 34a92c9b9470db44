// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// offered are the values that a variable with a query label_values(series, label)
// offers.
func offered(t *testing.T, prometheus *promclient.Client, v variable, chosen values) (found []string) {
	t.Helper()
	parts := labelValues.FindStringSubmatch(v.query())
	require.NotNil(t, parts, v.Name)
	series, err := prometheus.Series(t.Context(), chosen.expand(parts[1]))
	require.NoError(t, err)
	for _, s := range series {
		if value := s[parts[2]]; value != "" {
			found = append(found, value)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// testVariables wants each variable to offer values, and all queries to work with one
// value of each, as when a reader chose it.
func testVariables(t *testing.T, prometheus *promclient.Client, d dashboard) {
	t.Helper()
	chosen := d.all()
	for _, v := range d.Templating.List {
		if v.Type != "query" {
			continue
		}
		found := offered(t, prometheus, v, chosen)
		require.NotEmpty(t, found, v.Name)
		if want, ok := choices[v.Name]; ok {
			assert.Equal(t, want, found, v.Name)
		}
		chosen[v.Name] = regexp.QuoteMeta(found[0])
	}
	rows := 0
	for _, a := range ask(t, prometheus, d, chosen) {
		rows += len(a.rows)
	}
	assert.Positive(t, rows)
}

// choices are what the recorded traffic offers.
var choices = map[string][]string{
	"cluster":   {cluster},
	"job":       {job},
	"instance":  {instance},
	"namespace": {"closed", "default", "unknown"},
}
