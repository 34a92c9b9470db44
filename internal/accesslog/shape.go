package accesslog

import "strings"

// fits tells whether a value can be one that Envoy writes for this shape.
func (s Shape) fits(v string) bool {
	switch s {
	case Number:
		return isNumber(v)
	case NumberOrDash:
		return v == missing || isNumber(v)
	case Token:
		return !hasSpaceOrQuote(v)
	case Quoteless:
		return strings.IndexByte(v, '"') < 0
	case Flags:
		return v == missing || isFlags(v)
	case HTTPVersion:
		return v == missing || isHTTPVersion(v)
	case Timestamp:
		return isTimestamp(v)
	default:
		return true
	}
}

func isNumber(v string) bool {
	for i := range len(v) {
		if v[i]-'0' > 9 {
			return false
		}
	}
	return v != ""
}

func hasSpaceOrQuote(v string) bool {
	return strings.IndexByte(v, '"') >= 0 || strings.IndexByte(v, ' ') >= 0
}

// isFlags: one or more short names such as UF and URX, parted by commas.
func isFlags(v string) bool {
	for i := range len(v) {
		c := v[i]
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != ',' && c != '_' && c-'0' > 9 {
			return false
		}
	}
	return v != ""
}

func isHTTPVersion(v string) bool {
	const prefix = "HTTP/"
	if len(v) <= len(prefix) || len(v) > len(prefix)+3 || v[:len(prefix)] != prefix {
		return false
	}
	c := v[len(prefix)]
	return c >= '0' && c <= '9'
}

// isTimestamp: Envoy's default start time, such as 2026-11-23T03:26:42.740Z.
func isTimestamp(v string) bool {
	return len(v) >= len("2026-11-23T03:26:42Z") && len(v) <= len("2026-11-23T03:26:42.123456789+00:00") &&
		v[4] == '-' && v[7] == '-' && v[10] == 'T' && v[13] == ':' && isNumber(v[:4])
}
