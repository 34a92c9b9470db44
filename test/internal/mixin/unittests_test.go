// SPDX-License-Identifier: Apache-2.0

package mixin

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// Each alert and each recording rule is tested as it is shipped.
func TestUnitTestsHaveEachRule(t *testing.T) {
	files, err := UnitTests(folder)
	require.NoError(t, err)
	tested := map[string]any{}
	for name, text := range files {
		if filepath.Dir(name) != "rules" {
			assert.Contains(t, string(text), "rule_files: [rules/"+name+"]\n")
			assert.Contains(t, files, "rules/"+name)
			continue
		}
		for _, r := range rulesOf(t, text) {
			tested[ruleName(r)] = r
		}
	}
	shipped, err := Files(folder)
	require.NoError(t, err)
	for _, r := range rulesOf(t, shipped[RulesFile]) {
		assert.Equal(t, r, tested[ruleName(r)], ruleName(r))
	}
}

// A test has no alert that it does not name: that is what makes it fast.
func TestUnitTestsHaveNoOtherAlert(t *testing.T) {
	files, err := UnitTests(folder)
	require.NoError(t, err)
	var names []string
	for _, r := range rulesOf(t, files["rules/down.yaml"]) {
		if r["alert"] != nil {
			names = append(names, ruleName(r))
		}
	}
	assert.Equal(t, []string{"OtelcolIstioDown"}, names)
}

// A test that would run without rules is an error.
func TestUnitTestsRefuse(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"other rules": {"rule_files: [other.yaml]\n", "has no line"},
		"no alert":    {ruleFiles + "tests: []\n", "names no alert"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(folder)))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "tests", "x.yaml"), []byte(c.text), 0o600))
			_, err := UnitTests(dir)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func rulesOf(t *testing.T, text []byte) (rules []map[string]any) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []map[string]any }
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	for _, group := range file.Groups {
		rules = append(rules, group.Rules...)
	}
	return rules
}

func ruleName(r map[string]any) string {
	if alert, ok := r["alert"].(string); ok {
		return alert
	}
	return r["record"].(string)
}
