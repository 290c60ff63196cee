package fronteggtest

import (
	"net/http"

	"github.com/frontegg-go/frontegg"
)

func (s *Server) addRoles(c *call) response    { return s.changeRoles(c, true) }
func (s *Server) removeRoles(c *call) response { return s.changeRoles(c, false) }
func (s *Server) addUsers(c *call) response    { return s.changeUsers(c, true) }
func (s *Server) removeUsers(c *call) response { return s.changeUsers(c, false) }

func (s *Server) changeRoles(c *call, add bool) response {
	in, failure := decode[struct {
		IDs []string `json:"roleIds"`
	}](c)
	if failure != nil {
		return *failure
	}
	a := s.tenant(c.tenant)
	return changeMembers(c, a, add, "role", in.IDs,
		func(g *group) *members[frontegg.Role] { return &g.roles },
		func(id string) *entity[frontegg.Role] { return s.role(a, id) })
}

func (s *Server) changeUsers(c *call, add bool) response {
	in, failure := decode[struct {
		IDs []string `json:"userIds"`
	}](c)
	if failure != nil {
		return *failure
	}
	a := s.tenant(c.tenant)
	return changeMembers(c, a, add, "user", in.IDs,
		func(g *group) *members[frontegg.User] { return &g.users },
		func(id string) *entity[frontegg.User] { return a.users[id] })
}

// changeMembers adds members to a group or removes them. It changes nothing if the
// tenant does not have one of the IDs.
func changeMembers[T any](
	c *call, a *tenantState, add bool, kind string, ids []string,
	set func(*group) *members[T], find func(id string) *entity[T],
) response {
	g := a.groups[c.id]
	if g == nil {
		return groupNotFound(c.id)
	}
	if ids == nil {
		return *badRequest(kind + "Ids must be an array")
	}
	entities := make([]*entity[T], len(ids))
	for i, id := range ids {
		if entities[i] = find(id); entities[i] == nil {
			return errorResponseWithCode(http.StatusNotFound, codeMemberNotFound, "The tenant has no "+kind+" "+id)
		}
	}
	status := http.StatusOK
	if add {
		set(g).add(entities)
		status = http.StatusCreated
	} else {
		set(g).remove(entities)
	}
	return success(status, nil)
}
