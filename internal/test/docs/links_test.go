// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
)

var (
	block   = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	inline  = regexp.MustCompile("`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	styled  = regexp.MustCompile("[`*]|\\[([^\\]]*)\\]\\([^)]*\\)")
)

// Each link to a place in the repository leads somewhere, and each anchor is a
// heading of its page.
func TestLinks(t *testing.T) {
	all := pages(t)
	for name, text := range all {
		text = inline.ReplaceAllString(block.ReplaceAllString(text, ""), "code")
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target := found[1]
			if strings.Contains(target, "://") {
				continue
			}
			assert.NoError(t, check(all, name, target), "%s: %s", name, target)
		}
	}
}

func check(all map[string]string, page, target string) error {
	file, anchor, _ := strings.Cut(target, "#")
	if file != "" {
		page = path.Join(path.Dir(page), file)
	}
	info, err := os.Stat(root + page)
	if err != nil {
		return err
	}
	if info.IsDir() {
		page = path.Join(page, "README.md")
	}
	if anchor == "" {
		return nil
	}
	for _, h := range heading.FindAllStringSubmatch(block.ReplaceAllString(all[page], ""), -1) {
		if anchorOf(h[1]) == anchor {
			return nil
		}
	}
	return fmt.Errorf("%s has no heading for #%s", page, anchor)
}

// anchorOf is what GitHub makes of a heading.
func anchorOf(title string) string {
	title = styled.ReplaceAllString(title, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, title)
}

func TestAnchorOf(t *testing.T) {
	for title, want := range map[string]string{
		"I see nothing":                     "i-see-nothing",
		"`istio_labels`":                    "istio_labels",
		"The second bound: max_series":      "the-second-bound-max_series",
		"Who sent it, and who got it":       "who-sent-it-and-who-got-it",
		"[Records](./records.md) over OTLP": "records-over-otlp",
	} {
		assert.Equal(t, want, anchorOf(title))
	}
}
