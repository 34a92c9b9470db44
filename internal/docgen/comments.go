// SPDX-License-Identifier: Apache-2.0

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// comments of one package's declarations.
type comments struct {
	// consts by name.
	consts map[string]string
	// fields by struct and field, `Config.Schema`.
	fields map[string]string
}

// readComments parses the Go files of a package, without its tests.
func readComments(dir string) (*comments, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	c := &comments{consts: map[string]string{}, fields: map[string]string{}}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(filepath.Clean(name))
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, c.note)
	}
	return c, nil
}

func (c *comments) note(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.TypeSpec:
		if s, ok := n.Type.(*ast.StructType); ok {
			said := ""
			for _, field := range s.Fields.List {
				// One comment may stand above several fields.
				if field.Doc != nil {
					said = field.Doc.Text()
				}
				for _, name := range field.Names {
					c.fields[n.Name.Name+"."+name.Name] = said
				}
			}
		}
	case *ast.GenDecl:
		if n.Tok != token.CONST {
			break
		}
		for _, spec := range n.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for _, name := range v.Names {
				c.consts[name.Name] = v.Doc.Text()
			}
		}
	}
	return true
}

// meaning turns the comment of a declaration into a description that stands beside
// its name: `Schema is the set of labels` becomes `The set of labels`, and `LabelsOn
// says where` becomes `Says where`.
func meaning(comment, declared string) string {
	text := strings.Join(strings.Fields(comment), " ")
	rest, found := strings.CutPrefix(text, declared+" ")
	if !found {
		return text
	}
	for _, verb := range []string{"is ", "are "} {
		if said, ok := strings.CutPrefix(rest, verb); ok {
			return upperFirst(said)
		}
	}
	if strings.HasPrefix(rest, "of ") {
		return text
	}
	return upperFirst(rest)
}

func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
