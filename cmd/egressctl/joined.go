// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// joined is the documents of files that matter for outbound traffic, as one text, and
// which line is whose.
type joined struct {
	text []byte
	// lines of the text.
	lines int
	parts []part
	// documents that were found.
	documents int
	// otherKinds counts resources that are left out, by their kind.
	otherKinds map[string]int
	// noResources counts documents that are left out as they are no resources.
	noResources int
	// charts of Helm are left out.
	charts []string
}

// part says where a document begins.
type part struct {
	file string
	// before is the line before its first one: that of the separator.
	before int
	// line is its first one in the file.
	line int
}

// add adds the documents of a file. Those that are no resources are left out if the file
// was found in a directory. If somebody named the file, the page tells what is wrong.
func (j *joined) add(file string, text []byte, found bool) {
	for _, d := range resources.Outline(text) {
		j.documents++
		switch {
		case d.Use == resources.OtherKind:
			j.otherKinds[d.Kind]++
		case d.Use == resources.NoResource && found:
			j.noResources++
		default:
			j.append("---\n")
			j.parts = append(j.parts, part{file, j.lines, d.Line})
			j.append(strings.TrimSuffix(string(d.Text), "\n") + "\n")
		}
	}
	if len(j.text) == 0 {
		j.append("---\n") // without a body the page takes its own files
	}
}

func (j *joined) append(text string) {
	j.text = append(j.text, text...)
	j.lines += strings.Count(text, "\n")
}

// place is where a line of the joined text stands: FILE:LINE.
func (j *joined) place(line int) string {
	for _, p := range slices.Backward(j.parts) {
		if line >= p.before {
			return fmt.Sprintf("%s:%d", p.file, p.line+max(line-p.before, 1)-1)
		}
	}
	return "input"
}

// leftOut tells what is left out, empty if nothing is.
func (j *joined) leftOut() string {
	var b strings.Builder
	total := 0
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(j.otherKinds)) {
		total += j.otherKinds[kind]
		kinds = append(kinds, fmt.Sprintf("%d %s", j.otherKinds[kind], printable(kind)))
	}
	if total > 0 {
		_, _ = fmt.Fprintf(&b, "left out: %s of kinds that have no part in outbound traffic: %s\n", counted(total, "resource", "resources"), strings.Join(kinds, ", "))
	}
	if j.noResources > 0 {
		_, _ = fmt.Fprintf(&b, "left out: %s without a field of a Kubernetes resource\n", counted(j.noResources, "document", "documents"))
	}
	for _, chart := range j.charts {
		_, _ = fmt.Fprintf(&b, "left out: the Helm chart %s, which must be rendered first\n", printable(chart))
	}
	return b.String()
}

// problem is why something that was sent is not used.
type problem struct {
	Line   int
	Reason string
}

// printProblems tells what could not be read.
func (c *command) printProblems(j *joined, problems []problem) {
	for _, p := range problems {
		_, _ = fmt.Fprintf(c.err, "%s: %s\n", j.place(p.Line), printable(p.Reason))
	}
}
