// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// files are the dashboards by the names of their files.
var files = map[string]func() (document, error){
	"egress.json":  egress,
	"gateway.json": gateway,
}

func main() {
	output := flag.String("output", "../../deploy/grafana", "directory to write to; it has to exist")
	flag.Parse()
	if err := run(*output); err != nil {
		fmt.Fprintln(os.Stderr, "dashboards:", err)
		os.Exit(1)
	}
}

func run(output string) error {
	for name, build := range files {
		content, err := encode(build)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(output, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// encode writes a dashboard as Grafana exports it.
func encode(build func() (document, error)) ([]byte, error) {
	built, err := build()
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(built)
	return unescape(content.Bytes()), err
}

// unescape spells out what the SDK's own encoders escape for HTML. No text of ours has
// a backslash before it.
func unescape(content []byte) []byte {
	for escape, plain := range map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&"} {
		content = bytes.ReplaceAll(content, []byte(escape), []byte(plain))
	}
	return content
}
