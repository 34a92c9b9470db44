// SPDX-License-Identifier: Apache-2.0

package entry

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/otelcol-istio/otelcol-istio/receiver/envoyaccesslogreceiver/internal/alstest"
)

// receiverDir is that of the receiver, whose tests have messages of their own.
const receiverDir = "../../.."

// sample is an entry as a proxy sends it.
type sample struct {
	kind Kind
	raw  []byte
}

// capturedSamples are what the proxies of a mesh sent.
func capturedSamples(t testing.TB, mesh string) []sample {
	t.Helper()
	return readSamples(t, filepath.Join(receiverDir, "../../testdata/captures", mesh, "als.jsonl"))
}

// allSamples are the entries of all meshes, and those that golden files are for.
func allSamples(t testing.TB) (all []sample) {
	t.Helper()
	for _, pattern := range []string{"../../testdata/captures/*/als.jsonl", "testdata/golden/*/input.jsonl"} {
		files, err := filepath.Glob(filepath.Join(receiverDir, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			all = append(all, readSamples(t, file)...)
		}
	}
	return all
}

// readSamples are the entries of a file.
func readSamples(t testing.TB, file string) (all []sample) {
	t.Helper()
	add := func(kind Kind, m proto.Message) {
		raw, err := proto.Marshal(m)
		require.NoError(t, err)
		all = append(all, sample{kind, raw})
	}
	for _, m := range alstest.Read(t, file) {
		for _, e := range m.Message.GetHttpLogs().GetLogEntry() {
			add(HTTP, e)
		}
		for _, e := range m.Message.GetTcpLogs().GetLogEntry() {
			add(TCP, e)
		}
	}
	require.NotEmpty(t, all)
	return all
}
