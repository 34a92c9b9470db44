// SPDX-License-Identifier: Apache-2.0

package page

import "net/http"

const viewAbout = "about"

func (h *handler) about(w http.ResponseWriter, r *http.Request) {
	s := h.Ledgers.snapshot(r.Context())
	h.render(w, s, viewAbout, h.aboutAnswer(s))
}
