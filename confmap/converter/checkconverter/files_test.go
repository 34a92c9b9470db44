// SPDX-License-Identifier: Apache-2.0

package checkconverter

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	pod := filepath.Join(dir, "shop_web-0_uid", "istio-proxy")
	require.NoError(t, os.MkdirAll(pod, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(pod, "0.log"), nil, 0o600))
	for name, test := range map[string]struct {
		include string
		warns   bool
	}{
		"a match":          {include: dir + "/{*}_*_*/istio-proxy/*.log"},
		"chosen":           {include: dir + "/{shop,payments}_*_*/istio-proxy/*.log"},
		"other namespaces": {include: dir + "/{payments}_*_*/istio-proxy/*.log", warns: true},
		"a folder alone":   {include: dir + "/{*}_*_*/istio-proxy", warns: true},
		"no such folder":   {include: dir + "/none/*.log", warns: true},
		"no pattern":       {include: dir + "/["},
	} {
		t.Run(name, func(t *testing.T) {
			core, logs := observer.New(zap.InfoLevel)
			c := &converter{logger: zap.New(core), environment: func() []string { return nil }}
			require.NoError(t, c.Convert(t.Context(), confOf(t, `
receivers: {file_log: {include: ["`+test.include+`"]}}
service: {pipelines: {logs: {receivers: [file_log]}}}`)))
			if !test.warns {
				assert.Zero(t, logs.Len())
				return
			}
			require.Equal(t, 1, logs.Len())
			assert.Equal(t, map[string]any{"receiver": "receivers::file_log", "include": []any{test.include}}, logs.All()[0].ContextMap())
		})
	}
}
