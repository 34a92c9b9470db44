// SPDX-License-Identifier: Apache-2.0

package accesslogtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// CapturedLines are the text bodies of testdata/captures, which lies in the
// directory root.
func CapturedLines(tb testing.TB, root string) (lines []string) {
	tb.Helper()
	files, err := filepath.Glob(root + "/testdata/captures/*/text.jsonl")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(tb, err)
		for request := range strings.Lines(string(b)) {
			var logs struct {
				ResourceLogs []struct {
					ScopeLogs []struct {
						LogRecords []struct {
							Body struct {
								StringValue string `json:"stringValue"`
							} `json:"body"`
						} `json:"logRecords"`
					} `json:"scopeLogs"`
				} `json:"resourceLogs"`
			}
			require.NoError(tb, json.Unmarshal([]byte(request), &logs))
			lines = append(lines, logs.ResourceLogs[0].ScopeLogs[0].LogRecords[0].Body.StringValue)
		}
	}
	return lines
}
