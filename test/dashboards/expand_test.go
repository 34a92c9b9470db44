// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What Grafana's own variables stand for here. The range holds the whole test.
const (
	rateInterval = 2 * time.Minute
	timeRange    = time.Hour
)

// values are those of variables, by name.
type values map[string]string

// all chooses `All` of each variable that offers it, and the text of others.
func (d dashboard) all() values {
	v := values{
		"__rate_interval": rateInterval.String(),
		"__range":         timeRange.String(),
		"__range_s":       strconv.Itoa(int(timeRange.Seconds())),
	}
	for _, one := range d.Templating.List {
		switch {
		case one.AllValue != "":
			v[one.Name] = one.AllValue
		case one.IncludeAll:
			v[one.Name] = ".*"
		case one.Type != "query":
			v[one.Name] = one.query()
		}
	}
	return v
}

var reference = regexp.MustCompile(`\$\{?(\w+)(:\w+)?\}?`)

// expand replaces $name, ${name} and ${name:format}. It leaves out what nobody knows.
func (v values) expand(text string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		name := reference.FindStringSubmatch(found)[1]
		if value, ok := v[name]; ok {
			return value
		}
		return found
	})
}

func TestExpand(t *testing.T) {
	v := values{"job": ".+", "__range": "1h", "__range_s": "3600"}
	for text, want := range map[string]string{
		`up{job=~"$job"}[$__range]`:    `up{job=~".+"}[1h]`,
		`up > ${__range_s} and $other`: `up > 3600 and $other`,
		`up{job=~"${job:regex}"}`:      `up{job=~".+"}`,
	} {
		assert.Equal(t, want, v.expand(text))
	}
}
