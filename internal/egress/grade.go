// SPDX-License-Identifier: Apache-2.0

package egress

import (
	"fmt"
	"slices"
	"strings"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// NameSource says where the name of a destination comes from. See
// contract.AttrNameSource.
type NameSource uint8

// The sources of names.
const (
	// NoName is that of destinations for which only the address is known.
	NoName NameSource = iota
	// NameOfServer is the server name of a TLS connection: the client's word.
	NameOfServer
	// NameOfHost is the Host or :authority of a request: the client's word.
	NameOfHost
	// NameProven was learned for the address from the mesh's own configuration.
	NameProven
	// NameClaimed was learned for the address from what the workload claimed before.
	NameClaimed
	// NameOfReverseDNS is what a resolver says of the address, forward-confirmed.
	NameOfReverseDNS
	// NameOfEntry is the host of the ServiceEntry that the proxy chose.
	NameOfEntry
	// EntryMismatch is the same, of traffic whose client named another host: see
	// Row.ClientNames. It has rows of its own, so that they show how much there was of it.
	EntryMismatch

	numNameSources
)

var nameSources = [numNameSources]string{
	NoName:           string(contract.NoName),
	NameOfServer:     string(contract.NameOfServer),
	NameOfHost:       string(contract.NameOfHost),
	NameProven:       string(contract.NameProven),
	NameClaimed:      string(contract.NameClaimed),
	NameOfReverseDNS: string(contract.NameOfReverseDNS),
	NameOfEntry:      string(contract.NameOfEntry),
	EntryMismatch:    "entry_mismatch",
}

// String is the source as it is written everywhere.
func (s NameSource) String() string { return word(nameSources[:], uint8(s)) }

// MarshalText implements encoding.TextMarshaler.
func (s NameSource) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *NameSource) UnmarshalText(text []byte) error {
	return unmarshalWord((*uint8)(s), "source of a name", nameSources[:], text)
}

// ParseNameSource is the source of this name, NoName if there is none.
func ParseNameSource(name string) NameSource {
	return NameSource(max(slices.Index(nameSources[:], name), 0))
}

// Grade says how much a name is worth.
type Grade string

const (
	// Proven names do not rest on the word of the client alone.
	Proven Grade = "proven"
	// Claimed names are a client's word.
	Claimed Grade = "claimed"
	// Contradicted names are claimed for an address that has another proven name, for
	// which there are Witnesses. Or the name is the host of a ServiceEntry, and the client
	// named another.
	Contradicted Grade = "contradicted"
	// Unnamed destinations have an address only.
	Unnamed Grade = "none"
)

// Grades lists all grades.
var Grades = []Grade{Proven, Claimed, Contradicted, Unnamed}

// ParseGrade reads the name of a grade.
func ParseGrade(name string) (Grade, error) {
	if !slices.Contains(Grades, Grade(name)) {
		return "", fmt.Errorf("no grade is called %q", name)
	}
	return Grade(name), nil
}

// Grade of a name, before contradictions are known.
func (s NameSource) Grade() Grade {
	switch s {
	case NameProven, NameOfReverseDNS, NameOfEntry:
		return Proven
	case NameOfServer, NameOfHost, NameClaimed:
		return Claimed
	case EntryMismatch:
		return Contradicted
	default:
		return Unnamed
	}
}

// contradicts tells whether a name from this source may contradict another name for the
// same address. It takes Witnesses, too. Reverse DNS names a machine, which may serve many names.
func (s NameSource) contradicts() bool {
	return s == NameProven || s == NameOfEntry
}

// sameName compares two host names.
func sameName(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}
