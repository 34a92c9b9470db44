package state

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// storageName tells the state from other things that a component may store. It is not
// found again if the name changes.
const storageName = "state"

// openClient opens a component's part of a storage extension. Errors name the setting
// `storage`.
func openClient(ctx context.Context, host component.Host, extension component.ID, kind component.Kind, id component.ID) (storage.Client, error) {
	ext, ok := host.GetExtensions()[extension]
	if !ok {
		return nil, fmt.Errorf("`storage`: there is no extension %q in `service::extensions`", extension)
	}
	storageExt, ok := ext.(storage.Extension)
	if !ok {
		return nil, fmt.Errorf("`storage`: extension %q is no storage extension", extension)
	}
	client, err := storageExt.GetClient(ctx, kind, id, storageName)
	if err != nil {
		// file_storage does not say which of its files it cannot open, and a file can be
		// open once.
		return nil, fmt.Errorf("`storage`: %q failed to open the state of %q, which may stand in one pipeline only (for file_storage, the file %s_%s_%s_%s of its directory): %w",
			extension, id, kindName(kind), id.Type(), id.Name(), storageName, err)
	}
	return client, nil
}

func kindName(k component.Kind) string {
	if k == component.KindConnector {
		return "connector"
	}
	return "processor"
}
