package istiolabelsprocessor // import "github.com/otelcol-istio/otelcol-istio/processor/istiolabelsprocessor"

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
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

// apply moves the records and labels the scopes. named says that the resource
// has attributes with names of labels: then our records get a resource of their
// own without them, since those of others keep theirs.
func (g *grouping) apply(w *worker, all plog.ResourceLogsSlice, resource int, named bool) {
	if named {
		g.applyApart(w, all, resource)
		return
	}
	scopes := all.At(resource).ScopeLogs()
	for i := range g.scopes[:g.used] {
		s := &g.scopes[i]
		home := s.largest()
		if s.left > 0 {
			home = notOurs
		}
		s.move(w, scopes, scopes, home)
	}
}

func (g *grouping) applyApart(w *worker, all plog.ResourceLogsSlice, resource int) {
	ours := 0
	for i := range g.scopes[:g.used] {
		ours += len(g.scopes[i].groups)
	}
	if ours == 0 {
		return
	}
	apart := all.AppendEmpty()
	from := all.At(resource)
	from.Resource().CopyTo(apart.Resource())
	apart.SetSchemaUrl(from.SchemaUrl())
	w.removeOwned(apart.Resource().Attributes(), true)
	for i := range g.scopes[:g.used] {
		g.scopes[i].move(w, from.ScopeLogs(), apart.ScopeLogs(), notOurs)
	}
	from.ScopeLogs().RemoveIf(func(sl plog.ScopeLogs) bool { return sl.LogRecords().Len() == 0 })
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

// move gives each group a scope of its own among the given ones; the group at
// home keeps the old scope.
func (s *scopeGroups) move(w *worker, from, to plog.ScopeLogsSlice, home int) {
	if len(s.groups) == 0 {
		return
	}
	removed := w.counts.removed
	for i := range s.groups {
		if i == home {
			continue
		}
		apart := to.AppendEmpty()
		source := from.At(s.index)
		copyScope(source.Scope(), apart.Scope())
		apart.SetSchemaUrl(source.SchemaUrl())
		w.counts.removed = removed // each copy holds them, but they arrived once
		w.label(apart.Scope(), s.groups[i].set)
		s.groups[i].into = apart.LogRecords()
		s.groups[i].into.EnsureCapacity(s.groups[i].count)
	}
	if home != notOurs {
		w.counts.removed = removed
		w.label(from.At(s.index).Scope(), s.groups[home].set)
	}
	if len(s.groups) == 1 && home != notOurs {
		return
	}
	k := 0
	from.At(s.index).LogRecords().RemoveIf(func(lr plog.LogRecord) bool {
		i := int(s.assigned[k])
		k++
		if i == notOurs || i == home {
			return false
		}
		lr.MoveTo(s.groups[i].into.AppendEmpty())
		return true
	})
}

// What a scope may hold to be copied for each label set of its records: a sender
// who makes both many must not make their product.
const (
	maxScopeAttributes = 64
	maxScopeBytes      = 4096
)

// copyScope copies a scope, without its attributes if they are many or large.
func copyScope(from, to pcommon.InstrumentationScope) {
	size := 0
	for name, v := range from.Attributes().All() {
		if !isShort(v) {
			size += maxScopeBytes
		}
		size += len(name)
		if v.Type() == pcommon.ValueTypeStr {
			size += len(v.Str())
		}
	}
	if from.Attributes().Len() <= maxScopeAttributes && size <= maxScopeBytes {
		from.CopyTo(to)
		return
	}
	to.SetName(from.Name())
	to.SetVersion(from.Version())
}

// label writes a set's attributes on a scope, where nothing else may stand
// under a label's name: the set may leave that label out.
func (w *worker) label(scope pcommon.InstrumentationScope, set *labelSet) {
	attributes := scope.Attributes()
	w.removeOwned(attributes, true)
	if w.p.onRecord {
		return
	}
	if attributes.Len() == 0 {
		set.attributes().CopyTo(attributes)
		return
	}
	for k, v := range set.attributes().All() {
		v.CopyTo(attributes.PutEmpty(k))
	}
}
