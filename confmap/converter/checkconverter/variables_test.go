// SPDX-License-Identifier: Apache-2.0

package checkconverter

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The list is that of the files.
func TestVariables(t *testing.T) {
	files, err := filepath.Glob("../../../config/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	reference := regexp.MustCompile(`\$\{env:([A-Z0-9_]+)`)
	var read []string
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(b)) {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			for _, found := range reference.FindAllStringSubmatch(line, -1) {
				read = append(read, found[1])
			}
		}
	}
	slices.Sort(read)
	assert.Equal(t, slices.Compact(read), variables)
}

func TestMisspelled(t *testing.T) {
	for name, test := range map[string]struct {
		environment []string
		want        []misspelling
	}{
		"right":             {[]string{"DESTINATION_IP=true", "MAX_SERIES=1"}, nil},
		"a letter too many": {[]string{"DESTINATION_IPS=true"}, []misspelling{{"DESTINATION_IPS", "DESTINATION_IP"}}},
		"a letter too few":  {[]string{"MAX_SERIE=1"}, []misspelling{{"MAX_SERIE", "MAX_SERIES"}}},
		"swapped letters":   {[]string{"FLUSH_INTREVAL=1s"}, []misspelling{{"FLUSH_INTREVAL", "FLUSH_INTERVAL"}}},
		"two letters":       {[]string{"REMOTE_WRITE_ENDPIONTS="}, []misspelling{{"REMOTE_WRITE_ENDPIONTS", "REMOTE_WRITE_ENDPOINT"}}},
		"no underscore":     {[]string{"DESTINATIONHOST=on"}, []misspelling{{"DESTINATIONHOST", "DESTINATION_HOST"}}},
		"lower case":        {[]string{"destination_host=on"}, []misspelling{{"destination_host", "DESTINATION_HOST"}}},
		"several, in order": {[]string{"START_AD=end", "LOG_LEVL=info"}, []misspelling{{"LOG_LEVL", "LOG_LEVEL"}, {"START_AD", "START_AT"}}},
		"of other programs": {[]string{"PATH=/bin", "SSL_CERT_FILE=x", "=C:=x", "INSTANCE_IPS=x", "HOME=/", "GOMEMLIMIT=1", "HOSTNAME=x", "NAMESPACE=a", "POD_NAME=b", "POD_IP=c", "INSTANCE_IP=d", "CLUSTER_IP=e", "OTEL_SERVICE_NAME=f"}, nil},
		"without a value":   {[]string{"DESTINATION_IPS"}, []misspelling{{"DESTINATION_IPS", "DESTINATION_IP"}}},
		"a Service's":       {[]string{"LOG_LEVELS_SERVICE_HOST=1", "LOG_LEVELS_PORT=tcp://1", "TELEMETRYS_PORT=tcp://1", "TELEMETRYS_SERVICE_HOST=1", "TELEMETRYS_PORT_80_TCP_ADDR=1", "KUBERNETES_PORT=1"}, nil},
		"like a Service's":  {[]string{"TELEMETRYS_PORT=8888"}, []misspelling{{"TELEMETRYS_PORT", "TELEMETRY_PORT"}}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, misspelled(test.environment))
		})
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abd", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3},
	} {
		assert.Equal(t, test.want, distance(test.a, test.b), test)
		assert.Equal(t, test.want, distance(test.b, test.a), test)
	}
}
