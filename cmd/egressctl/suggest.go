// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

const pathSuggestions = "/api/v1/suggestions"

// suggest writes resources to the output, or a file of each namespace to a directory.
func suggest(ctx context.Context, c *command, args []string) error {
	namespace := c.flags.String("n", "", "`namespace` of the resources; without it those of all")
	allowed := c.flags.Bool("allowed", false, "with resources for traffic that ServiceEntries let through already")
	directory := c.flags.String("dir", "", "`directory` for a file of each namespace, called egress-NAMESPACE.yaml; it is made if it is not there")
	if err := c.parse(args); err != nil {
		return err
	}
	query := url.Values{}
	if *allowed {
		query.Set("allowed", "true")
	}
	if *directory == "" {
		text, err := c.suggestions(ctx, query, *namespace)
		if err == nil {
			_, err = c.out.Write(text)
		}
		return err
	}
	namespaces := []string{*namespace}
	if *namespace == "" {
		answer, err := askFor[struct{ Namespaces, Missing []string }](ctx, &c.client, pathSuggestions, query, nil)
		if err != nil {
			return err
		}
		if len(answer.Missing) > 0 {
			return errMissing(answer.Missing) // they may have other namespaces
		}
		namespaces = answer.Namespaces
	}
	return c.writeFiles(ctx, query, *directory, namespaces)
}

// suggestions is the file of a namespace.
func (c *command) suggestions(ctx context.Context, query url.Values, namespace string) ([]byte, error) {
	query.Set("format", "yaml")
	if namespace != "" {
		query.Set("namespace", namespace)
	}
	return c.client.ask(ctx, pathSuggestions, query, nil)
}

// writeFiles writes a file for each namespace. A name that is a path is refused: the
// page is not to say where we write.
func (c *command) writeFiles(ctx context.Context, query url.Values, directory string, namespaces []string) error {
	if err := os.MkdirAll(directory, 0o755); err != nil { //nolint:gosec // configuration that others read
		return err
	}
	for _, namespace := range namespaces {
		if !filepath.IsLocal(namespace) || filepath.Base(namespace) != namespace {
			return fmt.Errorf("%q is no namespace", namespace)
		}
		text, err := c.suggestions(ctx, query, namespace)
		if err != nil {
			return err
		}
		file := filepath.Join(directory, "egress-"+namespace+".yaml")
		if err := os.WriteFile(file, text, 0o644); err != nil { //nolint:gosec // configuration that others read
			return err
		}
		_, _ = fmt.Fprintln(c.out, file)
	}
	return nil
}
