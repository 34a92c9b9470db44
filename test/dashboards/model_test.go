// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const shipped = "../../deploy/grafana"

// dashboard is the part of a dashboard's JSON that the tests look at.
type dashboard struct {
	UID, Title string
	Editable   bool
	Panels     []panel
	Links      []link
	Templating struct{ List []variable }
}

type panel struct {
	Type, Title, Description string
	Datasource               datasource
	Targets                  []target
	Panels                   []panel
	FieldConfig              struct {
		Defaults  struct{ Unit string }
		Overrides []struct {
			Matcher    struct{ Options any }
			Properties []struct {
				ID    string
				Value any
			}
		}
	}
	Transformations []struct {
		ID      string
		Options struct {
			RenameByName map[string]string
		}
	}
}

type datasource struct{ Type, UID string }

type target struct {
	Datasource                datasource
	Expr, LegendFormat, RefID string
	Instant                   bool
}

type link struct{ Title, URL string }

type variable struct {
	Name, Label, Type, AllValue string
	Query                       any
	Multi, IncludeAll           bool
	Refresh                     int
	Datasource                  datasource
}

// query of the variable as text. Those of Istio's older dashboards have it in an object.
func (v variable) query() string {
	switch q := v.Query.(type) {
	case string:
		return q
	case map[string]any:
		text, _ := q["query"].(string)
		return text
	default:
		return ""
	}
}

func read(t *testing.T, path string) (d dashboard) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &d))
	return d
}

// ours are the shipped dashboards by their files' names.
func ours(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shipped, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]dashboard{}
	for _, file := range files {
		all[filepath.Base(file)] = read(t, file)
	}
	return all
}

// panels are those with queries; a row has none.
func (d dashboard) panels() (all []panel) {
	for _, p := range d.Panels {
		if p.Type != "row" {
			all = append(all, p)
		}
		all = append(all, dashboard{Panels: p.Panels}.panels()...)
	}
	return all
}
