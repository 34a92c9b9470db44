package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-istio/otelcol-istio/internal/contract"
)

// grouping puts the records of a resource into scopes by their label set.
// Records that are not ours stay where they are.
type grouping struct {
	scopes []scopeGroups
	used   int
}

// scopeGroups is what became of the records of one incoming scope.
type scopeGroups struct {
	index    int
	groups   []group
	assigned []int32 // by record: an index into groups, or notOurs
	left     int     // how many are notOurs
	bySet    map[*labelSet]int32
}

type group struct {
	set   *labelSet
	count int
	into  plog.LogRecordSlice
}

// notOurs is assigned to records that stay where they are.
const notOurs = -1

func (g *grouping) reset() { g.used = 0 }

func (g *grouping) startScope(index, records int) {
	if g.used == len(g.scopes) {
		g.scopes = append(g.scopes, scopeGroups{})
	}
	s := &g.scopes[g.used]
	g.used++
	s.index, s.left = index, 0
	clear(s.groups)
	s.groups, s.assigned = s.groups[:0], s.assigned[:0]
	if cap(s.assigned) < records {
		s.assigned = make([]int32, 0, records)
	}
	if s.bySet == nil {
		s.bySet = make(map[*labelSet]int32)
	}
	clear(s.bySet)
}

func (g *grouping) leave() {
	s := &g.scopes[g.used-1]
	s.assigned = append(s.assigned, notOurs)
	s.left++
}

// join files a record under its set. slot, which may be nil, remembers the group
// for the next record: it spares looking the set up.
func (g *grouping) join(set *labelSet, slot *recentSet, batch uint64) {
	s := &g.scopes[g.used-1]
	var i int32
	if slot != nil && slot.batch == batch && int(slot.group) < len(s.groups) && s.groups[slot.group].set == set {
		i = slot.group
	} else {
		i = s.groupOf(set)
	}
	if slot != nil {
		slot.batch, slot.group = batch, i
	}
	s.groups[i].count++
	s.assigned = append(s.assigned, i)
}

// groupOf is the group of a set, new if need be.
func (s *scopeGroups) groupOf(set *labelSet) int32 {
	i, ok := s.bySet[set]
	if !ok {
		i = int32(len(s.groups))
		s.bySet[set] = i
		s.groups = append(s.groups, group{set: set})
	}
	return i
}

// release lets go of the request.
func (g *grouping) release() {
	for i := range g.scopes[:g.used] {
		clear(g.scopes[i].groups)
		clear(g.scopes[i].bySet)
	}
	g.used = 0
}

// apply moves the records and labels the scopes.
func (g *grouping) apply(w *worker, scopes plog.ScopeLogsSlice) {
	for i := range g.scopes[:g.used] {
		s := &g.scopes[i]
		home := s.largest()
		if s.left > 0 {
			home = notOurs
		}
		s.move(w, scopes, home)
	}
}

// largest is the group that stays where it is, so that it need not be moved.
func (s *scopeGroups) largest() int {
	best := notOurs
	for i := range s.groups {
		if best == notOurs || s.groups[i].count > s.groups[best].count {
			best = i
		}
	}
	return best
}

// move gives each group a scope of its own; the group at home has the old scope,
// which becomes ours.
func (s *scopeGroups) move(w *worker, scopes plog.ScopeLogsSlice, home int) {
	if len(s.groups) == 0 {
		return
	}
	w.countOwned(scopes.At(s.index).Scope().Attributes())
	for i := range s.groups {
		if i == home {
			continue
		}
		apart := scopes.AppendEmpty()
		apart.SetSchemaUrl(scopes.At(s.index).SchemaUrl())
		label(apart.Scope(), s.groups[i].set)
		s.groups[i].into = apart.LogRecords()
		s.groups[i].into.EnsureCapacity(s.groups[i].count)
	}
	if home != notOurs {
		label(scopes.At(s.index).Scope(), s.groups[home].set)
	}
	if len(s.groups) == 1 && home != notOurs {
		return
	}
	k := 0
	scopes.At(s.index).LogRecords().RemoveIf(func(lr plog.LogRecord) bool {
		i := int(s.assigned[k])
		k++
		if i == notOurs || i == home {
			return false
		}
		lr.MoveTo(s.groups[i].into.AppendEmpty())
		return true
	})
}

// label makes a scope hold a label set, and nothing else: every attribute of such
// a scope is a label.
func label(scope pcommon.InstrumentationScope, set *labelSet) {
	scope.SetName(contract.ScopeName)
	scope.SetVersion("")
	set.attributes().CopyTo(scope.Attributes())
}

// countOwned counts attributes that do not come along since labels have their
// names.
func (w *worker) countOwned(attributes pcommon.Map) {
	for name := range attributes.All() {
		if _, owned := w.p.owned[name]; owned && !isOperatorToo(name) && !w.p.isUsersOwn(name) {
			w.counts.removed++
		}
	}
}
