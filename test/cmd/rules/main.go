// SPDX-License-Identifier: Apache-2.0

// Command rules generates the files of rules in deploy/prometheus from its mixin.
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
	flag.Parse()
	if err := generate(*folder); err != nil {
		fmt.Fprintln(os.Stderr, "rules:", err)
		os.Exit(1)
	}
}

func generate(folder string) error {
	files, err := mixin.Files(folder)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
