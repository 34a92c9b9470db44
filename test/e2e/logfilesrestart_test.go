// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-istio/otelcol-istio/test/internal/expect"
)

// pods are of every kind of workload, with what their names tell.
var pods = []struct{ namespace, pod, workload, runtime string }{
	{"shop", "web-7656cf8794-cgsm5", "web", containerd},
	{"shop", "db-0", "db", containerd},
	{"bank", "agent-x2kqp", "agent", containerd},
	{"bank", "backup-28391234-x2kqp", "backup", containerd},
	{"old", "web-6b8c5d7f9-lk2jh", "web", docker},
}

// proxyLogs are the log files of pods, and what should be counted of them.
type proxyLogs struct {
	t    *testing.T
	logs []*podLog
	from []labels
}

// add makes the file of a pod. The path alone tells who it is.
func (p *proxyLogs) add(root, namespace, pod, workload, runtime string) {
	p.logs = append(p.logs, newPodLog(p.t, root, namespace, pod, runtime))
	p.from = append(p.from, labels{
		"source_workload": workload, "source_canonical_service": workload, "source_workload_namespace": namespace,
	})
}

// write logs each kind of line n times in each file, the first in several pieces
// if it has a path, and one that is no access log.
func (p *proxyLogs) write(n int) {
	for _, log := range p.logs {
		for kind := range recorded {
			line := log.startsNow(recordedLine(p.t, kind))
			log.write(strings.Replace(line, "/get?x=1", "/"+strings.Repeat("a", 2*pieceSize), 1))
			for range n - 1 {
				log.write(line)
			}
		}
		log.write("2026-11-23T03:26:42.740000Z\tinfo\tEnvoy proxy is ready")
	}
}

// rotate rotates the files of the given runtimes.
func (p *proxyLogs) rotate(runtimes ...string) {
	for _, log := range p.logs {
		if slices.Contains(runtimes, log.runtime) {
			log.rotate()
		}
	}
}

// TestLogFiles reads the log files of proxies over rotations and restarts. Each
// line is counted once, whenever it was written.
func TestLogFiles(t *testing.T) {
	n := newNode(t, map[string]string{})
	e := expect.New(labels{"job": "otelcol-istio"})
	logs := &proxyLogs{t: t}
	for _, p := range pods {
		logs.add(n.logs, p.namespace, p.pod, p.workload, p.runtime)
	}
	wrote := func(times int) {
		logs.write(times)
		for _, from := range logs.from {
			for _, kind := range recorded {
				kind.count(e, times, from)
			}
		}
	}

	logs.write(5) // before the first start, so not counted
	n.start()
	n.watches(len(pods))
	wrote(3)
	n.settle("after the first lines", e)

	logs.add(n.logs, "shop", "late-7656cf8794-cgsm5", "late", containerd)
	wrote(2)
	n.settle("after a pod that came later", e)

	wrote(20)
	logs.rotate(containerd, docker)
	wrote(20)
	n.settle("after a rotation", e)

	wrote(30)
	n.stop()
	wrote(10)
	logs.rotate(containerd) // what docker rotates while nobody reads is not under /var/log/pods
	wrote(10)
	n.start()
	n.settle("after a stop, and a rotation before the next start", e)

	wrote(5)
	n.settle("before the kill", e)
	n.kill()
	wrote(5)
	n.start()
	n.settle("after a kill", e)
	n.stop()
	n.start()
	wrote(1)
	n.settle("after a stop without new lines", e)
	others, err := n.Metric(t.Context(), "otelcol_processor_istio_labels_records", `verdict="not_understood_format"`)
	require.NoError(t, err)
	assert.InDelta(t, len(logs.logs), others, 0, "what is no access log is counted, too")
	n.stop()
	n.settle("after the end", e)
}

// TestLogFilesOfNamespaces counts the proxies of the namespaces that are chosen,
// and of no other, whose name may begin alike.
func TestLogFilesOfNamespaces(t *testing.T) {
	n := newNode(t, map[string]string{"START_AT": "beginning", "NAMESPACES": "shop, bank"})
	e := expect.New(labels{"job": "otelcol-istio"})
	chosen, others := &proxyLogs{t: t}, &proxyLogs{t: t}
	chosen.add(n.logs, "shop", "web-0", "web", containerd)
	chosen.add(n.logs, "bank", "web-0", "web", containerd)
	others.add(n.logs, "shop-test", "web-0", "web", containerd)
	others.add(n.logs, "old", "web-0", "web", docker)
	others.write(1)
	chosen.write(1)
	for _, from := range chosen.from {
		for _, kind := range recorded {
			kind.count(e, 1, from)
		}
	}
	n.start()
	n.settle("after lines of four namespaces", e)
	n.stop()
	n.settle("after the end", e)
}
