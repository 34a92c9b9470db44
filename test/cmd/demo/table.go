// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// table is rows of cells, the first of which is the heading. Numbers stand to
// the right.
type table [][]any

func (t table) print(w io.Writer) {
	var widths []int
	for _, row := range t {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cellText(cell)))
		}
	}
	for _, row := range t {
		var line strings.Builder
		for i, cell := range row {
			content := cellText(cell)
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(content))
			if t.numeric(i) {
				content = pad + content
			} else {
				content += pad
			}
			line.WriteString("  " + content)
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// numeric tells a column of numbers by its first row.
func (t table) numeric(column int) bool {
	if len(t) < 2 {
		return false
	}
	switch t[1][column].(type) {
	case float64, int64:
		return true
	default:
		return false
	}
}

func cellText(cell any) string {
	switch v := cell.(type) {
	case string:
		return v
	case int64:
		return thousands(strconv.FormatInt(v, 10))
	case float64:
		if v == math.Trunc(v) {
			return thousands(strconv.FormatFloat(v, 'f', 0, 64))
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// thousands puts a space between groups of three digits.
func thousands(digits string) string {
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), " ")
}
