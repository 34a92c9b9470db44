// SPDX-License-Identifier: Apache-2.0

package series // import "github.com/otelcol-istio/otelcol-istio/exporter/remotewriteexporter/internal/series"

// Gaps are where the name, le and quantile go between labels that are sorted by
// name, in bytes of the form in which these are written. The zero value is for
// no labels.
type Gaps struct{ name, le, quantile uint32 }

// Pass takes note of the next label and where it ends.
func Pass[S string | []byte](g *Gaps, label S, end int) {
	at := uint32(end)
	if string(label) < NameLabel {
		g.name = at
	}
	if string(label) < LELabel {
		g.le = at
	}
	if string(label) < QuantileLabel {
		g.quantile = at
	}
}

// Cut returns written labels in three parts: those before the name, those
// between it and extra, and those after extra. Extra is le, quantile or nil.
func (g *Gaps) Cut(wire []byte, extra *Label) (beforeName, between, after []byte) {
	at := uint32(len(wire))
	if extra != nil {
		at = g.le
		if extra.Name == QuantileLabel {
			at = g.quantile
		}
	}
	return wire[:g.name], wire[g.name:at], wire[at:]
}
