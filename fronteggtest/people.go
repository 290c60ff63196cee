package fronteggtest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// person is a user of the environment. Its ActivatedForTenant is not used: that
// belongs to the entity in a tenant.
type person struct {
	value   frontegg.User
	roleIDs map[string][]string // by tenant; without those of groups
}

// putPerson stores the user u of a tenant as p and in all its tenants.
func (s *Server) putPerson(p *person, u frontegg.User, tenantID string) {
	tenants := slices.Clone(p.value.TenantIDs)
	for _, id := range append([]string{tenantID}, u.TenantIDs...) {
		if !slices.Contains(tenants, id) {
			tenants = append(tenants, id)
			a := s.mention(id)
			a.members = append(a.members, p)
		}
	}
	changed := !equalInGroups(&u, &p.value)
	p.value = u
	p.value.TenantIDs = tenants
	for _, id := range tenants {
		users := s.tenant(id).users
		e := users[u.ID]
		if e != nil && id != tenantID && !changed {
			continue
		}
		shown := frontegg.User{
			ID: u.ID, Email: u.Email, Name: u.Name, ProfilePictureURL: u.ProfilePictureURL,
			CreatedAt: u.CreatedAt, ActivatedForTenant: u.ActivatedForTenant,
		}
		if e != nil && id != tenantID {
			shown.ActivatedForTenant = e.value.ActivatedForTenant
		}
		put(users, u.ID, shown, encodeGroupUser(&shown))
	}
	clear(s.userLists)
}

// equalInGroups reports whether the groups API shows two users alike.
func equalInGroups(x, y *frontegg.User) bool {
	return x.Email == y.Email && x.Name == y.Name && x.ProfilePictureURL == y.ProfilePictureURL && x.CreatedAt.Equal(y.CreatedAt)
}

// usersOf returns the users of a tenant, in ascending order if by is not empty. An
// empty tenantID means all users of the environment. The result is kept until a
// user is added, so that a walk over many pages sorts once.
func (s *Server) usersOf(tenantID string, includeSubTenants bool, by string) []*person {
	key := fmt.Sprintf("%q %t %s", tenantID, includeSubTenants, by)
	if users, ok := s.userLists[key]; ok {
		return users
	}
	tenants := s.tenantOrder
	if tenantID != "" {
		tenants = []*tenantState{s.tenant(tenantID)}
		for i := 0; includeSubTenants && i < len(tenants); i++ {
			for _, id := range tenants[i].children {
				if child := s.tenant(id); !slices.Contains(tenants, child) {
					tenants = append(tenants, child)
				}
			}
		}
	}
	var users []*person
	seen := map[*person]bool{}
	for _, a := range tenants {
		for _, p := range a.members {
			if !seen[p] {
				seen[p] = true
				users = append(users, p)
			}
		}
	}
	if by != "" {
		slices.SortFunc(users, func(x, y *person) int {
			return cmp.Or(comparePeople(by, &x.value, &y.value), cmp.Compare(x.value.ID, y.value.ID))
		})
	}
	s.userLists[key] = users
	return users
}

func comparePeople(by string, x, y *frontegg.User) int {
	switch by {
	case "createdAt":
		return x.CreatedAt.Compare(y.CreatedAt)
	case "name":
		return strings.Compare(x.Name, y.Name)
	case "email":
		return strings.Compare(x.Email, y.Email)
	case "verified":
		return compareBool(x.Verified, y.Verified)
	case "isLocked":
		return compareBool(x.Locked, y.Locked)
	case "tenantId":
		return strings.Compare(x.TenantIDs[0], y.TenantIDs[0])
	}
	return 0
}

func compareBool(x, y bool) int {
	switch {
	case x == y:
		return 0
	case y:
		return -1
	}
	return 1
}

// rolesOf returns the roles of a user in a tenant, without those of groups.
func (s *Server) rolesOf(tenantID, userID string) []*entity[frontegg.Role] {
	var roles []*entity[frontegg.Role]
	if p := s.people[userID]; p != nil {
		for _, id := range p.roleIDs[tenantID] {
			roles = append(roles, s.role(s.tenant(tenantID), id))
		}
	}
	return roles
}
