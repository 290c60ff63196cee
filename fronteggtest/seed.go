package fronteggtest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg"
)

// AddRole puts a role into an account and returns it as the API shows it. Empty
// fields are filled: ID, VendorID, TenantID, Key, Name and the times. A role with
// the ID of another one takes its place, also in groups.
//
// With an empty tenantID it is a role of the environment, which every account
// has.
func (s *Server) AddRole(tenantID string, r frontegg.Role) frontegg.Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.environment
	if tenantID != "" {
		a = s.tenant(tenantID)
	}
	r.ID = cmp.Or(r.ID, s.newID())
	r.VendorID = cmp.Or(r.VendorID, s.clientID)
	r.TenantID = cmp.Or(r.TenantID, tenantID)
	r.Key = cmp.Or(r.Key, fmt.Sprintf("role-%d", len(a.roles)+1))
	r.Name = cmp.Or(r.Name, r.Key)
	fillTimes(&r.CreatedAt, &r.UpdatedAt)
	put(a.roles, r.ID, r, encodeRole(&r))
	return r
}

// AddUser puts a user into an account and returns it as the API shows it. Empty
// fields are filled: ID, Email, Name and CreatedAt. A user with the ID of another
// one takes its place, also in groups.
func (s *Server) AddUser(tenantID string, u frontegg.User) frontegg.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.tenant(tenantID)
	u.ID = cmp.Or(u.ID, s.newID())
	u.Email = cmp.Or(u.Email, fmt.Sprintf("user-%d@example.com", len(a.users)+1))
	u.Name = cmp.Or(u.Name, u.Email)
	fillTimes(&u.CreatedAt, new(time.Time))
	put(a.users, u.ID, u, encodeUser(&u))
	return u
}

// AddGroup puts a group into an account and returns it as the API shows it, with
// its roles and users. Empty fields are filled: ID, Name, ManagedBy
// ([frontegg.ManagedByFrontegg]) and the times. Roles and users count by their
// IDs; those that the account does not have yet are added to it.
//
// It panics where another group has the ID or the name.
func (s *Server) AddGroup(tenantID string, g frontegg.Group) frontegg.Group {
	g.Roles, g.Users = slices.Clone(g.Roles), slices.Clone(g.Users)
	for i, r := range g.Roles {
		if !s.hasRole(tenantID, r.ID) {
			g.Roles[i] = s.AddRole(tenantID, r)
		}
	}
	for i, u := range g.Users {
		if !s.hasUser(tenantID, u.ID) {
			g.Users[i] = s.AddUser(tenantID, u)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.tenant(tenantID)
	g.ID = cmp.Or(g.ID, s.newID())
	g.Name = cmp.Or(g.Name, fmt.Sprintf("Group %d", len(a.rows)+1))
	g.ManagedBy = cmp.Or(g.ManagedBy, frontegg.ManagedByFrontegg)
	fillTimes(&g.CreatedAt, &g.UpdatedAt)
	if a.groups[g.ID] != nil || a.names[g.Name] != nil {
		panic(fmt.Sprintf("fronteggtest: AddGroup: tenant %q has a group with the id %q or the name %q", tenantID, g.ID, g.Name))
	}
	added := &group{value: g}
	added.value.Roles, added.value.Users = nil, nil
	for _, r := range g.Roles {
		added.roles.add([]*entity[frontegg.Role]{s.role(a, r.ID)})
	}
	for _, u := range g.Users {
		added.users.add([]*entity[frontegg.User]{a.users[u.ID]})
	}
	a.insert(added)
	return added.snapshot()
}

// Groups returns all groups of an account with their roles and users, sorted by
// name. What the caller does to them changes nothing in the server.
func (s *Server) Groups(tenantID string) []frontegg.Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.tenant(tenantID).in(frontegg.SortByName)
	out := make([]frontegg.Group, len(rows))
	for i, g := range rows {
		out[i] = g.snapshot()
	}
	return out
}

func (g *group) snapshot() frontegg.Group {
	out := g.value
	out.Roles, out.Users = g.roles.values(), g.users.values()
	return out
}

func (s *Server) hasRole(tenantID, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.role(s.tenant(tenantID), id) != nil
}

func (s *Server) hasUser(tenantID, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tenant(tenantID).users[id] != nil
}

// role finds a role that an account has, its own or one of the environment.
func (s *Server) role(a *tenantState, id string) *entity[frontegg.Role] {
	return cmp.Or(a.roles[id], s.environment.roles[id])
}

// put stores an entity; one with the same id changes in place.
func put[T any](in map[string]*entity[T], id string, value T, json []byte) {
	if in[id] == nil {
		in[id] = new(entity[T])
	}
	*in[id] = entity[T]{value, json}
}

// fillTimes fills missing times in, and brings all to the API's precision.
func fillTimes(created, updated *time.Time) {
	if created.IsZero() {
		*created = time.Now()
	}
	if updated.IsZero() {
		*updated = *created
	}
	*created, *updated = apiTime(*created), apiTime(*updated)
}
