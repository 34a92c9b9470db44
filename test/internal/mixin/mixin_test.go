// SPDX-License-Identifier: Apache-2.0

package mixin

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	folder   = "../../../deploy/prometheus"
	runbooks = "../../../docs/runbooks"
)

func groups(t *testing.T, config map[string]any) *rulefmt.RuleGroups {
	t.Helper()
	g, err := Groups(folder, config)
	require.NoError(t, err)
	return g
}

func alerts(g *rulefmt.RuleGroups) (alerts []rulefmt.Rule) {
	for _, group := range g.Groups {
		for _, r := range group.Rules {
			if r.Alert != "" {
				alerts = append(alerts, r)
			}
		}
	}
	return alerts
}

// The files that are shipped are what the mixin gives.
func TestFiles(t *testing.T) {
	files, err := Files(folder)
	require.NoError(t, err)
	assert.Len(t, files, 2)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "%s: run `make generate`", name)
	}
}

// Each alert has what kubernetes-mixin's have, and a page. Each page has an alert.
func TestConventions(t *testing.T) {
	pages := map[string]bool{}
	names := map[string]bool{}
	for _, a := range alerts(groups(t, map[string]any{})) {
		assert.False(t, names[a.Alert], "%s is there twice", a.Alert)
		names[a.Alert] = true
		assert.Regexp(t, `^(IstioEgress|OtelcolIstio)[A-Z]\w+$`, a.Alert)
		assert.Contains(t, []string{"critical", "warning", "info"}, a.Labels["severity"], a.Alert)
		assert.NotContains(t, a.Annotations["summary"], "{{", "the summary of %s is constant", a.Alert)
		assert.NotEmpty(t, a.Annotations["summary"], a.Alert)
		assert.NotEmpty(t, a.Annotations["description"], a.Alert)
		page := path.Base(a.Annotations["runbook_url"])
		assert.Equal(t, strings.ToLower(a.Alert)+".md", page)
		pages[page] = true
	}
	files, err := filepath.Glob(runbooks + "/*.md")
	require.NoError(t, err)
	for _, f := range files {
		assert.True(t, pages[filepath.Base(f)], "no alert leads to %s", f)
		delete(pages, filepath.Base(f))
	}
	assert.Empty(t, pages, "not in %s", runbooks)
}

// Each alert is the subject of unit tests that fire, and of some that do not.
func TestEachAlertHasUnitTests(t *testing.T) {
	files, err := filepath.Glob(folder + "/tests/*.yaml")
	require.NoError(t, err)
	var cases []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		cases = append(cases, strings.Split(string(text), "\n  - name: ")...)
	}
	for _, a := range alerts(groups(t, map[string]any{})) {
		about := strings.Join(slices.DeleteFunc(slices.Clone(cases), func(c string) bool {
			return !strings.Contains(c, `alertname="`+a.Alert+`"`)
		}), "\n")
		assert.Contains(t, about, "value: 1}]", "%s never fires", a.Alert)
		assert.Contains(t, about, "exp_samples: []", "%s always fires", a.Alert)
	}
}

// What is set in _config reaches the rules.
func TestConfig(t *testing.T) {
	find := func(g *rulefmt.RuleGroups, alert string) rulefmt.Rule {
		rules := alerts(g)
		i := slices.IndexFunc(rules, func(r rulefmt.Rule) bool { return r.Alert == alert })
		require.GreaterOrEqual(t, i, 0, alert)
		return rules[i]
	}
	g := groups(t, map[string]any{
		"gatewaySelector": `job="gateways"`, "writtenSelector": `cluster="one"`, "runbookURL": "https://example.com/",
		"blockedWindow": 7 * 60, "uploadBytes": 12345, "downFor": 90,
	})
	blocked := find(g, "IstioEgressBlocked")
	assert.Contains(t, blocked.Expr, `{cluster="one",decision="blocked"}[7m]`)
	assert.Equal(t, "https://example.com/istioegressblocked.md", blocked.Annotations["runbook_url"])
	assert.Contains(t, find(g, "IstioEgressLargeUploadToNewDestination").Expr, "> 12345")
	down := find(g, "OtelcolIstioDown")
	assert.Contains(t, down.Expr, `up{job="gateways"}`)
	assert.Equal(t, model.Duration(90*time.Second), down.For)
}

// Every time is divided, so that a test with a divisor tests the same rules.
func TestDivisor(t *testing.T) {
	const divisor = 60
	slow, fast := groups(t, map[string]any{}), groups(t, map[string]any{"divisor": divisor})
	for i, group := range slow.Groups {
		assert.Equal(t, group.Interval/divisor, fast.Groups[i].Interval)
		for j, r := range group.Rules {
			quick := fast.Groups[i].Rules[j]
			assert.Equal(t, r.For/divisor, quick.For, r.Alert)
			assert.Equal(t, divided(t, r.Expr, divisor), durations(t, quick.Expr), "%s%s", r.Alert, r.Record)
		}
	}
}
