// SPDX-License-Identifier: Apache-2.0

// Command rules generates the files of rules in deploy/prometheus from its mixin. With
// the flag --tests it writes the unit tests of these rules, each with the rules that it
// needs, to a folder.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/otelcol-istio/otelcol-istio/test/internal/mixin"
)

func main() {
	folder := flag.String("folder", "../deploy/prometheus", "the folder of the mixin")
	tests := flag.String("tests", "", "the folder to write unit tests to")
	flag.Parse()
	if err := generate(*folder, *tests); err != nil {
		fmt.Fprintln(os.Stderr, "rules:", err)
		os.Exit(1)
	}
}

func generate(folder, tests string) error {
	if tests != "" {
		return write(mixin.UnitTests, folder, tests)
	}
	return write(mixin.Files, folder, folder)
}

func write(generate func(folder string) (map[string][]byte, error), from, to string) error {
	files, err := generate(from)
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
