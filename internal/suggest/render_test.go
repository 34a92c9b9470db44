// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// The file has each form of entry and of Sidecar. Istio's own validation judges it in
// the module test/controlplane. `make golden-update` writes it again.
func TestGoldenYAML(t *testing.T) {
	cart := from("shop", "cart", "cart")
	rows := append(below(5, "example.com", port(8443)),
		row(), row(http), row(to("rpc.example.com"), http, kind(egress.GRPC), port(9090)),
		row(cart, address("203.0.113.20"), port(9000)), row(cart, address("2001:db8::1"), port(9000)),
		row(cart, address("203.0.113.21"), http, kind(egress.HTTP), named(egress.NoName)),
		row(cart, to("db.example.net"), named(egress.NameOfReverseDNS), kind(egress.TCP), port(5432), at("203.0.113.30", "203.0.113.31")),
		row(cart, address("198.51.100.7"), port(9001)), row(from("shop", "old", ""), address("10.9.7.1"), port(9001)),
		row(from("shop", "old", ""), to("c.example.org"), by("*.example.org"), at("203.0.113.40")), row(cart, to("rare.example.org"), once, at("203.0.113.41")),
	)
	for _, namespace := range []string{"a", "b", "c"} {
		rows = append(rows, row(from(namespace, "x", "My_App"), to("shared.example.com"), at("203.0.113.50")))
	}
	result := Suggest(rows, settings(networks, func(s *Settings) { s.Sidecars, s.Wildcards = SidecarsAlways, true }))
	file := filepath.Join("testdata", "every-form.yaml")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, result.YAML(""), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(result.YAML("")))
	assert.Equal(t, []string{"a", "b", "c", "istio-system", "shop"}, result.Namespaces())
	var parts []byte
	for _, namespace := range result.Namespaces() {
		parts = append(parts, result.YAML(namespace)...)
	}
	assert.Equal(t, string(want), string(parts), "a file of all is the files of the namespaces")
	assert.Empty(t, result.YAML("bank"))

	read := resources.Read(file, want, "")
	assert.Empty(t, read.Problems)
	assert.Len(t, read.ServiceEntries, 10)
	assert.Len(t, read.Sidecars, 9)
}

// words that YAML takes for something else than a text.
func TestTextsStayTexts(t *testing.T) {
	rows := []egress.Row{
		row(from("null", "true", "123"), to("1e3.example.com")), row(from("null", "on", "no"), to("0x1f.example.com")), row(from("123", "y", "1.0"), to("2026-03-01.example.com")),
	}
	result := Suggest(rows, settings(func(s *Settings) { s.Sidecars = SidecarsAlways }))
	read := resources.Read("f", result.YAML(""), "")
	require.Empty(t, read.Problems)
	var apps []string
	for _, s := range read.Sidecars {
		if s.Spec.WorkloadSelector != nil {
			apps = append(apps, s.Metadata.Namespace+" "+s.Spec.WorkloadSelector.Labels["app"])
		}
	}
	assert.ElementsMatch(t, []string{"null 123", "null no", "123 1.0"}, apps)
}

func TestManySourcesAreNotAllNamed(t *testing.T) {
	var rows []egress.Row
	for i := range 20 {
		rows = append(rows, row(from("shop", "w"+strconv.Itoa(i), "")))
	}
	result := Suggest(rows, Defaults())
	text := string(result.YAML(""))
	assert.Contains(t, text, "shop/w0, ")
	assert.Contains(t, text, ", 12 more.\n")
}

// traffic of several namespaces that needs each form of entry.
func traffic() (rows []egress.Row) {
	for n := range 5 {
		for w := range 4 {
			source := from("ns-"+strconv.Itoa(n), "w"+strconv.Itoa(w), "w"+strconv.Itoa(w))
			rows = append(rows, row(source), row(http, source, to("h"+strconv.Itoa(w)+".example.com")), row(source, address("203.0.113."+strconv.Itoa(w)), port(9000)),
				row(source, once), row(source, to("db.example.net"), named(egress.NameProven), kind(egress.TCP), port(5432), at("203.0.113.1", "203.0.113.2")))
			rows = append(rows, below(6, "many.example.org", source)...)
		}
	}
	return rows
}

func TestSameRowsSameBytes(t *testing.T) {
	rows := traffic()
	result := Suggest(rows, Defaults())
	want := string(result.YAML(""))
	require.NotEmpty(t, want)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		again := Suggest(rows, Defaults())
		require.Equal(t, want, string(again.YAML("")))
		require.Equal(t, result, again)
	}
}

// One more destination is one more entry, and a line in the Sidecar of its workload. What
// else changes is the comment of that Sidecar.
func TestOneMoreDestinationChangesFewLines(t *testing.T) {
	rows := traffic()
	result := Suggest(rows, Defaults())
	more := Suggest(append(rows, row(from("ns-2", "w1", "w1"), to("new.example.net"))), Defaults())
	added, removed := changedLines(string(result.YAML("")), string(more.YAML("")))
	assert.LessOrEqual(t, removed, 1)
	assert.LessOrEqual(t, added, 22)

	t.Run("seen again", func(t *testing.T) {
		again := row(from("ns-2", "w1", "w1"))
		again.LastSeen = again.LastSeen.Add(time.Minute)
		more := Suggest(append(rows, again), Defaults())
		added, removed := changedLines(string(result.YAML("")), string(more.YAML("")))
		assert.Equal(t, added, removed)
		assert.LessOrEqual(t, added, 2)
	})
}

// changedLines counts the lines of two texts that are not in their longest common part.
func changedLines(a, b string) (added, removed int) {
	before, after := strings.Split(a, "\n"), strings.Split(b, "\n")
	common := make([][]int, len(before)+1)
	for i := range common {
		common[i] = make([]int, len(after)+1)
	}
	for i := range before {
		for j := range after {
			common[i+1][j+1] = max(common[i][j+1], common[i+1][j])
			if before[i] == after[j] {
				common[i+1][j+1] = common[i][j] + 1
			}
		}
	}
	n := common[len(before)][len(after)]
	return len(after) - n, len(before) - n
}

func BenchmarkSuggest(b *testing.B) {
	var rows []egress.Row
	for i := range 20_000 {
		rows = append(rows, row(from("ns-"+strconv.Itoa(i%20), "w"+strconv.Itoa(i%200), ""), to("host-"+strconv.Itoa(i%500)+".example.com"), at("203.0.113."+strconv.Itoa(i%250))))
	}
	b.ReportAllocs()
	for b.Loop() {
		result := Suggest(rows, Defaults())
		result.YAML("")
	}
}
