// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// writeBOM writes the bill of materials of a program, in CycloneDX: the modules
// that Go's linker wrote into it, and Go's standard library.
func (o options) writeBOM(to string, p program) error {
	bom := o.bom(p)
	return create(to, func(w *os.File) error {
		return cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6)
	})
}

func (o options) bom(p program) *cdx.BOM {
	sum := sha256.Sum256(p.data)
	main := cdx.Component{
		BOMRef: p.name, Type: cdx.ComponentTypeApplication, Name: p.name, Version: o.version, Description: description,
		Licenses: &cdx.Licenses{{License: &cdx.License{ID: "Apache-2.0"}}},
		Hashes:   &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}},
	}
	settings := []cdx.Property{{Name: "go:version", Value: p.info.GoVersion}}
	for _, s := range p.info.Settings {
		settings = append(settings, cdx.Property{Name: "go:build:" + s.Key, Value: s.Value})
	}
	main.Properties = &settings

	goVersion := strings.TrimPrefix(p.info.GoVersion, "go")
	components := []cdx.Component{{
		BOMRef: "pkg:golang/std@" + goVersion, Type: cdx.ComponentTypeLibrary, Name: "std", Version: goVersion,
		Description: "Go's standard library", Scope: cdx.ScopeRequired, PackageURL: "pkg:golang/std@" + goVersion,
	}}
	for _, m := range p.info.Deps {
		components = append(components, o.component(m))
	}
	refs := make([]string, 0, len(components))
	for _, c := range components {
		refs = append(refs, c.BOMRef)
	}
	bom := cdx.NewBOM()
	// The same program has the same number.
	bom.SerialNumber = "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceOID, sum[:]).String()
	bom.Metadata = &cdx.Metadata{Timestamp: o.created.Format(time.RFC3339), Component: &main}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &refs}}
	return bom
}

// component is a module that is linked. A module of this repository has the
// version of the release.
func (o options) component(m *debug.Module) cdx.Component {
	name, version, sum := m.Path, m.Version, m.Sum
	switch r := m.Replace; {
	case r == nil:
	case strings.HasPrefix(r.Path, "."):
		version = "v" + o.version
	default:
		name, version, sum = r.Path, r.Version, r.Sum
	}
	purl := fmt.Sprintf("pkg:golang/%s@%s", name, strings.ReplaceAll(version, "+", "%2B"))
	c := cdx.Component{BOMRef: purl, Type: cdx.ComponentTypeLibrary, Name: name, Version: version, Scope: cdx.ScopeRequired, PackageURL: purl}
	// The sum that go.sum and the checksum database have: a SHA-256 over the
	// module's files.
	if h1, ok := strings.CutPrefix(sum, "h1:"); ok {
		if raw, err := base64.StdEncoding.DecodeString(h1); err == nil {
			c.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(raw)}}
		}
	}
	return c
}
