// SPDX-License-Identifier: Apache-2.0

package aggregate

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// keyOf writes a key of schema labels and extra ones, in the order given.
func keyOf(p contract.Protocol, labels ...Label) []byte {
	key := AppendProtocol(nil, p)
	for _, l := range labels {
		if c, ok := contract.LabelByName(l.Name); ok {
			key, _ = AppendLabel(key, c, l.Value)
		} else {
			key, _ = AppendExtra(key, l.Name, l.Value)
		}
	}
	return key
}

func TestKeyRoundTrip(t *testing.T) {
	labels := []Label{
		{"reporter", "source"},
		{"source_workload", strings.Repeat("w", MaxValueLen)}, // its length takes two bytes
		{"response_code", "200"},
		{"team", "blue"},
	}
	key := string(keyOf(contract.TCP, labels...))
	assert.Equal(t, contract.TCP, protocolOf(key))
	assert.Equal(t, labels, decodeLabels(key))
	clean, changed := cleanKey([]byte(key))
	assert.False(t, changed)
	assert.Equal(t, key, string(clean))
}

func TestKeyLeavesOutEmptyValues(t *testing.T) {
	assert.Equal(t,
		keyOf(contract.HTTP, Label{"reporter", "source"}),
		keyOf(contract.HTTP, Label{"reporter", "source"}, Label{"response_flags", ""}, Label{"team", ""}))
}

func TestKeysOfDifferentLabelsDiffer(t *testing.T) {
	seen := map[string]string{}
	for name, labels := range map[string][]Label{
		"none":           nil,
		"one value":      {{"source_app", "ab"}},
		"two values":     {{"source_app", "a"}, {"source_version", "b"}},
		"another label":  {{"source_version", "ab"}},
		"an extra label": {{"team", "ab"}},
		"another extra":  {{"tea", "mab"}},
	} {
		key := string(keyOf(contract.HTTP, labels...))
		assert.Empty(t, seen[key], name)
		seen[key] = name
	}
}

func TestCleanKeyKeepsAnExtraLabelExtra(t *testing.T) {
	// permissive_response_code is no label of today's schema and may be an
	// extra one there: cleaning must not make a second key for it.
	dirty, _ := AppendExtra(AppendProtocol(nil, contract.HTTP), "permissive_response_code", "\xff")
	want, _ := AppendExtra(AppendProtocol(nil, contract.HTTP), "permissive_response_code", "\uFFFD")
	clean, changed := cleanKey(dirty)
	assert.True(t, changed)
	assert.Equal(t, want, clean)
}

func TestCleanValue(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"clean", "productpage-v1", "productpage-v1"},
		{"other scripts", "支払い", "支払い"},
		{"invalid bytes", "a\xff\xfe b", "a\uFFFD b"},
		{"control characters", "a\x00\n\x1b[31m\x7f", "a\uFFFD\uFFFD\uFFFD[31m\uFFFD"},
		{"C1 control characters", "a\u0085b", "a\uFFFDb"},
		{"longest", strings.Repeat("a", MaxValueLen), strings.Repeat("a", MaxValueLen)},
		{"too long", strings.Repeat("a", MaxValueLen+1), strings.Repeat("a", MaxValueLen)},
		{"cut between characters", strings.Repeat("é", MaxValueLen), strings.Repeat("é", MaxValueLen/2)},
		{"cut before a character", "a" + strings.Repeat("é", MaxValueLen), "a" + strings.Repeat("é", MaxValueLen/2-1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, contract.CleanValue(test.value))
		})
	}
}

func FuzzCleanValue(f *testing.F) {
	f.Add("productpage")
	f.Add(strings.Repeat("\xff\x00", MaxValueLen))
	f.Add(strings.Repeat("\uFFFD", MaxValueLen))
	f.Fuzz(func(t *testing.T, value string) {
		clean := contract.CleanValue(value)
		assert.True(t, utf8.ValidString(clean))
		assert.LessOrEqual(t, len(clean), MaxValueLen)
		assert.Equal(t, clean, contract.CleanValue(clean), "cleaning twice must change nothing more")
		assert.Equal(t, value == "", clean == "")
	})
}
