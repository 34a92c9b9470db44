// SPDX-License-Identifier: Apache-2.0

//go:build linux

package realmesh

import "slices"

// Files that a mesh owner applies.
const (
	deploy       = "../../deploy/istio/"
	labelsFile   = deploy + "mesh-config.yaml"
	alsFile      = deploy + "mesh-config-als.yaml"
	outsideFile  = deploy + "telemetry.yaml"
	allFile      = deploy + "telemetry-all.yaml"
	periodicFile = deploy + "tcp-periodic.yaml"
	tlsFile      = deploy + "tls-inspector.yaml"

	// What deploy/istio does not recommend.
	textFile     = "testdata/ways/text.yaml"
	alsTCPFile   = "testdata/ways/als-tcp.yaml"
	alsBothFile  = "testdata/ways/als-both.yaml"
	bothProvider = "testdata/ways/als-both-telemetry.yaml"
)

// way is one way of logging.
type way struct {
	name                   string
	meshConfigs, telemetry []string
	// rules are what it tells otherwise than the truth.
	rules []rule
	// text has bodies for sizes and no gRPC; anyCode has no codes.
	text, anyCode bool
	// entries are how many arrive of each record.
	entries int
}

var (
	byText   = way{name: "text", meshConfigs: []string{textFile}, telemetry: []string{allFile}, rules: inText, text: true}
	byLabels = way{name: "labels", meshConfigs: []string{labelsFile}, telemetry: []string{allFile}, rules: noPeers}
	byALS    = way{
		name: "ALS HTTP", meshConfigs: []string{alsFile}, telemetry: []string{allFile}, rules: slices.Concat(noPeers, inALS), entries: 1,
	}
	byALSTCP = way{
		name: "ALS TCP", meshConfigs: []string{alsTCPFile}, telemetry: []string{allFile},
		rules: slices.Concat(noPeers, inALS, inALSByTCP), anyCode: true, entries: 1,
	}
	byALSBoth = way{
		name: "ALS both", meshConfigs: []string{alsFile, alsBothFile}, telemetry: []string{bothProvider},
		rules: slices.Concat(noPeers, inALS), entries: 2,
	}
)

// everyWay in the order of the table in deploy/istio's README.
var everyWay = []way{byText, byLabels, byALS, byALSTCP, byALSBoth}
