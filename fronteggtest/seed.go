package fronteggtest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg"
)

// AddTenant adds a tenant and returns it as the API shows it. Empty fields are
// filled: ID, Name and the times. A tenant with a known ID replaces that tenant's
// fields; its groups, users and roles stay.
//
// The other Add methods add a tenant that they name if there is none.
func (s *Server) AddTenant(t frontegg.Tenant) frontegg.Tenant {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addTenant(t)
}

// AddSubTenant is [Server.AddTenant] for a sub-tenant of parentID.
func (s *Server) AddSubTenant(parentID string, t frontegg.Tenant) frontegg.Tenant {
	s.mu.Lock()
	defer s.mu.Unlock()
	t = s.addTenant(t)
	parent := s.mention(parentID)
	if !slices.Contains(parent.children, t.ID) {
		parent.children = append(parent.children, t.ID)
	}
	clear(s.userLists)
	return t
}

func (s *Server) addTenant(t frontegg.Tenant) frontegg.Tenant {
	t.ID = cmp.Or(t.ID, s.newID())
	t.Name = cmp.Or(t.Name, t.ID)
	fillTimes(&t.CreatedAt, &t.UpdatedAt)
	a := s.tenant(t.ID)
	if a.listed == nil {
		a.listed = &listedTenant{rowID: s.newID()}
		s.tenantOrder = append(s.tenantOrder, a)
	}
	a.listed.value = t
	return t
}

// mention returns the state of a tenant and adds the tenant if there is none.
func (s *Server) mention(tenantID string) *tenantState {
	if !s.knows(tenantID) {
		s.addTenant(frontegg.Tenant{ID: tenantID})
	}
	return s.tenant(tenantID)
}

// AddRole adds a role to a tenant and returns it as the API shows it. Empty fields
// are filled: ID, VendorID, TenantID, Key, Name, Permissions (no elements) and the
// times. A role with a known ID replaces that role, also in groups.
//
// If tenantID is empty, it is a role of the environment, which every tenant has.
func (s *Server) AddRole(tenantID string, r frontegg.Role) frontegg.Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.environment
	if tenantID != "" {
		a = s.mention(tenantID)
	}
	r.ID = cmp.Or(r.ID, s.newID())
	r.VendorID = cmp.Or(r.VendorID, s.clientID)
	r.TenantID = cmp.Or(r.TenantID, tenantID)
	r.Key = cmp.Or(r.Key, fmt.Sprintf("role-%d", len(a.roles)+1))
	r.Name = cmp.Or(r.Name, r.Key)
	if r.Permissions == nil {
		r.Permissions = []string{}
	}
	fillTimes(&r.CreatedAt, &r.UpdatedAt)
	put(a.roles, r.ID, r, encodeGroupRole(&r))
	return r
}

// AddUser adds a user to a tenant, and to those of u.TenantIDs, and returns the
// user. Empty fields are filled: ID, Email, Name and CreatedAt. A user with a known
// ID replaces that user, also in groups and in other tenants; texts and times that
// are empty then keep their values.
//
// The groups API shows only some of the fields: ID, Email, Name,
// ProfilePictureURL, CreatedAt and ActivatedForTenant, which belongs to tenantID.
// The users API shows all.
func (s *Server) AddUser(tenantID string, u frontegg.User) frontegg.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	u.ID = cmp.Or(u.ID, s.newID())
	p := s.people[u.ID]
	if p == nil {
		p = &person{roleIDs: map[string][]string{}}
		s.people[u.ID] = p
	}
	u.Email = cmp.Or(u.Email, p.value.Email, fmt.Sprintf("user-%d@example.com", len(s.mention(tenantID).users)+1))
	u.Name = cmp.Or(u.Name, p.value.Name, u.Email)
	u.ProfilePictureURL = cmp.Or(u.ProfilePictureURL, p.value.ProfilePictureURL)
	u.ExternalID = cmp.Or(u.ExternalID, p.value.ExternalID)
	u.ManagedBy = cmp.Or(u.ManagedBy, p.value.ManagedBy)
	u.CreatedAt = cmp.Or(u.CreatedAt, p.value.CreatedAt)
	fillTimes(&u.CreatedAt, new(time.Time))
	u.LastLogin = apiTime(cmp.Or(u.LastLogin, p.value.LastLogin))
	s.putPerson(p, u, tenantID)
	return u
}

// AssignRoles gives roles to a user in a tenant, in addition to those of the user's
// groups. It panics if the tenant does not have the user or a role.
func (s *Server) AssignRoles(tenantID, userID string, roleIDs ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.mention(tenantID)
	if a.users[userID] == nil {
		panic(fmt.Sprintf("fronteggtest: AssignRoles: tenant %q has no user %q", tenantID, userID))
	}
	held := s.people[userID].roleIDs
	for _, id := range roleIDs {
		if s.role(a, id) == nil {
			panic(fmt.Sprintf("fronteggtest: AssignRoles: tenant %q has no role %q", tenantID, id))
		}
		if !slices.Contains(held[tenantID], id) {
			held[tenantID] = append(held[tenantID], id)
		}
	}
}

// put stores an entity; one with the same ID changes in place.
func put[T any](in map[string]*entity[T], id string, value T, json []byte) {
	if in[id] == nil {
		in[id] = new(entity[T])
	}
	*in[id] = entity[T]{value, json}
}

// fillTimes fills missing times in and truncates all to the API's precision.
func fillTimes(created, updated *time.Time) {
	if created.IsZero() {
		*created = time.Now()
	}
	if updated.IsZero() {
		*updated = *created
	}
	*created, *updated = apiTime(*created), apiTime(*updated)
}
