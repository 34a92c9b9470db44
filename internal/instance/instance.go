// SPDX-License-Identifier: Apache-2.0

// Package instance says which gateway this is.
package instance // import "github.com/otelcol-istio/otelcol-istio/internal/instance"

import (
	"fmt"
	"os"
)

// ID is the value of the setting `instance_id`, or the name of the host if that is
// empty. An error names the setting.
func ID(configured string) (string, error) {
	if configured != "" {
		return configured, nil
	}
	host, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("`instance_id` is empty and the host's name is not known: %w", err)
	}
	return host, nil
}
