package readme

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../../../"

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(root + file)
	require.NoError(t, err)
	return string(b)
}

// table gives the cells of the table that has this heading, without it.
func table(t *testing.T, heading string) (rows [][]string) {
	t.Helper()
	_, rest, found := strings.Cut(read(t, "README.md"), "\n"+heading+"\n")
	require.True(t, found, heading)
	for i, line := range strings.Split(rest, "\n") {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for j := range cells {
			cells[j] = strings.TrimSpace(cells[j])
		}
		if i > 0 { // below the line of dashes
			rows = append(rows, cells)
		}
	}
	require.NotEmpty(t, rows, heading)
	return rows
}

var code = regexp.MustCompile("`[^`]*`")

// codes are the words in backticks.
func codes(text string) (words []string) {
	for _, word := range code.FindAllString(text, -1) {
		words = append(words, strings.Trim(word, "`"))
	}
	return words
}

var (
	block       = regexp.MustCompile("(?s)\n```.*?\n```")
	placeholder = regexp.MustCompile(`\b(?:[A-Z]{5,}|TODO|TBD|XXX+)\b`)
	named       = map[string]bool{"README": true, "LICENSE": true, "HTTPS": true}
)

// prose is the README without its blocks of code.
func prose(t *testing.T) string {
	t.Helper()
	return block.ReplaceAllString(read(t, "README.md"), "\n")
}

// What somebody meant to fill in later is written in capitals.
func TestNoPlaceholders(t *testing.T) {
	for _, word := range placeholder.FindAllString(code.ReplaceAllString(prose(t), ""), -1) {
		assert.True(t, named[word], word)
	}
}
