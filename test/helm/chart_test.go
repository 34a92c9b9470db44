// SPDX-License-Identifier: Apache-2.0

package helm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	v2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
)

const (
	root  = "../../"
	chart = root + "deploy/helm/otelcol-istio"
)

// release is what `helm install` gets beside the values.
type release struct{ name, namespace string }

var usual = release{name: "otelcol-istio", namespace: "observability"}

// render gives what the chart's templates make of values, by their names.
func render(r release, values map[string]any) (map[string]string, error) {
	c, err := loader.LoadDir(chart)
	if err != nil {
		return nil, err
	}
	return renderChart(c, r, values)
}

// renderChart checks the values by the chart's schema first, as Helm does.
func renderChart(c *v2.Chart, r release, values map[string]any) (map[string]string, error) {
	options := common.ReleaseOptions{Name: r.name, Namespace: r.namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(c, values, options, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, all)
}

// helmObjects gives the objects of a release.
func helmObjects(t *testing.T, r release, values map[string]any) objects {
	t.Helper()
	rendered, err := render(r, values)
	require.NoError(t, err)
	all := objects{}
	for name, text := range rendered {
		if strings.HasSuffix(name, ".yaml") {
			all.add(t, text)
		}
	}
	return all
}

// readValues reads values as Helm does.
func readValues(t *testing.T, text string) map[string]any {
	t.Helper()
	values, err := loader.LoadValues(strings.NewReader(text))
	require.NoError(t, err)
	return values
}

// eachSetting runs a test with each folder of testdata.
func eachSetting(t *testing.T, test func(t *testing.T, folder string, r release, values map[string]any)) {
	folders, err := filepath.Glob("testdata/*")
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(folder, "values.yaml"))
			require.NoError(t, err)
			r := usual
			if strings.HasPrefix(filepath.Base(folder), "other-name") {
				r = release{name: "mesh", namespace: "telemetry"}
			}
			test(t, folder, r, readValues(t, string(text)))
		})
	}
}
