// SPDX-License-Identifier: Apache-2.0

package write

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
	"github.com/otelcol-istio/otelcol-istio/internal/reuse"
	"github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor/internal/labelset"
)

// scope is what becomes of the records of one incoming scope.
type scope struct {
	place    int
	groups   []group
	assigned []int32 // by record: an index into groups, or notOurs
	left     int     // how many are notOurs
	bySet    map[*labelset.Set]int32
}

// group holds the records of one label set.
type group struct {
	set   *labelset.Set
	count int
	into  plog.LogRecordSlice
}

// notOurs is assigned to records that stay where they are.
const notOurs = -1

func (s *scope) start(place, records int) {
	s.place, s.left = place, 0
	s.groups, s.assigned = s.groups[:0], s.assigned[:0]
	if cap(s.assigned) < records {
		s.assigned = make([]int32, 0, records)
	}
}

// kept is how many records, and label sets, of one scope the next one finds memory
// for.
const kept = 4096

// release lets go of the request. Memory of an unusual size is given back.
func (s *scope) release() {
	if cap(s.groups) > kept {
		s.bySet = nil
	}
	clear(s.bySet)
	s.groups = reuse.Empty(s.groups, kept)
	s.assigned = reuse.Empty(s.assigned, kept)
}

func (s *scope) leave() {
	s.assigned = append(s.assigned, notOurs)
	s.left++
}

func (s *scope) join(group int32) {
	s.groups[group].count++
	s.assigned = append(s.assigned, group)
}

// groupOf is the group of a set, new if need be.
func (s *scope) groupOf(set *labelset.Set) int32 {
	i, ok := s.bySet[set]
	if !ok {
		if s.bySet == nil {
			s.bySet = make(map[*labelset.Set]int32)
		}
		i = int32(len(s.groups))
		s.bySet[set] = i
		s.groups = append(s.groups, group{set: set})
	}
	return i
}

// move gives each group a scope of its own. The largest group stays where it is,
// in the old scope, which becomes ours, unless records stay that are not.
func (s *scope) move(scopes plog.ScopeLogsSlice) {
	home := s.largest()
	if s.left > 0 {
		home = notOurs
	}
	for i := range s.groups {
		if i == home {
			continue
		}
		apart := scopes.AppendEmpty()
		apart.SetSchemaUrl(scopes.At(s.place).SchemaUrl())
		writeSet(apart.Scope(), s.groups[i].set)
		s.groups[i].into = apart.LogRecords()
		s.groups[i].into.EnsureCapacity(s.groups[i].count)
	}
	if home != notOurs {
		writeSet(scopes.At(s.place).Scope(), s.groups[home].set)
	}
	if len(s.groups) > 1 || home == notOurs {
		s.moveRecords(scopes.At(s.place).LogRecords(), home)
	}
}

func (s *scope) largest() int {
	best := 0
	for i := range s.groups {
		if s.groups[i].count > s.groups[best].count {
			best = i
		}
	}
	return best
}

func (s *scope) moveRecords(records plog.LogRecordSlice, home int) {
	k := 0
	records.RemoveIf(func(lr plog.LogRecord) bool {
		i := int(s.assigned[k])
		k++
		if i == notOurs || i == home {
			return false
		}
		lr.MoveTo(s.groups[i].into.AppendEmpty())
		return true
	})
}

// writeSet makes a scope hold a label set and nothing else: every attribute of such
// a scope is a label.
func writeSet(to pcommon.InstrumentationScope, set *labelset.Set) {
	to.SetName(contract.ScopeName)
	to.SetVersion("")
	set.Attributes().CopyTo(to.Attributes())
}
