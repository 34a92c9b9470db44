// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxSources is the most workloads that a comment names.
const maxSources = 8

// dayFormat is how a comment writes a time: with the time of day, each export of a file
// would differ from the one before.
const dayFormat = "2006-01-02"

// YAML is the document with comments on what it is for. It ends with a newline.
//
// All texts of rows were checked when they became a part of the document. The YAML
// library quotes what needs it, and writes no comment but these.
func (d *Document) YAML() []byte {
	var resource any = d.Entry
	if d.Sidecar != nil {
		resource = d.Sidecar
	}
	var b bytes.Buffer
	for _, line := range d.comment() {
		b.WriteString("# " + line + "\n")
	}
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	// The structs hold texts and numbers only, and a buffer takes all.
	_ = e.Encode(resource)
	_ = e.Close()
	return b.Bytes()
}

// comment has the evidence and the notes.
func (d *Document) comment() []string {
	lines := slices.Clone(d.Notes)
	if len(d.Rows) == 0 {
		return lines
	}
	e := d.Evidence()
	sources := e.Sources
	if more := len(sources) - maxSources; more > 0 {
		sources = append(slices.Clone(sources[:maxSources]), fmt.Sprintf("%d more", more))
	}
	return append([]string{
		fmt.Sprintf("Seen %s on %s, from %s to %s (UTC).", counted(e.Count, "time"), counted(int64(e.Days), "day"),
			e.FirstSeen.UTC().Format(dayFormat), e.LastSeen.UTC().Format(dayFormat)),
		"Sources: " + strings.Join(sources, ", ") + ".",
	}, lines...)
}

// counted writes a number with its noun.
func counted(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.FormatInt(n, 10) + " " + noun + "s"
}

// YAML is the file of a namespace, or of all namespaces if that is empty. It is empty if
// there is nothing to write.
func (r *Result) YAML(namespace string) []byte {
	var b bytes.Buffer
	for i := range r.Documents {
		d := &r.Documents[i]
		if namespace != "" && namespace != d.ID.Namespace {
			continue
		}
		b.WriteString("---\n")
		b.Write(d.YAML())
	}
	return b.Bytes()
}
