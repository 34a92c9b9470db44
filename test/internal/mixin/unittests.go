// SPDX-License-Identifier: Apache-2.0

package mixin

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/prometheus/prometheus/model/rulefmt"
)

// ruleFiles is the line of a unit test that names the rules.
const ruleFiles = "rule_files: [../" + RulesFile + "]\n"

// UnitTests are the unit tests of the mixin in a folder, by file name, and for each of
// them a file of the rules that it needs. promtool evaluates all rules at each step of
// each test, so that with all alerts the tests take nine times as long.
//
// A test needs the recording rules and the alerts that it names as `alertname="NAME"`.
// It is an error if it names none.
func UnitTests(folder string) (map[string][]byte, error) {
	groups, err := Groups(folder, map[string]any{})
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(folder, "tests", "*.yaml"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, path := range paths {
		name := filepath.Base(path)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		own := "rules/" + name
		test := bytes.Replace(text, []byte(ruleFiles), []byte("rule_files: ["+own+"]\n"), 1)
		if bytes.Equal(test, text) {
			return nil, fmt.Errorf("%s has no line %q", name, ruleFiles)
		}
		needed := neededBy(text, groups)
		if !slices.ContainsFunc(needed.Groups, hasAlert) {
			return nil, fmt.Errorf("%s names no alert", name)
		}
		if files[own], err = Render(needed); err != nil {
			return nil, err
		}
		files[name] = test
	}
	return files, nil
}

// neededBy leaves out the alerts that a test does not name.
func neededBy(test []byte, groups *rulefmt.RuleGroups) *rulefmt.RuleGroups {
	needed := &rulefmt.RuleGroups{}
	for _, group := range groups.Groups {
		group.Rules = slices.DeleteFunc(slices.Clone(group.Rules), func(r rulefmt.Rule) bool {
			return r.Alert != "" && !bytes.Contains(test, []byte(`alertname="`+r.Alert+`"`))
		})
		if len(group.Rules) > 0 {
			needed.Groups = append(needed.Groups, group)
		}
	}
	return needed
}

func hasAlert(g rulefmt.RuleGroup) bool {
	return slices.ContainsFunc(g.Rules, func(r rulefmt.Rule) bool { return r.Alert != "" })
}
