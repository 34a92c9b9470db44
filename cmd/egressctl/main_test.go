// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/internal/egress"
	"github.com/otelcol-istio/otelcol-istio/internal/test/pagetest"
)

// to is traffic of a workload of two days.
func to(namespace, destination string) egress.Row {
	now := time.Now().UTC()
	return egress.Row{
		Key: egress.Key{
			Source:      egress.Source{Namespace: namespace, Workload: "web", App: "web"},
			Destination: destination, NameSource: egress.NameOfServer, Port: 443, Traffic: egress.TLS, Decision: egress.Passed,
		},
		Counts: egress.Counts{Connections: 12}, FirstSeen: now.Add(-24 * time.Hour), LastSeen: now, Days: 0b11, Addresses: []string{"203.0.113.10"},
	}
}

// serve runs the extension with rows and returns the URL of the page.
func serve(t *testing.T, rows ...egress.Row) string {
	t.Helper()
	return pagetest.Serve(t, pagetest.Ledger{Since: time.Now().Add(-90 * 24 * time.Hour), All: rows})
}

// ran is what a run left behind.
type ran struct {
	code     int
	out, err string
}

func do(t *testing.T, in string, args ...string) ran {
	t.Helper()
	var out, stderr bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(in), &out, &stderr)
	return ran{code, out.String(), stderr.String()}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// What is suggested and written to files is no difference.
func TestSuggestAndDiff(t *testing.T) {
	url := serve(t, to("shop", "api.example.com"), to("bank", "www.example.com"))
	all := do(t, "", "suggest", "-url", url)
	require.Equal(t, exitWell, all.code, all.err)
	assert.Contains(t, all.out, "name: api.example.com")
	assert.Contains(t, all.out, "name: www.example.com")
	one := do(t, "", "suggest", "-url", url, "-n", "bank")
	assert.NotContains(t, one.out, "api.example.com")

	dir := filepath.Join(t.TempDir(), "mesh", "egress")
	files := do(t, "", "suggest", "-url", url, "-dir", dir)
	require.Equal(t, exitWell, files.code, files.err)
	assert.Equal(t, filepath.Join(dir, "egress-bank.yaml")+"\n"+filepath.Join(dir, "egress-shop.yaml")+"\n", files.out)
	text, err := os.ReadFile(filepath.Join(dir, "egress-bank.yaml"))
	require.NoError(t, err)
	assert.Equal(t, one.out, string(text))

	write(t, dir, "kustomization.yaml", "resources: [egress-bank.yaml, egress-shop.yaml]\n")
	same := do(t, "", "diff", "-url", url, "-f", dir)
	assert.Equal(t, exitWell, same.code, same)
	assert.Contains(t, same.out, "0 missing, 0 changed, 2 unchanged")
	part := do(t, "", "diff", "-url", url, "-f", filepath.Join(dir, "egress-bank.yaml"))
	assert.Equal(t, exitDiffers, part.code)
	assert.Contains(t, part.out, "missing: ServiceEntry shop/api.example.com\n")
	input := do(t, string(text), "diff", "-url", url, "-f", "-", "-n", "bank")
	assert.Equal(t, exitWell, input.code, input)
}

// An entry is unused if other entries are used and it is not.
func TestUnusedEntries(t *testing.T) {
	used := to("shop", "api.example.com")
	used.Decision, used.Entry = egress.Allowed, "api.example.com"
	url := serve(t, used)
	file := write(t, t.TempDir(), "a.yaml", do(t, "", "suggest", "-url", url, "-allowed").out+
		"---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: old, namespace: shop}\nspec: {hosts: [old.example.com], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}\n")
	got := do(t, "", "diff", "-url", url, "-f", file)
	assert.Equal(t, exitWell, got.code, got)
	assert.Contains(t, got.out, "unused: ServiceEntry shop/old, old.example.com never seen\n")
	assert.Equal(t, exitDiffers, do(t, "", "diff", "-url", url, "-f", file, "-unused").code)
}

func TestHoles(t *testing.T) {
	url := serve(t, to("unknown", "api.example.com")) // needs nothing
	file := write(t, t.TempDir(), "a.yaml", "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: db, namespace: shop}\n"+
		"spec: {hosts: [db.example.com], exportTo: ['.'], resolution: NONE, ports: [{number: 9000, name: tcp, protocol: TCP}]}\n")
	got := do(t, "", "diff", "-url", url, "-f", file)
	assert.Equal(t, exitWell, got.code)
	assert.Contains(t, got.out, "hole: ServiceEntry shop/db, port 9000: ")
	assert.Equal(t, exitDiffers, do(t, "", "diff", "-url", url, "-f", file, "-holes").code)

	others := to("shop", "evil.example.org")
	others.Decision, others.Entry, others.Port, others.OtherPorts = egress.Allowed, "gone.example.com", 0, true
	got = do(t, "", "diff", "-url", serve(t, others), "-f", file)
	assert.Contains(t, got.out, "hole: ServiceEntry of gone.example.com, port other: ")
	assert.Contains(t, got.out, "\n  used by shop/web: evil.example.org\n")
	mismatch := to("shop", "gone.example.com")
	mismatch.Decision, mismatch.Entry, mismatch.NameSource = egress.Allowed, "gone.example.com", egress.EntryMismatch
	mismatch.ClientNames = []string{"worse.example.org", "a\x1b[2Jb"}
	got = do(t, "", "diff", "-url", serve(t, mismatch), "-f", file)
	assert.Contains(t, got.out, "\n  used by shop/web: worse.example.org, a")
	assert.NotContains(t, got.out, "\x1b")
	file = write(t, t.TempDir(), "a.yaml", "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: db, namespace: shop}\n"+
		"spec: {hosts: [db.example.com], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}\n")
	assert.Contains(t, do(t, "", "diff", "-url", url, "-f", file).out, "hole: ServiceEntry shop/db, port all: ")
}

// What cannot be told is no success.
func TestErrors(t *testing.T) {
	url := serve(t, to("shop", "api.example.com"))
	dir := t.TempDir()
	good := write(t, dir, "a.yaml", "kind: Service\nmetadata: {name: a}\n")
	bad := write(t, dir, "b.yaml", "\nkind: [\n")
	large := write(t, t.TempDir(), "c.yaml", "kind: Sidecar\n"+strings.Repeat("#", 1<<20))
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"no command", nil, "Usage"},
		{"an unknown command", []string{"apply"}, "Usage"},
		{"an unknown flag", []string{"diff", "-x"}, "-x"},
		{"an argument that is no flag", []string{"suggest", "shop"}, `"shop" is no flag`},
		{"no file", []string{"diff", "-url", url}, "-f must name a file"},
		{"a file that is not there", []string{"diff", "-url", url, "-f", "nowhere.yaml"}, "nowhere.yaml"},
		{"an empty directory", []string{"diff", "-url", url, "-f", t.TempDir()}, "the files are empty"},
		{"a file that is no YAML", []string{"diff", "-url", url, "-f", good, "-f", bad}, "b.yaml:"},
		{"too much", []string{"diff", "-url", url, "-f", large}, "1048595 bytes"},
		{"no URL", []string{"suggest", "-url", "localhost:8686"}, "-url must be a URL"},
		{"nobody there", []string{"suggest", "-url", "http://127.0.0.1:1"}, "refused"},
		{"half a certificate", []string{"suggest", "-url", url, "-cert-file", good}, "belong together"},
		{"roots that are none", []string{"suggest", "-url", url, "-ca-file", good}, "holds no certificate"},
		{"no token", []string{"suggest", "-url", url, "-token-file", "nowhere"}, "-token-file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := do(t, "", tc.args...)
			assert.Equal(t, exitError, got.code)
			assert.Contains(t, got.err, tc.want)
		})
	}
	assert.Equal(t, exitWell, do(t, "", "diff", "-h").code)
}

// A page does not say where files are written, nor what the terminal does.
func TestHostilePage(t *testing.T) {
	for body, args := range map[string][]string{
		`{"namespaces": ["../../etc"]}`: {"suggest", "-dir", t.TempDir()},
		`{"namespaces": [".."]}`:        {"suggest", "-dir", t.TempDir()},
		`{"added": [{"id": {"kind": "\u001b[2J\nmissing", "name": "\u0007"}}], "missing": ["\u001b]0;x"]}`: {"diff", "-f", write(t, t.TempDir(), "a.yaml", "a: b")},
		`nonsense`: {"diff", "-f", write(t, t.TempDir(), "a.yaml", "a: b")},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("format") == "yaml" {
				http.Error(w, "not reached", http.StatusTeapot)
				return
			}
			_, _ = w.Write([]byte(body))
		}))
		got := do(t, "", append([]string{args[0], "-url", server.URL}, args[1:]...)...)
		server.Close()
		assert.Equal(t, exitError, got.code)
		assert.NotContains(t, got.out+got.err, "\x1b")
		assert.NotContains(t, got.err, "not reached")
	}
}

// What a gateway knows that did not answer is not in the files, nor among the verdicts.
func TestMissingGateways(t *testing.T) {
	first := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if first {
			_, _ = w.Write([]byte(`{"namespaces": [], "missing": ["10.0.0.2:8686"], "pages": 1}`))
		} else {
			_, _ = w.Write([]byte(`{"pages": 1}`))
		}
		first = false
	}))
	defer server.Close()
	for _, args := range [][]string{{"suggest", "-dir", t.TempDir()}, {"whatif", "-with", "suggestions"}} {
		first = true
		got := do(t, "", append(args, "-url", server.URL)...)
		assert.Equal(t, exitError, got.code, args)
		assert.Contains(t, got.err, "10.0.0.2:8686")
	}
}

// The token goes to the page, and to nobody else.
func TestToken(t *testing.T) {
	asked := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer other.Close()
	var token string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token = r.Header.Get("Authorization")
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	defer server.Close()
	got := do(t, "", "suggest", "-url", server.URL, "-token-file", write(t, t.TempDir(), "token", "abc\n"))
	assert.Equal(t, exitError, got.code)
	assert.Equal(t, "Bearer abc", token)
	assert.False(t, asked)
}

func TestWhatif(t *testing.T) {
	url := serve(t, to("shop", "api.example.com"), to("bank", "www.example.com"))
	dir := t.TempDir()
	require.Equal(t, exitWell, do(t, "", "suggest", "-url", url, "-dir", dir).code)
	all := do(t, "", "whatif", "-url", url, "-f", dir)
	assert.Equal(t, exitWell, all.code, all)
	assert.Equal(t, "bank/web: ready\nshop/web: ready\n", all.out)

	part := do(t, "", "whatif", "-url", url, "-f", filepath.Join(dir, "egress-bank.yaml"))
	assert.Equal(t, exitDiffers, part.code)
	assert.Contains(t, part.out, "breaks: shop/web to api.example.com:443, now passed, then blocked.")
	assert.Contains(t, part.out, "shop/web: 1 destination would break, 0 are unknown\n")
	assert.Equal(t, exitWell, do(t, "", "whatif", "-url", url, "-f", filepath.Join(dir, "egress-bank.yaml"), "-n", "bank", "-w", "web").code)
	assert.Equal(t, exitWell, do(t, "", "whatif", "-url", url, "-f", filepath.Join(dir, "egress-bank.yaml"), "-mode", "ALLOW_ANY").code)
	assert.Equal(t, exitWell, do(t, "", "whatif", "-url", url, "-with", "suggestions").code)
	assert.Equal(t, exitError, do(t, "", "whatif", "-url", url, "-f", dir, "-mode", "DENY").code)
	assert.Equal(t, exitError, do(t, "", "whatif", "-url", url).code)
}

// Rows of all pages are written.
func TestManyVerdicts(t *testing.T) {
	var rows []egress.Row
	for i := range 450 {
		r := to("shop", "h"+strconv.Itoa(i)+".example.com")
		r.Addresses = nil
		rows = append(rows, r)
	}
	url := serve(t, rows...)
	got := do(t, "kind: VirtualService\nmetadata: {name: a}\n", "whatif", "-url", url, "-f", "-")
	assert.Equal(t, exitDiffers, got.code)
	assert.Equal(t, 450, strings.Count(got.out, "breaks: "), got.err)
}

// What is not known breaks nothing, unless somebody is strict.
func TestUnknownVerdicts(t *testing.T) {
	r := to("unknown", "api.example.com")
	url := serve(t, r)
	file := write(t, t.TempDir(), "a.yaml", "kind: VirtualService\nmetadata: {name: a}\n")
	got := do(t, "", "whatif", "-url", url, "-f", file)
	assert.Equal(t, exitWell, got.code)
	assert.Contains(t, got.out, "not considered: VirtualService a\n")
	assert.Equal(t, exitDiffers, do(t, "", "whatif", "-url", url, "-f", file, "-strict").code)
}

// A destination has one line, that of its worst row, as the counts count it once.
func TestOneLineForEachDestination(t *testing.T) {
	tls, http, blocked := to("shop", "api.example.com"), to("shop", "API.example.com"), to("shop", "api.example.com")
	http.Traffic, http.NameSource = egress.HTTP, egress.NameOfHost
	blocked.Decision = egress.Blocked
	never := to("shop", "www.example.com")
	never.Decision = egress.Blocked
	url := serve(t, tls, http, blocked, never)
	got := do(t, "kind: VirtualService\nmetadata: {name: a}\n", "whatif", "-url", url, "-f", "-")
	assert.Equal(t, exitDiffers, got.code, got)
	lines := strings.Split(got.out, "\n")
	require.Len(t, lines, 5, got.out)
	assert.True(t, strings.HasPrefix(strings.ToLower(lines[0]), "breaks: shop/web to api.example.com:443, "), lines[0])
	assert.True(t, strings.HasPrefix(lines[1], "stays blocked: shop/web to www.example.com:443, "), lines[1])
	assert.Equal(t, "shop/web: 1 destination would break, 0 are unknown", lines[2])
}

// Who asks about nobody gets no success.
func TestNoTraffic(t *testing.T) {
	url := serve(t, to("shop", "api.example.com"))
	dir := t.TempDir()
	require.Equal(t, exitWell, do(t, "", "suggest", "-url", url, "-dir", dir).code)
	nothing := write(t, t.TempDir(), "a.yaml", "kind: VirtualService\nmetadata: {name: a}\n")
	shared := write(t, t.TempDir(), "a.yaml", "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: db, namespace: istio-system}\n"+
		"spec: {hosts: [db.example.com], resolution: DNS, ports: [{number: 443, name: tls, protocol: TLS}]}\n")
	for _, tc := range []struct {
		want string
		args []string
	}{
		{"no traffic of bank was seen", []string{"whatif", "-url", url, "-with", "suggestions", "-n", "bank"}},
		{"no traffic of shop/nosuch was seen", []string{"whatif", "-url", url, "-with", "suggestions", "-n", "shop", "-w", "nosuch"}},
		{"no traffic of workload nosuch was seen", []string{"whatif", "-url", url, "-with", "suggestions", "-w", "nosuch"}},
		{"no traffic of bank was seen", []string{"diff", "-url", url, "-f", dir, "-n", "bank"}},
		{"no traffic was seen", []string{"whatif", "-url", serve(t), "-f", dir}},
		{"no traffic was seen", []string{"diff", "-url", serve(t), "-f", dir}},
		{"no traffic was seen", []string{"diff", "-url", serve(t), "-f", nothing}},
		{"no traffic was seen", []string{"diff", "-url", serve(t), "-f", shared, "-n", "istio-system", "-holes"}},
	} {
		got := do(t, "", tc.args...)
		assert.Equal(t, exitError, got.code, tc.args)
		assert.Equal(t, "egressctl: "+tc.want+"\n", got.err, tc.args)
	}
	got := do(t, "", "diff", "-url", url, "-f", shared, "-n", "istio-system")
	assert.Equal(t, exitWell, got.code, "its entries are for the traffic of others: %v", got)
}
