// SPDX-License-Identifier: Apache-2.0

package workload

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOfPod(t *testing.T) {
	for pod, want := range map[string]string{
		"sleep-7656cf8794-cgsm5":     "sleep",
		"httpbin-6b8c5d7f9-abcde":    "httpbin",
		"web-0":                      "web",
		"node-exporter-x2kqp":        "node-exporter",
		"backup-28391234-x2kqp":      "backup",
		"migrate-x2kqp":              "migrate",
		"my-app-cache":               "my-app-cache",
		"single":                     "single",
		"":                           "",
		"a-b-c":                      "a-b-c",
		"reviews-v1-6b8c5d7f9-lk2jh": "reviews-v1",
		// Of a name that is too long what stands before the suffix is cut.
		strings.Repeat("a", 48) + "-7656cf879cgsm5": strings.Repeat("a", 48),
		strings.Repeat("a", 50) + "-7656cf8cgsm5":   strings.Repeat("a", 50),
		strings.Repeat("a", 57) + "-cgsm5":          strings.Repeat("a", 57),
		strings.Repeat("a", 49) + "-7656cf8cgsm5":   strings.Repeat("a", 49) + "-7656cf8cgsm5", // not long enough to be cut
	} {
		assert.Equal(t, want, OfPod(pod), pod)
	}
}

func TestOfEndpoint(t *testing.T) {
	for text, want := range map[string]Metadata{
		"w;ns;c;r;k":   {Workload: "w", Namespace: "ns", CanonicalName: "c", CanonicalRevision: "r", Cluster: "k"},
		"w;ns;c;;":     {Workload: "w", Namespace: "ns", CanonicalName: "c"},
		"w;ns;c;r;k;x": {Workload: "w", Namespace: "ns", CanonicalName: "c", CanonicalRevision: "r", Cluster: "k"},
		"w;ns;c;r":     {},
		"":             {},
	} {
		assert.Equal(t, want, OfEndpoint(text), text)
	}
}
