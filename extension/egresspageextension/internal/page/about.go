package page

import "net/http"

const viewAbout = "about"

func (h *handler) about(w http.ResponseWriter, _ *http.Request) {
	h.render(w, viewAbout, h.aboutAnswer(h.Ledgers.snapshot()))
}
