// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/mixin"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proc"
	"github.com/otelcol-istio/otelcol-istio/test/internal/proctest"
	"github.com/otelcol-istio/otelcol-istio/test/internal/promclient"
)

const (
	// divisor makes half an hour of 15 seconds.
	divisor = 120
	// step is how often Prometheus evaluates, and gateways write.
	step = "250ms"
	// scrapeInterval is longer, because it bounds the time of a scrape: a busy machine
	// takes more than a step, and each scrape that fails ends the series of its target.
	scrapeInterval = "1s"
	// regularScrapes is how many scrapes of 15 seconds have to hear a proxy: fewer than
	// as shipped, because the time at which it was heard is a full second.
	regularScrapes = 5
)

// rulesConfig is what the tests set in _config.
var rulesConfig = map[string]any{
	"divisor":        divisor,
	"learnFor":       divisor, // a second
	"regularScrapes": regularScrapes,
}

// settings of the Prometheus. Targets are added as files.
const settings = `
global: {scrape_interval: %[2]s, scrape_timeout: %[2]s, evaluation_interval: %[1]s}
rule_files: [rules.yaml]
scrape_configs:
  - job_name: otelcol-istio
    honor_labels: true
    file_sd_configs: [{files: ['gateways/*.json'], refresh_interval: %[1]s}]
  - job_name: istio-proxies
    honor_labels: true
    file_sd_configs: [{files: ['proxies/*.json'], refresh_interval: %[1]s}]
`

// prometheus is a whole one, with the rules.
type prometheus struct {
	*promclient.Client
	dir string
}

var listening = regexp.MustCompile(`msg="Listening on" component=web address=(\S+)`)

func startPrometheus(t *testing.T) *prometheus {
	t.Helper()
	p := &prometheus{dir: t.TempDir()}
	groups, err := mixin.Groups("../../deploy/prometheus", rulesConfig)
	require.NoError(t, err)
	rules, err := mixin.Render(groups)
	require.NoError(t, err)
	p.write(t, "rules.yaml", rules)
	p.write(t, "prometheus.yaml", fmt.Appendf(nil, settings, step, scrapeInterval))
	for _, folder := range []string{"gateways", "proxies"} {
		require.NoError(t, os.Mkdir(filepath.Join(p.dir, folder), 0o755))
	}
	process, err := proc.Start(proc.Command{Name: "whole prometheus", Path: wholePrometheus.Find(t), Args: []string{
		"--config.file=" + filepath.Join(p.dir, "prometheus.yaml"), "--storage.tsdb.path=" + filepath.Join(p.dir, "data"),
		"--web.listen-address=127.0.0.1:0", "--web.enable-remote-write-receiver",
		// Divided, too.
		"--query.lookback-delta=2500ms",
	}})
	require.NoError(t, err)
	proctest.EndWith(t, process)
	match, err := process.WaitLog(t.Context(), listening)
	require.NoError(t, err)
	p.Client = promclient.New("http://" + match[1])
	require.NoError(t, process.WaitHTTP(t.Context(), p.Base()+"/-/ready"))
	return p
}

func (p *prometheus) write(t *testing.T, name string, text []byte) {
	t.Helper()
	// Prometheus may be reading it.
	path := filepath.Join(p.dir, name)
	require.NoError(t, os.WriteFile(path+".new", text, 0o644))
	require.NoError(t, os.Rename(path+".new", path))
}

// scrape adds a target of a job, or replaces the one of the same instance.
func (p *prometheus) scrape(t *testing.T, folder, url string, labels map[string]string) {
	t.Helper()
	address, path, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	all := map[string]string{"__metrics_path__": "/" + path}
	maps.Copy(all, labels)
	text, err := json.Marshal([]any{map[string]any{"targets": []string{address}, "labels": all}})
	require.NoError(t, err)
	p.write(t, filepath.Join(folder, labels["instance"]+".json"), text)
}

// seen waits until each gateway was up for longer than the windows of the rules on
// gateways are. A counter that appears is then an event, and not a new target.
func (p *prometheus) seen(t *testing.T) {
	t.Helper()
	targets, err := filepath.Glob(filepath.Join(p.dir, "gateways", "*.json"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		v, err := p.Value(t.Context(), `count(up{job="otelcol-istio"} offset 6s == 1)`)
		return err == nil && int(v) == len(targets)
	}, patience, 100*time.Millisecond)
}
