// SPDX-License-Identifier: Apache-2.0

package storageclient

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"

	"github.com/otelcol-istio/otelcol-istio/internal/test/storagetest"
)

type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

type noStorage struct {
	component.StartFunc
	component.ShutdownFunc
}

var place = Place{
	Setting:   "sending_queue::storage",
	Extension: component.MustNewID("file_storage"),
	Kind:      component.KindExporter,
	ID:        component.MustNewIDWithName("remote_write", "main"),
	Name:      "queue",
	What:      "the queue",
}

func TestOpen(t *testing.T) {
	client, err := Open(t.Context(), host{place.Extension: storagetest.NewDisk()}, place)
	require.NoError(t, err)
	require.NoError(t, client.Set(t.Context(), "key", nil))
	require.NoError(t, client.Close(t.Context()))
}

func TestOpenFails(t *testing.T) {
	opened := storagetest.NewDisk()
	opened.Client()
	for name, test := range map[string]struct {
		host host
		want string
	}{
		"no extension": {host{}, "`sending_queue::storage`: there is no extension \"file_storage\" in `service::extensions`"},
		"no storage":   {host{place.Extension: noStorage{}}, "`sending_queue::storage`: extension \"file_storage\" is no storage extension"},
		"open already": {
			host{place.Extension: opened},
			"`sending_queue::storage`: \"file_storage\" failed to open the queue (for file_storage, the file exporter_remote_write_main_queue of its directory): timeout: another client is open",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), test.host, place)
			assert.EqualError(t, err, test.want)
		})
	}
}
