// SPDX-License-Identifier: Apache-2.0

// Package storageclient opens a component's part of a storage extension.
package storageclient // import "github.com/otelcol-istio/otelcol-istio/internal/storageclient"

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// Place is where a component keeps something.
type Place struct {
	// Setting is the key that names the extension.
	Setting   string
	Extension component.ID
	// Kind and ID are those of the component.
	Kind component.Kind
	ID   component.ID
	// Name tells what is kept from other things that the component may store. It is
	// not found again if the name changes.
	Name string
	// What is kept, in words for an error.
	What string
}

// Open opens a place. Errors name the setting.
func Open(ctx context.Context, host component.Host, p Place) (storage.Client, error) {
	ext, ok := host.GetExtensions()[p.Extension]
	if !ok {
		return nil, fmt.Errorf("`%s`: there is no extension %q in `service::extensions`", p.Setting, p.Extension)
	}
	storageExt, ok := ext.(storage.Extension)
	if !ok {
		return nil, fmt.Errorf("`%s`: extension %q is no storage extension", p.Setting, p.Extension)
	}
	client, err := storageExt.GetClient(ctx, p.Kind, p.ID, p.Name)
	if err != nil {
		// file_storage does not say which of its files it cannot open, and a file can be
		// open once.
		return nil, fmt.Errorf("`%s`: %q failed to open %s (for file_storage, the file %s_%s_%s_%s of its directory): %w",
			p.Setting, p.Extension, p.What, strings.ToLower(p.Kind.String()), p.ID.Type(), p.ID.Name(), p.Name, err)
	}
	return client, nil
}
