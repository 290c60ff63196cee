package fronteggtest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
)

// tenantState is the state of one tenant.
type tenantState struct {
	id       string
	listed   *listedTenant // nil: no Add method mentioned the tenant
	children []string      // IDs of its sub-tenants

	roles   map[string]*entity[frontegg.Role]
	users   map[string]*entity[frontegg.User]
	members []*person // its users in the order in which they were added
	groups  map[string]*group
	names   map[string]*group // keys are those of nameKey
	rows    []*group          // every group once; group.row is its index
	sorted  map[frontegg.SortField][]*group
	reads   int // number of unordered reads
}

// entity is a role or a user, and its JSON in a group.
type entity[T any] struct {
	value T
	json  []byte
}

// group is the state of one group. Its value holds no roles and users.
type group struct {
	value frontegg.Group
	json  []byte // without roles, users and the closing brace
	row   int
	roles members[frontegg.Role]
	users members[frontegg.User]
}

// members is a set in order of insertion.
type members[T any] struct {
	list []*entity[T]
	has  map[*entity[T]]struct{}
}

func (m *members[T]) add(entities []*entity[T]) {
	if m.has == nil && len(entities) > 0 {
		m.has = make(map[*entity[T]]struct{}, len(entities))
	}
	for _, e := range entities {
		if _, there := m.has[e]; !there {
			m.has[e] = struct{}{}
			m.list = append(m.list, e)
		}
	}
}

func (m *members[T]) remove(entities []*entity[T]) {
	for _, e := range entities {
		delete(m.has, e)
	}
	m.list = slices.DeleteFunc(m.list, func(e *entity[T]) bool {
		_, stays := m.has[e]
		return !stays
	})
}

func (m *members[T]) values() []T {
	out := make([]T, len(m.list))
	for i, e := range m.list {
		out[i] = e.value
	}
	return out
}

func newTenantState(id string) *tenantState {
	return &tenantState{
		id: id, roles: map[string]*entity[frontegg.Role]{}, users: map[string]*entity[frontegg.User]{},
		groups: map[string]*group{}, names: map[string]*group{}, sorted: map[frontegg.SortField][]*group{},
	}
}

// tenant returns the state of a tenant, empty if there was none. Call it with mu
// held.
func (s *Server) tenant(tenantID string) *tenantState {
	a := s.tenants[tenantID]
	if a == nil {
		a = newTenantState(tenantID)
		s.tenants[tenantID] = a
	}
	return a
}

// knows reports whether an Add method mentioned the tenant.
func (s *Server) knows(tenantID string) bool {
	a := s.tenants[tenantID]
	return a != nil && a.listed != nil
}

// nameKey returns the key of a group name in tenantState.names.
func (s *Server) nameKey(name string) string {
	if s.behavior.NamesIgnoreCase {
		return strings.ToLower(name)
	}
	return name
}

// insert adds a group whose ID and name are new.
func (s *Server) insert(a *tenantState, g *group) {
	g.row = len(a.rows)
	a.rows = append(a.rows, g)
	a.groups[g.value.ID], a.names[s.nameKey(g.value.Name)] = g, g
	s.changed(a, g)
}

// remove deletes a group.
func (s *Server) remove(a *tenantState, g *group) {
	last := len(a.rows) - 1
	a.rows[g.row] = a.rows[last]
	a.rows[g.row].row = g.row
	a.rows[last] = nil
	a.rows = a.rows[:last]
	delete(a.groups, g.value.ID)
	delete(a.names, s.nameKey(g.value.Name))
	clear(a.sorted)
}

// changed is called when a group has new values.
func (s *Server) changed(a *tenantState, g *group) {
	g.json = encodeGroup(&g.value, !s.behavior.GroupsWithoutDates)
	clear(a.sorted)
}

// markUpdated sets the time of a group's last change to now.
func (s *Server) markUpdated(a *tenantState, g *group) {
	g.value.UpdatedAt = now()
	s.changed(a, g)
}

// sortedBy returns the groups in ascending order. The result is kept until a group
// changes, so that a walk over many pages sorts once.
func (a *tenantState) sortedBy(by frontegg.SortField) []*group {
	if rows, ok := a.sorted[by]; ok {
		return rows
	}
	rows := slices.Clone(a.rows)
	slices.SortFunc(rows, func(x, y *group) int {
		return cmp.Or(compareGroups(by, &x.value, &y.value), cmp.Compare(x.value.ID, y.value.ID))
	})
	a.sorted[by] = rows
	return rows
}

func compareGroups(by frontegg.SortField, x, y *frontegg.Group) int {
	switch by {
	case frontegg.SortByName:
		return cmp.Compare(x.Name, y.Name)
	case frontegg.SortByCreatedAt:
		return x.CreatedAt.Compare(y.CreatedAt)
	case frontegg.SortByUpdatedAt:
		return x.UpdatedAt.Compare(y.UpdatedAt)
	}
	return 0
}

// now is the current time as the API formats it: UTC, whole milliseconds.
func now() time.Time { return apiTime(time.Now()) }

func apiTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
