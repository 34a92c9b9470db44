// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// filesFlag collects files.
type filesFlag []string

// String lists them.
func (f *filesFlag) String() string { return strings.Join(*f, " ") }

// Set adds one.
func (f *filesFlag) Set(s string) error {
	*f = append(*f, s)
	return nil
}

// rowsFlag chooses rows by their names; its zero value chooses all.
type rowsFlag struct{ expression *regexp.Regexp }

// String is the expression.
func (r *rowsFlag) String() string {
	if r.expression == nil {
		return ""
	}
	return r.expression.String()
}

// Set compiles the expression.
func (r *rowsFlag) Set(s string) (err error) {
	r.expression, err = regexp.Compile(s)
	return err
}

func (r *rowsFlag) match(name string) bool {
	return r.expression == nil || r.expression.MatchString(name)
}

// matchAny tells whether there is a row to run. Without one nothing is measured,
// and nothing can be said to be no worse.
func (r *rowsFlag) matchAny() bool {
	return slices.ContainsFunc(cells, func(c cell) bool { return r.match(c.name()) }) ||
		slices.ContainsFunc(crowds, func(c crowd) bool { return r.match(c.name()) }) || r.match(egressRow) || r.match(pageRow)
}

// envFlag collects NAME=VALUE.
type envFlag map[string]string

// String lists them by name.
func (e envFlag) String() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(e)) {
		all = append(all, name+"="+e[name])
	}
	return strings.Join(all, " ")
}

// Set takes one NAME=VALUE.
func (e envFlag) Set(s string) error {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return fmt.Errorf("%q is not NAME=VALUE", s)
	}
	e[name] = value
	return nil
}
