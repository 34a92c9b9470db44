// SPDX-License-Identifier: Apache-2.0

package otlpclient

import (
	"bytes"
	"fmt"
	"os"

	"go.opentelemetry.io/collector/pdata/plog"
)

// ReadJSONL reads a file that has one OTLP/JSON request a line.
func ReadJSONL(path string) ([]plog.Logs, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var requests []plog.Logs
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		logs, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, number, err)
		}
		requests = append(requests, logs)
	}
	return requests, nil
}

// Batch puts the contents of many requests into requests of about size records
// each, resources and scopes as they were.
func Batch(requests []plog.Logs, size int) []plog.Logs {
	var batches []plog.Logs
	current := plog.NewLogs()
	for _, r := range requests {
		for _, rl := range r.ResourceLogs().All() {
			rl.CopyTo(current.ResourceLogs().AppendEmpty())
		}
		if current.LogRecordCount() >= size {
			batches = append(batches, current)
			current = plog.NewLogs()
		}
	}
	if current.LogRecordCount() > 0 {
		batches = append(batches, current)
	}
	return batches
}
