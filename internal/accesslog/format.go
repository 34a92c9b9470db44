package accesslog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// element is one piece of a format string: an operator, and the text after it.
type element struct {
	op    Op
	known bool // op is one of ours; else the value goes to Extras under name
	name  string
	shape Shape
	// canMiss is true if the value may be `-` with text behind it.
	canMiss bool
	// literal stands between this operator and the next.
	literal string
}

// errors of a format string; callers add the key it stands under.
var errNoOperator = errors.New("has no command operator")

// scan splits a format string into the text before its first operator and its
// elements. It accepts what Envoy accepts: `%NAME%`, `%NAME(ARGUMENT)%`,
// `%NAME(ARGUMENT):LENGTH%`, and `%%` for a percent sign.
func scan(format string) (prefix string, elements []element, err error) {
	var literal strings.Builder
	flush := func() {
		if len(elements) == 0 {
			prefix = literal.String()
		} else {
			elements[len(elements)-1].literal = literal.String()
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
		e, n, err := scanOperator(after)
		if err != nil {
			return "", nil, err
		}
		if literal.Len() == 0 && len(elements) > 0 {
			return "", nil, fmt.Errorf("needs text between %%%s%% and %%%s%%", elements[len(elements)-1].name, e.name)
		}
		flush()
		elements = append(elements, e)
		rest = after[n:]
	}
	flush()
	if len(elements) == 0 {
		return "", nil, errNoOperator
	}
	for i := range elements {
		e := &elements[i]
		e.canMiss = e.literal != "" && e.shape.fits(missing)
	}
	return prefix, elements, nil
}

// scanOperator reads one operator after its first percent sign and returns the
// number of bytes up to and including the last one.
func scanOperator(s string) (element, int, error) {
	nameEnd := strings.IndexFunc(s, func(c rune) bool { return c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9') })
	if nameEnd < 0 {
		nameEnd = len(s)
	}
	if nameEnd == 0 {
		return element{}, 0, fmt.Errorf("has no operator name after %% in %q", clip(s))
	}
	name, rest, arg := s[:nameEnd], s[nameEnd:], ""
	if strings.HasPrefix(rest, "(") {
		end := argumentEnd(rest)
		if end < 0 {
			return element{}, 0, fmt.Errorf("has an operator that is not closed: %q", clip("%"+s))
		}
		arg, rest = rest[1:end], rest[end+1:]
	}
	rest = trimLength(rest)
	if !strings.HasPrefix(rest, "%") {
		return element{}, 0, fmt.Errorf("has an operator that is not closed: %q", clip("%"+s))
	}
	e, err := newElement(name, arg)
	return e, len(s) - len(rest) + 1, err
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

// trimLength drops the `:LENGTH` that an operator may end with.
func trimLength(s string) string {
	if !strings.HasPrefix(s, ":") {
		return s
	}
	return strings.TrimLeft(s[1:], "0123456789")
}

func newElement(name, arg string) (element, error) {
	spelled := name
	if arg != "" {
		spelled += "(" + arg + ")"
	}
	if op, ok := opBySpelling(name, arg); ok {
		return element{op: op, known: true, name: spelled, shape: operators[op].shape}, nil
	}
	if name == "START_TIME" {
		return element{op: StartTime, known: true, name: spelled, shape: Quoteless}, nil
	}
	if name == inserted {
		return element{name: spelled, shape: Quoteless}, nil
	}
	if !slices.Contains(envoyOperators, name) {
		return element{}, fmt.Errorf("has the unknown operator %q", "%"+spelled+"%")
	}
	return element{name: spelled, shape: shapeOfOther(name)}, nil
}

// shapeOfOther is the shape of an operator that no rule uses. What a client,
// a server or a filter may write is open.
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
