// SPDX-License-Identifier: Apache-2.0

package logformat

import (
	"errors"
	"fmt"
	"strings"
)

// errNoOperator is for callers to tell apart: a label may be a constant.
var errNoOperator = errors.New("has no command operator")

// scan splits a format string into the text before its first operator and its
// columns. It accepts what Envoy accepts: `%NAME%`, `%NAME(ARGUMENT)%`,
// `%NAME(ARGUMENT):LENGTH%`, and `%%` for a percent sign.
func (o *Operators) scan(format string) (prefix string, columns []column, err error) {
	var s scanner
	for rest := format; rest != ""; {
		literal, after, found := strings.Cut(rest, "%")
		s.literal.WriteString(literal)
		switch {
		case !found:
			rest = ""
		case strings.HasPrefix(after, "%"):
			s.literal.WriteByte('%')
			rest = after[1:]
		default:
			c, n, err := o.scanOperator(after)
			if err == nil {
				err = s.add(c)
			}
			if err != nil {
				return "", nil, err
			}
			rest = after[n:]
		}
	}
	s.endLiteral()
	if len(s.columns) == 0 {
		return "", nil, errNoOperator
	}
	return s.prefix, s.columns, nil
}

// scanner holds what has been read of a format string.
type scanner struct {
	prefix  string
	columns []column
	// literal is the text since the last operator.
	literal strings.Builder
}

// add ends the literal and begins a column. It fails where no literal separates
// two columns: nothing would tell where the first one's value ends.
func (s *scanner) add(c column) error {
	if last := len(s.columns) - 1; last >= 0 && s.literal.Len() == 0 {
		return fmt.Errorf("needs text between %%%s%% and %%%s%%", s.columns[last].name, c.name)
	}
	s.endLiteral()
	s.columns = append(s.columns, c)
	return nil
}

// endLiteral gives the literal to the column before it.
func (s *scanner) endLiteral() {
	text := s.literal.String()
	s.literal.Reset()
	if len(s.columns) == 0 {
		s.prefix = text
		return
	}
	c := &s.columns[len(s.columns)-1]
	c.literal = newLiteral(text)
	c.byAlphabet = text != "" && c.shape.hasAlphabet(text[0])
	c.mayBeMissing = text != "" && c.shape.fits(missing) && !(c.byAlphabet && c.shape == Token)
}

// scanOperator reads one operator after its first percent sign and returns the
// number of bytes up to and including the last one.
func (o *Operators) scanOperator(s string) (column, int, error) {
	nameEnd := strings.IndexFunc(s, isNoNameLetter)
	if nameEnd < 0 {
		nameEnd = len(s)
	}
	if nameEnd == 0 {
		return column{}, 0, fmt.Errorf("has no operator name after %% in %q", clip(s))
	}
	name, rest, arg := s[:nameEnd], s[nameEnd:], ""
	if strings.HasPrefix(rest, "(") {
		end := argumentEnd(rest)
		if end < 0 {
			return column{}, 0, fmt.Errorf("has an operator that is not closed: %q", clip("%"+s))
		}
		arg, rest = rest[1:end], rest[end+1:]
	}
	rest = trimLength(rest)
	if !strings.HasPrefix(rest, "%") {
		return column{}, 0, fmt.Errorf("has an operator that is not closed: %q", clip("%"+s))
	}
	c, err := o.newColumn(name, arg)
	return c, len(s) - len(rest) + 1, err
}

// argumentEnd finds the parenthesis that ends an argument: the first one that
// the operator's end follows. CEL expressions hold parentheses themselves.
func argumentEnd(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == ')' && strings.HasPrefix(trimLength(s[i+1:]), "%") {
			return i
		}
	}
	return -1
}

func isNoNameLetter(c rune) bool {
	return c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9')
}

// trimLength drops the `:LENGTH` that an operator may end with.
func trimLength(s string) string {
	if !strings.HasPrefix(s, ":") {
		return s
	}
	return strings.TrimLeft(s[1:], "0123456789")
}

func clip(s string) string {
	const most = 60
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
