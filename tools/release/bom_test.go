// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBOM(t *testing.T) {
	o := checkout(t, time.Now())
	require.NoError(t, run(o, []string{small.amd64}))
	f, err := os.Open(filepath.Join(o.output, "small_1.2.3_linux_amd64.cdx.json"))
	require.NoError(t, err)
	defer f.Close()
	var bom cdx.BOM
	require.NoError(t, cdx.NewBOMDecoder(f, cdx.BOMFileFormatJSON).Decode(&bom))

	assert.Equal(t, cdx.SpecVersion1_6, bom.SpecVersion)
	assert.Regexp(t, `^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, bom.SerialNumber)
	assert.Equal(t, "2023-11-14T22:13:20Z", bom.Metadata.Timestamp)
	data, err := os.ReadFile(small.amd64)
	require.NoError(t, err)
	sum := sha256.Sum256(data)
	main := bom.Metadata.Component
	assert.Equal(t, "small", main.Name)
	assert.Equal(t, "1.2.3", main.Version)
	assert.Equal(t, []cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}}, *main.Hashes)

	refs := []string{}
	for _, c := range *bom.Components {
		refs = append(refs, c.BOMRef)
		assert.Equal(t, c.BOMRef, c.PackageURL)
	}
	require.Len(t, refs, 2)
	assert.Regexp(t, `^pkg:golang/std@1\.\d+`, refs[0])
	assert.Regexp(t, `^pkg:golang/golang\.org/x/sync@v\d`, refs[1])
	require.NotNil(t, (*bom.Components)[1].Hashes)
	assert.Len(t, (*(*bom.Components)[1].Hashes)[0].Value, 64)
	assert.Equal(t, []cdx.Dependency{{Ref: main.BOMRef, Dependencies: &refs}}, *bom.Dependencies)
}

func TestComponent(t *testing.T) {
	const sum = "h1:RQlkLaJDKk1Ew1H6CUPUTKM+IQxm+6HTyOgcrfqOU9c="
	for name, test := range map[string]struct {
		module debug.Module
		purl   string
		hashed bool
	}{
		"a module": {
			debug.Module{Path: "example.org/a", Version: "v1.0.0", Sum: sum}, "pkg:golang/example.org/a@v1.0.0", true,
		},
		"before modules": {
			debug.Module{Path: "example.org/a", Version: "v2.0.0+incompatible", Sum: sum}, "pkg:golang/example.org/a@v2.0.0%2Bincompatible", true,
		},
		"of this repository": {
			debug.Module{Path: "example.org/a", Version: "v0.0.0", Replace: &debug.Module{Path: "../..", Version: "(devel)"}},
			"pkg:golang/example.org/a@v1.2.3", false,
		},
		"replaced by another": {
			debug.Module{Path: "example.org/a", Version: "v1.0.0", Replace: &debug.Module{Path: "example.org/b", Version: "v1.0.1", Sum: sum}},
			"pkg:golang/example.org/b@v1.0.1", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := options{version: "1.2.3"}.component(&test.module)
			assert.Equal(t, test.purl, got.PackageURL)
			assert.Equal(t, test.hashed, got.Hashes != nil)
		})
	}
}
