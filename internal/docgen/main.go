// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const outputDir = "docs/reference"

// pages by name of file. Each is rendered from the checkout at root.
var pages = map[string]func(root string) (string, error){
	"labels.md":        labelsPage,
	"metrics.md":       metricsPage,
	"contract.md":      contractPage,
	"operators.md":     operatorsPage,
	"configuration.md": configurationPage,
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: docgen ROOT_OF_THE_CHECKOUT")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func write(root string) error {
	for name, render := range pages {
		text, err := render(root)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		file := filepath.Join(root, outputDir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
