// SPDX-License-Identifier: Apache-2.0

// Package patternconverter takes spaces out of lists in the patterns of log files. People
// write `shop, payments` for the variable NAMESPACES, and no file has such a name.
//
// It is a converter of the Collector's configuration. A distribution lists it under
// `converters` of its builder file.
package patternconverter // import "github.com/otelcol-istio/otelcol-istio/confmap/converter/patternconverter"

import (
	"context"
	"regexp"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// NewFactory creates the factory of the converter.
func NewFactory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(confmap.ConverterSettings) confmap.Converter { return converter{} })
}

type converter struct{}

// Convert changes the key `include` of receivers of the type file_log, which was called
// filelog before, and nothing else: `{shop, payments}_*` becomes `{shop,payments}_*`.
func (converter) Convert(_ context.Context, conf *confmap.Conf) error {
	receivers, _ := conf.Get("receivers").(map[string]any)
	trimmed := map[string]any{}
	for id, settings := range receivers {
		section, _ := settings.(map[string]any)
		patterns, isList := section["include"].([]any)
		if name, _, _ := strings.Cut(id, "/"); name != "file_log" && name != "filelog" || !isList {
			continue
		}
		trimmed[id] = map[string]any{"include": trim(patterns)}
	}
	if len(trimmed) == 0 {
		return nil
	}
	return conf.Merge(confmap.NewFromStringMap(map[string]any{"receivers": trimmed}))
}

// trim copies patterns. What is no text is left to the receiver, which refuses it.
func trim(patterns []any) []any {
	all := make([]any, len(patterns))
	for i, p := range patterns {
		if s, ok := p.(string); ok {
			p = withoutSpaces(s)
		}
		all[i] = p
	}
	return all
}

// list matches the alternatives of a pattern, with their braces.
var list = regexp.MustCompile(`\{[^{}]*\}`)

func withoutSpaces(pattern string) string {
	return list.ReplaceAllStringFunc(pattern, func(braces string) string {
		alternatives := strings.Split(strings.Trim(braces, "{}"), ",")
		for i := range alternatives {
			alternatives[i] = strings.TrimSpace(alternatives[i])
		}
		return "{" + strings.Join(alternatives, ",") + "}"
	})
}
