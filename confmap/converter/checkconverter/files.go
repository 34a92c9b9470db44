// SPDX-License-Identifier: Apache-2.0

package checkconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/checkconverter"

import (
	"github.com/bmatcuk/doublestar/v4"
	"go.opentelemetry.io/collector/confmap"
)

// emptyHanded is a receiver of log files, and its patterns, of which none matches a
// file.
type emptyHanded struct {
	receiver string
	patterns []string
}

// withoutFiles finds receivers of log files that have nothing to read now. The
// receiver itself says so at the log level debug only. It matches as this does.
func withoutFiles(c *components) (found []emptyHanded) {
	for _, receiver := range c.ofType("receivers", "file_log") {
		patterns := texts(c.conf.Get(receiver + confmap.KeyDelimiter + "include"))
		if len(patterns) > 0 && !anyMatches(patterns) {
			found = append(found, emptyHanded{receiver, patterns})
		}
	}
	return found
}

// anyMatches leaves patterns that are none to the receiver, which refuses them.
func anyMatches(patterns []string) bool {
	for _, pattern := range patterns {
		if files, err := doublestar.FilepathGlob(pattern, doublestar.WithFilesOnly()); err != nil || len(files) > 0 {
			return true
		}
	}
	return false
}
