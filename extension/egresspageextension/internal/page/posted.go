// SPDX-License-Identifier: Apache-2.0

package page

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/otelcol-istio/otelcol-istio/internal/resources"
)

// paramResources is the field of a form with the YAML of resources.
const paramResources = "resources"

// maxForm is that of resources.MaxBytes when a form writes each byte as three, and some
// other fields.
const maxForm = 3*resources.MaxBytes + 64<<10

// errTooLarge is that of a body with too much in it.
var errTooLarge = fmt.Errorf("the body has more than %d bytes", resources.MaxBytes)

// errNothing is that of a request without resources.
var errNothing = errors.New("no resources were sent, and `istio_resources` names no files")

// readPosted reads the resources of a request to the API: those in the body, or those of
// the files if the body is empty. Nothing of it is kept.
func (h *handler) readPosted(w http.ResponseWriter, r *http.Request) (resources.Set, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, resources.MaxBytes))
	if err != nil {
		return resources.Set{}, bodyError(err)
	}
	return h.readGiven("body", body)
}

// readForm reads the same from a form.
func (h *handler) readForm(w http.ResponseWriter, r *http.Request) (resources.Set, string, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return resources.Set{}, "", bodyError(err)
	}
	text := r.PostForm.Get(paramResources)
	set, err := h.readGiven("form", []byte(text))
	return set, text, err
}

func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errTooLarge
	}
	return fmt.Errorf("the body cannot be read: %w", err)
}

func (h *handler) readGiven(name string, text []byte) (resources.Set, error) {
	switch {
	case len(text) > resources.MaxBytes:
		return resources.Set{}, errTooLarge
	case len(text) > 0:
		return resources.Read(name, text, ""), nil
	case h.Files.Given():
		return h.Files.Set(), nil
	}
	return resources.Set{}, errNothing
}
