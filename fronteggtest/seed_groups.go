package fronteggtest

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg"
)

// AddGroup adds a group to a tenant and returns it as the API shows it, with its
// roles and users. Empty fields are filled: ID, Name, ManagedBy
// ([frontegg.ManagedByFrontegg]) and the times. Roles and users are looked up by
// ID; those that the tenant does not have are added to it.
//
// It panics if another group of the tenant has the ID or the name.
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
	a := s.mention(tenantID)
	g.ID = cmp.Or(g.ID, s.newID())
	g.Name = cmp.Or(g.Name, fmt.Sprintf("Group %d", len(a.rows)+1))
	g.ManagedBy = cmp.Or(g.ManagedBy, frontegg.ManagedByFrontegg)
	fillTimes(&g.CreatedAt, &g.UpdatedAt)
	if a.groups[g.ID] != nil || a.names[s.nameKey(g.Name)] != nil {
		panic(fmt.Sprintf("fronteggtest: AddGroup: tenant %q has a group with the ID %q or the name %q", tenantID, g.ID, g.Name))
	}
	added := &group{value: g}
	added.value.Roles, added.value.Users = nil, nil
	for _, r := range g.Roles {
		added.roles.add([]*entity[frontegg.Role]{s.role(a, r.ID)})
	}
	for _, u := range g.Users {
		added.users.add([]*entity[frontegg.User]{a.users[u.ID]})
	}
	s.insert(a, added)
	return added.snapshot()
}

// Groups returns all groups of a tenant with their roles and users, sorted by name.
// The result is a copy.
func (s *Server) Groups(tenantID string) []frontegg.Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.tenant(tenantID).sortedBy(frontegg.SortByName)
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

// role returns a role that a tenant has, its own or one of the environment.
func (s *Server) role(a *tenantState, id string) *entity[frontegg.Role] {
	return cmp.Or(a.roles[id], s.environment.roles[id])
}
