// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBackEnds asks VictoriaMetrics the same. It takes the last sample before the
// window into account and does not extrapolate: an event shows as it was until the
// first value leaves the window.
func TestBackEnds(t *testing.T) {
	server := startVictoriaMetrics(t)
	for _, s := range situations {
		if s.native {
			continue // it has no such histograms
		}
		t.Run(s.name, func(t *testing.T) {
			settings := map[string]any{"instance_id": s.name}
			for key, value := range s.settings {
				settings[key] = value
			}
			s.settings = settings
			arrived, began := s.run(t)
			write(t, server+"/api/v1/write", arrived)
			get(t, server+"/internal/force_flush")
			points := eachSecondOf(t, server, s.expression("increase"), s.name, began.Add(s.from), arrived[len(arrived)-1].at.Add(window+time.Minute))
			for _, p := range points {
				at := p.at.Sub(began)
				least, most := 0., 0.
				for _, e := range s.want {
					if at >= e.first && at < e.first+window {
						most += e.amount
						if at < e.zero+window {
							least += e.amount
						}
					}
				}
				assert.GreaterOrEqual(t, p.value, least, "at %v", at)
				assert.LessOrEqual(t, p.value, most, "at %v", at)
			}
		})
	}
}

var serverStarted = regexp.MustCompile(`started server at (http://[^/]+)/`)

// startVictoriaMetrics gives the URL of a server that ends with the test.
func startVictoriaMetrics(t *testing.T) string {
	t.Helper()
	binary := os.Getenv("VICTORIA_METRICS_BIN")
	if binary == "" {
		binary = "../../../_build/bin/victoria-metrics"
	}
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, binary, "-httpListenAddr=127.0.0.1:0", "-storageDataPath="+t.TempDir(),
		"-search.latencyOffset=0s", "-memory.allowedBytes=256MiB", "-retentionPeriod=100y")
	log, err := command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start(), "`make test-backends` builds it; VICTORIA_METRICS_BIN may name another")
	read := make(chan struct{})
	t.Cleanup(func() {
		cancel()
		<-read
		_ = command.Wait()
	})
	// The kernel chooses the port.
	lines := bufio.NewScanner(log)
	var server string
	for server == "" && lines.Scan() {
		if match := serverStarted.FindStringSubmatch(lines.Text()); match != nil {
			server = match[1]
		}
	}
	go func() {
		defer close(read)
		_, _ = io.Copy(io.Discard, log)
	}()
	require.NotEmpty(t, server, "it ended before it served")
	require.Eventually(t, func() bool {
		resp, err := http.Get(server + "/health")
		if err != nil {
			return false
		}
		return assert.NoError(t, resp.Body.Close()) && resp.StatusCode == http.StatusOK
	}, time.Minute, 100*time.Millisecond)
	return server
}

// eachSecondOf is like prometheus.eachSecond, of the series of one instance.
func eachSecondOf(t *testing.T, server, expression, instance string, from, to time.Time) (points []point) {
	t.Helper()
	var answer struct {
		Data struct {
			Result []struct{ Values [][2]any }
		}
	}
	body := get(t, server+"/api/v1/query_range?"+url.Values{
		"query": {expression}, "start": {strconv.FormatInt(from.Unix(), 10)}, "end": {strconv.FormatInt(to.Unix(), 10)}, "step": {"1s"},
		"extra_label": {"instance=" + instance}, "nocache": {"1"},
	}.Encode())
	require.NoError(t, json.Unmarshal(body, &answer))
	require.LessOrEqual(t, len(answer.Data.Result), 1, "%s has several results", expression)
	values := map[string]float64{}
	for _, r := range answer.Data.Result {
		for _, v := range r.Values {
			value, err := strconv.ParseFloat(v[1].(string), 64)
			require.NoError(t, err)
			values[fmt.Sprintf("%.0f", v[0])] = value
		}
	}
	for at := from; !at.After(to); at = at.Add(time.Second) {
		points = append(points, point{at, values[strconv.FormatInt(at.Unix(), 10)]})
	}
	return points
}

func get(t *testing.T, address string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, string(body))
	return body
}
