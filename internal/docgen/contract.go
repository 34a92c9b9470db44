// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// attribute of the contract, with the constant whose comment describes it.
type attribute struct{ constant, name string }

var attributes = []attribute{
	{"AttrVersion", contract.AttrVersion},
	{"AttrVerdict", contract.AttrVerdict},
	{"AttrSchema", contract.AttrSchema},
	{"AttrIncarnation", contract.AttrIncarnation},
	{"SlotPrefix", contract.SlotPrefix + "LABEL"},
	{"LabelPrefix", contract.LabelPrefix + "NAME"},
	{"AttrDuration", contract.AttrDuration},
	{"AttrBytesReceived", contract.AttrBytesReceived},
	{"AttrBytesSent", contract.AttrBytesSent},
	{"AttrMessagesReceived", contract.AttrMessagesReceived},
	{"AttrMessagesSent", contract.AttrMessagesSent},
	{"AttrDestinationPort", contract.AttrDestinationPort},
	{"AttrTraffic", contract.AttrTraffic},
	{"AttrNameSource", contract.AttrNameSource},
	{"AttrProvenAddress", contract.AttrProvenAddress},
	{"AttrClientName", contract.AttrClientName},
	{"AttrProxy", contract.AttrProxy},
}

// reserved are attributes that istio_labels does not write yet.
var reserved = []attribute{
	{"AttrStreamID", contract.AttrStreamID},
	{"AttrPhase", contract.AttrPhase},
}

var verdicts = map[contract.Verdict]string{
	contract.VerdictHTTP:      "VerdictHTTP",
	contract.VerdictTCP:       "VerdictTCP",
	contract.VerdictTCPClosed: "VerdictTCPClosed",
	contract.VerdictPeriodic:  "VerdictPeriodic",
	contract.VerdictConnect:   "VerdictConnect",
	contract.VerdictListener:  "VerdictListener",
	contract.VerdictTunnel:    "VerdictTunnel",
	contract.VerdictUpstream:  "VerdictUpstream",
	contract.VerdictExcluded:  "VerdictExcluded",
	contract.VerdictNoFormat:  "VerdictNoFormat",
	contract.VerdictBadText:   "VerdictBadText",
	contract.VerdictBadJSON:   "VerdictBadJSON",
}

func contractPage(root string) (string, error) {
	c, err := readComments(filepath.Join(root, "internal/contract"))
	if err != nil {
		return "", err
	}
	p := newPage("Contract")
	p.text(fmt.Sprintf("`istio_labels` and `istio_metrics` share these attributes and nothing else. This is version %d. "+
		"[Architecture](../architecture.md#the-contract) explains it.", contract.Version))

	p.text("## Attributes")
	p.text("A value of another type is treated as absent. A negative number is treated as absent, too.")
	if err := p.attributes(c, attributes); err != nil {
		return "", err
	}
	p.text("The names of these are fixed. `istio_labels` does not write them yet.")
	if err := p.attributes(c, reserved); err != nil {
		return "", err
	}

	p.text("## Verdicts")
	p.text("Each record has exactly one. A record that is not counted passes on.")
	var rows [][]string
	for _, v := range contract.Verdicts {
		text := meaning(c.consts[verdicts[v]], verdicts[v])
		if text == "" {
			return "", fmt.Errorf("%s has no comment", v)
		}
		rows = append(rows, []string{code(string(v)), yesNo(v.Counted()), text})
	}
	p.table([]string{"verdict", "counted", "meaning"}, rows)

	p.text("## Labels")
	p.text(fmt.Sprintf("The names of labels are in [labels](labels.md). At most %d labels of your own are taken, each with a name of at most %d bytes. "+
		"A value is valid UTF-8 without control characters and has at most %d bytes: longer ones are cut, and what may not be there becomes U+FFFD.",
		contract.MaxExtraLabels, contract.MaxNameLen, contract.MaxValueLen))
	return p.String(), nil
}

func (p *page) attributes(c *comments, shown []attribute) error {
	var rows [][]string
	for _, a := range shown {
		kind, text := typeAndMeaning(c.consts[a.constant], a.constant)
		if text == "" {
			return fmt.Errorf("%s has no comment", a.constant)
		}
		rows = append(rows, []string{code(a.name), kind, text})
	}
	p.table([]string{"attribute", "type, unit, place", "meaning"}, rows)
	return nil
}

// typeAndMeaning parts `AttrDuration (int, nanoseconds) is the total time`.
func typeAndMeaning(comment, constant string) (kind, text string) {
	before, rest, found := strings.Cut(comment, "(")
	kind, after, closed := strings.Cut(rest, ")")
	if !found || !closed {
		return "", meaning(comment, constant)
	}
	return kind, meaning(strings.TrimSpace(before)+after, constant)
}
