// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

func TestYAML(t *testing.T) {
	rows := []egress.Row{row(), row(http), row(address("203.0.113.20"), port(9000), from("shop", "cart", "cart"))}
	result := Suggest(rows, Defaults())
	assert.Equal(t, `---
# Seen 20 times on 2 days, from 2026-03-01 to 2026-03-02 (UTC).
# Sources: shop/web.
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api.example.com
  namespace: shop
spec:
  hosts:
    - api.example.com
  exportTo:
    - .
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
    - number: 80
      name: http-80
      protocol: HTTP
    - number: 443
      name: tls-443
      protocol: TLS
---
# Seen 10 times on 2 days, from 2026-03-01 to 2026-03-02 (UTC).
# Sources: shop/cart.
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: tcp-203-0-113-20
  namespace: shop
spec:
  hosts:
    - tcp-203-0-113-20.shop.egress.internal
  addresses:
    - 203.0.113.20
  exportTo:
    - .
  location: MESH_EXTERNAL
  resolution: NONE
  ports:
    - number: 9000
      name: tcp-9000
      protocol: TCP
---
# `+noteDefault+`
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: shop
spec:
  egress:
    - hosts:
        - '*/*.svc.cluster.local'
---
# Seen 10 times on 2 days, from 2026-03-01 to 2026-03-02 (UTC).
# Sources: shop/cart.
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: egress-cart
  namespace: shop
spec:
  workloadSelector:
    labels:
      app: cart
  outboundTrafficPolicy:
    mode: REGISTRY_ONLY
  egress:
    - hosts:
        - '*/*.svc.cluster.local'
        - ./tcp-203-0-113-20.shop.egress.internal
---
# Seen 20 times on 2 days, from 2026-03-01 to 2026-03-02 (UTC).
# Sources: shop/web.
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: egress-web
  namespace: shop
spec:
  workloadSelector:
    labels:
      app: web
  outboundTrafficPolicy:
    mode: REGISTRY_ONLY
  egress:
    - hosts:
        - '*/*.svc.cluster.local'
        - ./api.example.com
`, string(result.YAML("")))
	assert.Equal(t, result.YAML(""), result.YAML("shop"))
	assert.Empty(t, result.YAML("bank"))
	assert.Equal(t, []string{"shop"}, result.Namespaces())

	read := resources.Read("shop.yaml", result.YAML(""), "")
	assert.Empty(t, read.Problems)
	assert.Len(t, read.ServiceEntries, 2)
	assert.Len(t, read.Sidecars, 3)
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
