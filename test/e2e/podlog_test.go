// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pieceSize is how much of a line container runtimes write at once.
const pieceSize = 16 << 10

// podLog is the log file of a proxy's container, as the kubelet and a container
// runtime make it.
type podLog struct {
	t       *testing.T
	runtime string
	path    string
	file    *os.File
	// entry is one write of the runtime: a piece of a line, the last one or not.
	entry func(piece string, last bool, at time.Time) string
	now   time.Time
}

// newPodLog makes the folder of a pod below root, and an empty file in it. The
// files of docker lie elsewhere, and the kubelet links to them.
func newPodLog(t *testing.T, root, namespace, pod, runtime string) *podLog {
	t.Helper()
	folder := filepath.Join(root, namespace+"_"+pod+"_2d8a4b6e-0c1f-4a57-9d3b-7f6c5e4d3b2a", "istio-proxy")
	require.NoError(t, os.MkdirAll(folder, 0o750))
	l := &podLog{t: t, runtime: runtime, path: filepath.Join(folder, "0.log"), entry: criEntry, now: firstEntry()}
	if runtime == docker {
		target := filepath.Join(t.TempDir(), pod+"-json.log")
		require.NoError(t, os.Symlink(target, l.path))
		l.path, l.entry = target, dockerEntry
	}
	l.open()
	t.Cleanup(func() { l.file.Close() })
	return l
}

// firstEntry is another time for each file.
func firstEntry() time.Time {
	return time.Date(2026, 11, 23, 3, 26, 42, int(podLogs.Add(1))*1000, time.UTC)
}

var podLogs atomic.Int64

const (
	containerd = "containerd"
	docker     = "docker"
)

func (l *podLog) open() {
	var err error
	l.file, err = os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(l.t, err)
}

// startsNow gives a line another START_TIME, as every line of a proxy has: files
// that begin alike would be one to file_log.
func (l *podLog) startsNow(line string) string {
	_, rest, found := strings.Cut(line, "]")
	require.True(l.t, found)
	return l.now.Format("[2006-01-02T15:04:05.000Z]") + rest
}

// write logs a line, in pieces if it is long.
func (l *podLog) write(line string) {
	for len(line) > pieceSize {
		l.piece(line[:pieceSize], false)
		line = line[pieceSize:]
	}
	l.piece(line, true)
}

// piece logs a part of a line.
func (l *podLog) piece(piece string, last bool) {
	l.now = l.now.Add(1234567 * time.Nanosecond)
	l.raw(l.entry(piece, last, l.now) + "\n")
}

// raw writes bytes that need not be an entry.
func (l *podLog) raw(text string) {
	_, err := l.file.WriteString(text)
	require.NoError(l.t, err)
}

// rotate gives the file another name and begins a new one, as the kubelet does
// with containerd and docker does itself.
func (l *podLog) rotate() {
	require.NoError(l.t, l.file.Close())
	l.now = l.now.Add(time.Second)
	name := l.path + l.now.Format(".20060102-150405")
	if l.runtime == docker {
		name = l.path + ".1"
	}
	require.NoError(l.t, os.Rename(l.path, name))
	l.open()
}

// criEntry is an entry of containerd: https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md.
func criEntry(piece string, last bool, at time.Time) string {
	tag := "P"
	if last {
		tag = "F"
	}
	return fmt.Sprintf("%s stdout %s %s", at.Format("2006-01-02T15:04:05.000000000Z"), tag, piece)
}

// dockerEntry is an entry of docker's json-file: the last piece ends in a newline.
func dockerEntry(piece string, last bool, at time.Time) string {
	if last {
		piece += "\n"
	}
	entry, err := json.Marshal(struct {
		Log    string    `json:"log"`
		Stream string    `json:"stream"`
		Time   time.Time `json:"time"`
	}{piece, "stdout", at})
	if err != nil {
		panic(err)
	}
	return string(entry)
}
