// SPDX-License-Identifier: Apache-2.0

package host

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNormal(t *testing.T) {
	for in, want := range map[string]string{
		"api.example.com":      "api.example.com",
		"API.Example.COM":      "api.example.com",
		"api.example.com.":     "api.example.com",
		"api.example.com..":    "api.example.com",
		"api.example.com:80":   "api.example.com",
		"api.example.com:443":  "api.example.com",
		"API.example.com.:443": "api.example.com",
		"api.example.com:80.":  "api.example.com",
		"api.example.com:8443": "api.example.com:8443",
		"api.example.com:080":  "api.example.com:080",
		"api.example.com:":     "api.example.com:",
		"h:80:80":              "h:80:80",
		"1.2.3.4:80":           "1.2.3.4",
		"[2001:DB8::1]:443":    "[2001:db8::1]",
		"[2001:db8::1]:8443":   "[2001:db8::1]:8443",
		"[2001:db8::1]":        "[2001:db8::1]",
		"2001:db8::80":         "2001:db8::80",
		"::443":                "::443",
		"[::1:80":              "[::1:80",
		"":                     "",
		".":                    ".",
		"..":                   "..",
		":80":                  ":80",
		".:80":                 ".",
		"É.example":            "É.example",
		"\xffA":                "\xffa",
	} {
		assert.Equal(t, want, Normal(in), in)
	}
}

func TestName(t *testing.T) {
	label := strings.Repeat("a", maxLabel)
	longest := strings.Repeat(label+".", 3) + strings.Repeat("b", MaxName-3*(maxLabel+1))
	for in, want := range map[string]string{
		"api.example.com":       "api.example.com",
		"API.Example.com.:8443": "api.example.com",
		"h:":                    "h",
		"_dmarc.my_host.x1":     "_dmarc.my_host.x1",
		"xn--bcher-kva.example": "xn--bcher-kva.example",
		"1.2.3.example":         "1.2.3.example",
		longest:                 longest,
		longest + ".:65535":     longest,
	} {
		name, ok := Name(in)
		assert.True(t, ok, in)
		assert.Equal(t, want, name, in)
	}
	for _, in := range []string{
		"", ".", ":80", "h..", ".h", "a..b", "-a.b", "a-.b", "a.b-", "a b", "a/b", "*.example.com", "é.example", "h\x00", "\xff.example",
		"1.2.3.4", "1.2.3.4:80", "127.1", "0x7f.0x1", "[2001:db8::1]:443", "2001:db8::1", "::ffff:1.2.3.4", "h:http", "h:80:80", "h:123456",
		longest + "b", label + "a.b",
	} {
		name, ok := Name(in)
		assert.False(t, ok, in)
		assert.Empty(t, name, in)
	}
}

func TestNoAllocations(t *testing.T) {
	for _, in := range []string{"api.example.com", "api.example.com:443", "api.example.com.", "[2001:db8::1]:80", "not a host"} {
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			Normal(in)
			Name(in)
		}), in)
	}
}

func BenchmarkNormal(b *testing.B) {
	for b.Loop() {
		Normal("api.example.com:443")
	}
}

func BenchmarkName(b *testing.B) {
	for b.Loop() {
		Name("api.example.com:443")
	}
}
