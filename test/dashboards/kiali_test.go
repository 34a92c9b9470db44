// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// kialiQuery is one of the queries in testdata/kiali.yaml.
type kialiQuery struct {
	Name, Query string
	// NoRows says why it returns nothing, if it does.
	NoRows string `yaml:"no_rows"`
}

// testKiali asks what Kiali asks, of each namespace of the recorded traffic.
func testKiali(t *testing.T, prometheus *promclient.Client) {
	t.Helper()
	content, err := os.ReadFile("testdata/kiali.yaml")
	require.NoError(t, err)
	var kiali struct {
		Groups  map[string]string
		Queries []kialiQuery
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(content)))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&kiali))
	require.NotEmpty(t, kiali.Queries)
	for _, q := range kiali.Queries {
		rows := 0
		for _, namespace := range []string{"closed", "default", "foo"} {
			v := values{"namespace": namespace, "cluster": "Kubernetes", "duration": rateInterval.String()}
			for name, labels := range kiali.Groups {
				v[name] = labels
			}
			found, err := prometheus.Query(t.Context(), fmt.Sprintf("round(%s, 0.001)", v.expand(q.Query)))
			require.NoError(t, err, q.Name)
			rows += len(found)
		}
		if q.NoRows == "" {
			assert.Positive(t, rows, "%s returns no row", q.Name)
		} else {
			assert.Zero(t, rows, "%s returns rows", q.Name)
		}
	}
}
