// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(entry))
	f.Add([]byte("kind: List\nitems: [{kind: List, items: [{kind: X}]}, null, 1]"))
	f.Add([]byte("a: &a [*a]\n---\n&a {kind: *a, spec: *a}\n---\n<<: {kind: Sidecar}\n"))
	f.Add([]byte("kind: ConfigMap\nmetadata: {name: istio}\ndata: {mesh: \"outboundTrafficPolicy: {mode: 1}\"}"))
	f.Add([]byte("\xff\xfe-\x00-\x00---\n...\n--- |\n  x\n%YAML 1.2\n"))
	f.Add([]byte(strings.Repeat("- ", 200)))
	f.Fuzz(func(t *testing.T, data []byte) {
		set := Read("f", data, "ns")
		assert.LessOrEqual(t, len(set.Problems), MaxProblems+1)
		for _, p := range set.Problems {
			assert.True(t, utf8.ValidString(p.Reason))
			assert.LessOrEqual(t, len(p.Reason), maxReason+3)
		}
		// What was taken can be written and is taken again.
		for _, e := range set.ServiceEntries {
			text, err := yaml.Marshal(e)
			require.NoError(t, err)
			again := Read("f", text, "ns")
			assert.Empty(t, again.Problems)
			require.Len(t, again.ServiceEntries, 1)
			same, err := yaml.Marshal(again.ServiceEntries[0])
			require.NoError(t, err)
			assert.Equal(t, string(text), string(same))
		}
		for _, s := range set.Sidecars {
			text, err := yaml.Marshal(s)
			require.NoError(t, err)
			assert.Empty(t, Read("f", text, "ns").Problems)
		}
	})
}

// What is left out changes nothing but what is not considered.
func FuzzOutline(f *testing.F) {
	f.Add([]byte(entry + "---\nkind: Deployment\nmetadata: {name: a}\n"))
	f.Add([]byte("kind: List\nitems: [{kind: Secret}, {kind: List, items: [{kind: X}]}, null, 1]"))
	f.Add([]byte("a: &a [*a]\n---\n&a {kind: *a, spec: *a}\n---\n<<: {kind: Sidecar}\n"))
	f.Add([]byte("kind: List\nitems:\n- {kind: Pod}\n- &a {kind: ServiceEntry, metadata: {name: a}}\n- *a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var text []byte
		for _, d := range Outline(data) {
			if d.Use == Used {
				text = append(append(append(text, "---\n"...), d.Text...), '\n')
			}
		}
		whole, kept := Read("f", data, "ns"), Read("f", text, "ns")
		assert.Equal(t, whole.ServiceEntries, kept.ServiceEntries)
		assert.Equal(t, whole.Sidecars, kept.Sidecars)
		assert.Equal(t, whole.Mesh, kept.Mesh)
	})
}
