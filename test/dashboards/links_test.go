// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

var linkUID = regexp.MustCompile(`^/d/([a-z0-9-]+)$`)

// Links lead to dashboards that are there, by their uid, or to views of the page that
// its API describes.
func TestLinksResolve(t *testing.T) {
	uids := map[string]bool{}
	for _, set := range []map[string]dashboard{ours(t), istios(t)} {
		for _, d := range set {
			uids[d.UID] = true
		}
	}
	views := map[string][]string{
		"/":             nil,
		"/destinations": pageParameters(t, "/api/v1/egress"),
		"/suggestions":  pageParameters(t, "/api/v1/suggestions"),
	}
	for file, d := range ours(t) {
		require.NotEmpty(t, d.Links, file)
		for _, l := range d.allLinks() {
			if found := linkUID.FindStringSubmatch(l.URL); found != nil {
				assert.True(t, uids[found[1]], "%s: %s", file, l.URL)
				assert.NotEqual(t, d.UID, found[1], "a link to itself")
				continue
			}
			page, isPage := strings.CutPrefix(l.URL, "${page}")
			require.True(t, isPage, "%s: %s", file, l.URL)
			parsed, err := url.Parse(linkField.ReplaceAllString(page, "x"))
			require.NoError(t, err)
			require.Contains(t, views, parsed.Path)
			for name := range parsed.Query() {
				assert.Contains(t, views[parsed.Path], name, l.URL)
			}
		}
	}
}

// allLinks are those of the dashboard, and of the cells of its tables.
func (d dashboard) allLinks() []link {
	all := d.Links
	for _, p := range d.panels() {
		for _, override := range p.FieldConfig.Overrides {
			for _, property := range override.Properties {
				cells, _ := property.Value.([]any)
				for _, cell := range cells {
					if fields, ok := cell.(map[string]any); ok && property.ID == "links" {
						text, _ := fields["url"].(string)
						all = append(all, link{URL: text})
					}
				}
			}
		}
	}
	return all
}

// pageParameters are the filters that the page's API describes for a path. Views have
// the same.
func pageParameters(t *testing.T, path string) (names []string) {
	t.Helper()
	content, err := os.ReadFile("../../extension/egresspageextension/internal/page/openapi.yaml")
	require.NoError(t, err)
	var api struct {
		Paths map[string]struct {
			Get struct {
				Parameters []struct{ Name string }
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(content, &api))
	for _, p := range api.Paths[path].Get.Parameters {
		names = append(names, p.Name)
	}
	require.NotEmpty(t, names)
	return names
}

// A dashboard's uid is in links and bookmarks of others: it never changes.
func TestUIDs(t *testing.T) {
	all := ours(t)
	assert.Equal(t, "otelcol-istio-egress", all["egress.json"].UID)
	assert.Equal(t, "otelcol-istio-gateway", all["gateway.json"].UID)
}
