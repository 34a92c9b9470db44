// SPDX-License-Identifier: Apache-2.0

package page

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
)

func TestSummarize(t *testing.T) {
	blocked := row("b.example.com")
	blocked.Decision, blocked.FirstSeen = egress.Blocked, noon.Add(-48*time.Hour)
	longAgo := blocked
	longAgo.LastSeen = noon.Add(-25 * time.Hour)
	more := row("")
	more.Overflow = true
	other := row("a.example.com")
	other.Source = egress.Source{Namespace: "bank", Workload: "batch"}

	got := summarize([]egress.Row{row("a.example.com"), blocked, longAgo, more, other}, noon.Add(-recently))
	require.Len(t, got, 2)
	assert.Equal(t, "bank", got[0].Name)
	web := got[1].Workloads[0]
	assert.Equal(t, 2, web.Destinations, "a name on two ports is one destination")
	assert.Equal(t, 1, web.New)
	assert.Equal(t, 1, web.Blocked)
	assert.Equal(t, []string{"b.example.com", "a.example.com"}, web.Top, "the most traffic first")
	assert.Zero(t, web.More())
	assert.True(t, web.Overflow)
	assert.EqualValues(t, 8, web.Connections)
	assert.Equal(t, "/destinations?decision=blocked&namespace=shop&seen=24h&workload=web", web.BlockedOnes())
	assert.Equal(t, "/destinations?namespace=shop&new=24h&workload=web", web.NewOnes())
}

// At 500 workloads the picture shows those with the most traffic, and says how many
// there are beside them. All traffic is in it.
func TestPicture(t *testing.T) {
	for _, workloads := range []int{1, 5, maxNodes, maxNodes + 1, maxNodes + 2, 500} {
		var rows []egress.Row
		var total int64
		for i := range workloads {
			r := row("host-" + strconv.Itoa(i) + ".example.com")
			r.Source.Workload = "w" + strconv.Itoa(i)
			r.Connections = int64(i + 1)
			total += r.Connections
			rows = append(rows, r)
		}
		p := drawPicture(rows)
		assert.LessOrEqual(t, len(p.Left), maxNodes+1)
		for _, nodes := range [][]node{p.Left, p.Right} {
			var sum int64
			for _, n := range nodes {
				sum += n.Count
				assert.Less(t, n.Y, p.Height)
			}
			assert.Equal(t, total, sum)
		}
		if workloads > maxNodes+1 {
			last := p.Left[maxNodes]
			assert.Equal(t, strconv.Itoa(workloads-maxNodes)+" other workloads", last.Label)
			assert.Empty(t, last.Link)
		} else {
			assert.Len(t, p.Left, workloads, "one more node is no worse than a node of one other")
		}
		for _, l := range p.Links {
			assert.GreaterOrEqual(t, l.Width, 1.5)
			assert.LessOrEqual(t, l.Width, float64(maxStroke))
		}
	}
	assert.Empty(t, drawPicture(nil).Links)
}

// What no query asks for has no link: it would lead to no rows.
func TestPictureOfOverflow(t *testing.T) {
	own, others := row(""), row("")
	own.Overflow, others.Overflow = true, true
	others.Source = egress.Source{}
	p := drawPicture([]egress.Row{row("a.example.com"), own, others})
	links := map[string]string{}
	for _, n := range append(p.Left, p.Right...) {
		links[n.Label] = n.Link
	}
	assert.Equal(t, map[string]string{
		"shop/web":                 "/destinations?namespace=shop&workload=web",
		"all other workloads":      "",
		"a.example.com":            "/destinations?destination=a.example.com",
		"beyond the limit of rows": "",
	}, links)
}

func TestShorten(t *testing.T) {
	assert.Equal(t, "api.example.com", shorten("api.example.com"))
	long := shorten("ü" + strings.Repeat("a", 300) + ".example.com")
	assert.Len(t, []rune(long), maxLabel)
	assert.True(t, strings.HasPrefix(long, "üaaa") && strings.HasSuffix(long, "a.example.com"))
}

func TestHumanNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 5 << 20: "5.0 MiB", 1<<63 - 1: "8192.0 PiB"} {
		assert.Equal(t, want, humanBytes(n))
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1\u00a0000", 1234567: "1\u00a0234\u00a0567", 123456: "123\u00a0456"} {
		assert.Equal(t, want, groupDigits(n))
	}
}

// The host of a ServiceEntry stands beside the decision where it is another than the
// destination.
func TestEntry(t *testing.T) {
	same, other := row("api.example.com"), row("api.example.com")
	same.Decision, same.Entry = egress.Allowed, "api.example.com"
	other.Decision, other.Entry = egress.Allowed, "*.example.com"
	assert.Empty(t, destinationsData{}.Entry(egress.Related{Row: same}))
	assert.Equal(t, "*.example.com", destinationsData{}.Entry(egress.Related{Row: other}))
}

// Workloads without a row of their own have no link: it would lead to all rows.
func TestOtherWorkloads(t *testing.T) {
	others := row("")
	others.Overflow, others.Source = true, egress.Source{}
	w := get(t, serve(t, others), "/")
	assert.Contains(t, texts(t, w, "th"), "all other workloads more than fits")
	for _, link := range texts(t, w, "a") {
		assert.NotContains(t, link, "other workloads")
	}
}
