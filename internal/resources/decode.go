// SPDX-License-Identifier: Apache-2.0

package resources

import (
	"bytes"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document is a part of a file between two separators.
type document struct {
	text []byte
	// line is its first one in the file.
	line int
}

// splitDocuments cuts a file at the lines that start or end a document, so that an error
// in one document does not cost the ones after it. No such line can be a part of a YAML
// value. Source: YAML 1.2, section 9.1.
func splitDocuments(data []byte) []document {
	var documents []document
	current := document{line: 1}
	end := func(next int) {
		if len(bytes.TrimSpace(current.text)) > 0 {
			documents = append(documents, current)
		}
		current = document{line: next}
	}
	line := 0
	for text := range bytes.Lines(data) {
		line++
		switch marker, rest := cutMarker(text); marker {
		case "---":
			end(line)
			current.text = append(append(current.text, "   "...), rest...)
		case "...":
			end(line + 1)
		default:
			current.text = append(current.text, text...)
		}
	}
	end(0)
	return documents
}

// cutMarker finds a line's separator and what stands behind it.
func cutMarker(line []byte) (marker string, rest []byte) {
	for _, m := range []string{"---", "..."} {
		after, ok := bytes.CutPrefix(line, []byte(m))
		if ok && (len(after) == 0 || strings.IndexByte(" \t\r\n", after[0]) >= 0) {
			return m, after
		}
	}
	return "", nil
}

// maxKeys of a map is more than any resource has. The YAML library compares each key with
// all others.
const maxKeys = 1000

// unwieldy tells why a document is not decoded: it is nested too deep, or has a map with
// too many keys. An alias is not followed: the YAML library refuses those that grow a
// document too much.
func unwieldy(n *yaml.Node, depth int) string {
	switch {
	case depth > maxDepth:
		return fmt.Sprintf("lists and maps are nested more than %d deep", maxDepth)
	case n.Kind == yaml.MappingNode && len(n.Content) > 2*maxKeys:
		return fmt.Sprintf("a map has more than %d keys", maxKeys)
	}
	for _, c := range n.Content {
		if reason := unwieldy(c, depth+1); reason != "" {
			return reason
		}
	}
	return ""
}

// value is that of a key of a map, nil if there is none.
func value(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// spec reads the spec of a resource and tells whether it is one. A field that the
// resource does not have is an error, as it is for `kubectl apply`: a misspelled
// `exportTo` would export to all.
func (r *reader) spec(n *yaml.Node, into any, id ID) bool {
	spec := value(n, "spec")
	if spec == nil {
		r.problem(n.Line, id, "it has no spec")
		return false
	}
	text, err := yaml.Marshal(spec)
	if err == nil {
		d := yaml.NewDecoder(bytes.NewReader(text))
		d.KnownFields(true)
		err = d.Decode(into)
	}
	if err != nil {
		r.problem(spec.Line, id, withoutLines(err.Error()))
	}
	return err == nil
}

// withoutLines removes line numbers from an error of the YAML library, which are those
// of the spec alone.
func withoutLines(text string) string {
	var kept []string
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "yaml: unmarshal errors:\n"), "\n") {
		part = strings.TrimSpace(part)
		if strings.HasPrefix(part, "line ") {
			if _, after, ok := strings.Cut(part, ": "); ok {
				part = after
			}
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, "; ")
}
