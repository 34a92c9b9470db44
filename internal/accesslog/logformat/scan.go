package logformat

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/accesslog"
)

const startTime = "START_TIME"

// InsertedColumn is an operator of our own: a column that a collector put into
// the line. It has no quotes, and no client writes it.
const InsertedColumn = "INSERTED"

// errNoOperator is told to callers, which add the key of the format string.
var errNoOperator = errors.New("has no command operator")

// scan splits a format string into the text before its first operator and its
// columns. It accepts what Envoy accepts: `%NAME%`, `%NAME(ARGUMENT)%`,
// `%NAME(ARGUMENT):LENGTH%`, and `%%` for a percent sign.
func (o *Operators) scan(format string) (prefix string, columns []column, err error) {
	var literal strings.Builder
	flush := func() {
		if len(columns) == 0 {
			prefix = literal.String()
		} else {
			columns[len(columns)-1].literal = literal.String()
		}
		literal.Reset()
	}
	for rest := format; rest != ""; {
		before, after, found := strings.Cut(rest, "%")
		literal.WriteString(before)
		if !found {
			break
		}
		if strings.HasPrefix(after, "%") {
			literal.WriteByte('%')
			rest = after[1:]
			continue
		}
		c, n, err := o.scanOperator(after)
		if err != nil {
			return "", nil, err
		}
		if literal.Len() == 0 && len(columns) > 0 {
			return "", nil, fmt.Errorf("needs text between %%%s%% and %%%s%%", columns[len(columns)-1].name, c.name)
		}
		flush()
		columns = append(columns, c)
		rest = after[n:]
	}
	flush()
	if len(columns) == 0 {
		return "", nil, errNoOperator
	}
	for i := range columns {
		c := &columns[i]
		c.canMiss = c.literal != "" && c.shape.fits(missing)
	}
	return prefix, columns, nil
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

func (o *Operators) newColumn(name, arg string) (column, error) {
	spelled := name
	if arg != "" {
		spelled += "(" + arg + ")"
	}
	if found := o.find(name, arg); found != nil {
		return column{op: found.Op, known: true, name: spelled, shape: found.Shape}, nil
	}
	switch {
	case name == startTime:
		// With an argument it has a form of the user's own.
		return column{op: accesslog.StartTime, known: true, name: spelled, shape: Quoteless, proxyOnly: true}, nil
	case name == InsertedColumn:
		return column{name: spelled, shape: Quoteless, proxyOnly: true}, nil
	case !slices.Contains(envoyOperators, name):
		return column{}, fmt.Errorf("has the unknown operator %q", "%"+spelled+"%")
	default:
		return column{name: spelled, shape: shapeOfOther(name)}, nil
	}
}

// shapeOfOther is the shape of an operator that the table does not have. What a
// client, a server or a filter may write is open.
func shapeOfOther(name string) Shape {
	switch {
	case strings.HasSuffix(name, "_ADDRESS"), strings.HasSuffix(name, "_PORT"), name == "CONNECTION_ID",
		strings.HasSuffix(name, "_ADDRESS_WITHOUT_PORT"), strings.HasSuffix(name, "_FINGERPRINT_256"):
		return Token
	case strings.Contains(name, "BYTES"), strings.HasSuffix(name, "_DURATION"), strings.HasSuffix(name, "_ATTEMPT_COUNT"):
		return NumberOrDash
	default:
		return Open
	}
}

func clip(s string) string {
	const most = 60
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
