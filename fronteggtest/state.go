package fronteggtest

import (
	"cmp"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg"
)

// account is the state of one tenant.
type tenantState struct {
	roles  map[string]*entity[frontegg.Role]
	users  map[string]*entity[frontegg.User]
	groups map[string]*group
	names  map[string]*group
	rows   []*group // every group once; group.row is its place
	sorted map[frontegg.SortField][]*group
	reads  int // reads without an order
}

// entity is a role or user, and how the API writes it.
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

// members is a set that remembers the order in which it grew.
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

func newTenantState() *tenantState {
	return &tenantState{
		roles: map[string]*entity[frontegg.Role]{}, users: map[string]*entity[frontegg.User]{},
		groups: map[string]*group{}, names: map[string]*group{}, sorted: map[frontegg.SortField][]*group{},
	}
}

// account returns the state of a tenant, empty where there was none. Call it with
// mu held.
func (s *Server) tenant(tenantID string) *tenantState {
	a := s.tenants[tenantID]
	if a == nil {
		a = newTenantState()
		s.tenants[tenantID] = a
	}
	return a
}

// insert adds a group whose id and name are new.
func (a *tenantState) insert(g *group) {
	g.row = len(a.rows)
	a.rows = append(a.rows, g)
	a.groups[g.value.ID], a.names[g.value.Name] = g, g
	a.changed(g)
}

func (a *tenantState) delete(g *group) {
	last := len(a.rows) - 1
	a.rows[g.row] = a.rows[last]
	a.rows[g.row].row = g.row
	a.rows[last] = nil
	a.rows = a.rows[:last]
	delete(a.groups, g.value.ID)
	delete(a.names, g.value.Name)
	clear(a.sorted)
}

// changed is called when a group has new values.
func (a *tenantState) changed(g *group) {
	g.json = encodeGroup(&g.value)
	clear(a.sorted)
}

// touch marks a group as changed now.
func (a *tenantState) markUpdated(g *group) {
	g.value.UpdatedAt = now()
	a.changed(g)
}

// in returns the groups in an order. It is kept until a group changes, so that a
// walk over many pages sorts once.
func (a *tenantState) in(by frontegg.SortField) []*group {
	if rows, ok := a.sorted[by]; ok {
		return rows
	}
	rows := slices.Clone(a.rows)
	slices.SortFunc(rows, func(x, y *group) int {
		return cmp.Or(compare(by, &x.value, &y.value), cmp.Compare(x.value.ID, y.value.ID))
	})
	a.sorted[by] = rows
	return rows
}

func compare(by frontegg.SortField, x, y *frontegg.Group) int {
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

// strides are primes: going round n rows in such steps meets each row once,
// unless n is a multiple of the step.
var strides = [...]int{7, 11, 13, 17, 19, 23}

// scramble returns rows [from, to) in an order that is another one at each call,
// and the same in each run of a program.
func (a *tenantState) shuffled(rows []*group, from, to int) []*group {
	a.reads++
	n, stride := len(rows), 1
	for i := range strides {
		if s := strides[(a.reads+i)%len(strides)]; n%s != 0 {
			stride = s
			break
		}
	}
	out := make([]*group, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, rows[(a.reads+i*stride)%n])
	}
	return out
}

// now is the time as the API tells it: UTC, whole milliseconds.
func now() time.Time { return apiTime(time.Now()) }

func apiTime(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
