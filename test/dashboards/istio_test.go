// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

// istios are Istio's own dashboards.
func istios(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob("testdata/istio/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]dashboard{}
	for _, file := range files {
		all[filepath.Base(file)] = read(t, file)
	}
	return all
}

// others are metrics that no access log can tell, and whose they are.
var others = []struct {
	metric *regexp.Regexp
	whose  string
}{
	{regexp.MustCompile(`^(container_|kube_)`), "a metric of the container runtime"},
	{regexp.MustCompile(`^envoy_`), "a metric of Envoy itself"},
	{regexp.MustCompile(`^istio_build$`), "a metric of Istio's programs themselves"},
	{regexp.MustCompile(`^(pilot_|citadel_|galley_|sidecar_injection_|go_|process_)`), "a metric of the control plane"},
	{regexp.MustCompile(`^(workload_manager_|istio_xds_|istio_dns_|istio_on_demand_dns_)`), "a metric of ztunnel"},
}

// absent are values of labels that the recorded traffic does not have, or that no
// record can tell.
var absent = []struct {
	matchers []string
	why      string
}{
	{[]string{`pod=~"ztunnel-.*"`}, "ztunnel's logs are not read"},
	{[]string{`app="ztunnel"`}, "ztunnel's logs are not read"},
	{[]string{`reporter="source"`, `connection_security_policy="mutual_tls"`}, "a client's proxy does not report the policy, nor do Istio's own metrics"},
	{[]string{`source_workload="istio-ingressgateway"`}, "the recorded mesh has no ingress gateway"},
}

// readers are what somebody may have picked from the variables: a workload that is a
// server, one that is a client, and the services that they talk to.
func readers(t *testing.T, prometheus *promclient.Client, d dashboard) (choices []values) {
	t.Helper()
	services, err := prometheus.LabelValues(t.Context(), "destination_service")
	require.NoError(t, err)
	for _, workload := range [][2]string{{"foo", "httpbin"}, {"default", "sleep"}} {
		for _, service := range services {
			v := d.all()
			for _, one := range d.Templating.List {
				if one.Type == "query" {
					v[one.Name] = ".*"
				}
			}
			v["qrep"] = "source|destination"
			v["namespace"], v["workload"], v["service"] = workload[0], workload[1], service
			choices = append(choices, v)
		}
	}
	return choices
}

// testIstio asks what Istio's dashboards ask, and lists what returns nothing.
func testIstio(t *testing.T, prometheus *promclient.Client) {
	t.Helper()
	var text strings.Builder
	all := istios(t)
	for _, file := range slices.Sorted(maps.Keys(all)) {
		d := all[file]
		queries, reasons := askIstio(t, prometheus, d)
		fmt.Fprintf(&text, "%s: %d of %d queries return data\n", d.Title, queries-len(reasons), queries)
		for _, reason := range reasons {
			fmt.Fprintf(&text, "  %s\n", reason)
		}
	}
	golden(t, "testdata/istio.txt", text.String())
}

// askIstio counts the queries of a dashboard, and tells of each that returns nothing
// for any reader why.
func askIstio(t *testing.T, prometheus *promclient.Client, d dashboard) (queries int, reasons []string) {
	t.Helper()
	choices := readers(t, prometheus, d)
	for _, p := range d.panels() {
		for i, one := range p.Targets {
			queries++
			name := fmt.Sprintf("%s, query %d", p.Title, i+1)
			if slices.ContainsFunc(choices, func(v values) bool {
				rows, err := prometheus.Query(t.Context(), v.expand(one.Expr))
				require.NoError(t, err, name)
				return len(rows) > 0
			}) {
				continue
			}
			reason := whyNot(t, choices[0].expand(one.Expr))
			assert.NotEmpty(t, reason, "%s: %s returns no row: %s", d.Title, name, one.Expr)
			reasons = append(reasons, name+": "+reason)
		}
	}
	return queries, reasons
}

// whyNot tells why a query cannot return data, if it asks for what the records do not
// tell.
func whyNot(t *testing.T, expr string) (reason string) {
	t.Helper()
	parser.Inspect(parse(t, expr), func(node parser.Node, _ []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		for _, a := range absent {
			if hasAll(selector, a.matchers) {
				reason = a.why
			}
		}
		for _, other := range others {
			if other.metric.MatchString(selector.Name) {
				reason = fmt.Sprintf("%s is %s", selector.Name, other.whose)
			}
		}
		return nil
	})
	return reason
}

func hasAll(selector *parser.VectorSelector, matchers []string) bool {
	return !slices.ContainsFunc(matchers, func(want string) bool {
		return !slices.ContainsFunc(selector.LabelMatchers, func(m *labels.Matcher) bool { return m.String() == want })
	})
}
