package fronteggtest

import (
	"net/http"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// groupInput is the body of a create or an update; nil stands for a member that
// is absent or null.
type groupInput struct {
	Name        *string `json:"name"`
	Color       *string `json:"color"`
	Description *string `json:"description"`
	Metadata    *string `json:"metadata"`
}

// apply writes what is there into a group.
func (in *groupInput) apply(g *frontegg.Group) {
	for _, field := range []struct{ to, from *string }{
		{&g.Name, in.Name}, {&g.Color, in.Color}, {&g.Description, in.Description}, {&g.Metadata, in.Metadata},
	} {
		if field.from != nil {
			*field.to = *field.from
		}
	}
}

func (s *Server) create(c *call) response {
	in, failure := decode[groupInput](c)
	if failure != nil {
		return *failure
	}
	if in.Name == nil || strings.TrimSpace(*in.Name) == "" {
		return errorResponse(http.StatusBadRequest, "name should not be empty")
	}
	a := s.tenant(c.tenant)
	if a.names[*in.Name] != nil {
		return nameTaken(*in.Name)
	}
	g := &group{value: frontegg.Group{ID: s.newID(), ManagedBy: frontegg.ManagedByFrontegg, CreatedAt: now()}}
	g.value.UpdatedAt = g.value.CreatedAt
	in.apply(&g.value)
	a.insert(g)
	return done(http.StatusCreated, appendGroup(nil, g, relations{}))
}

func (s *Server) update(c *call) response {
	in, failure := decode[groupInput](c)
	if failure != nil {
		return *failure
	}
	a := s.tenant(c.tenant)
	g := a.groups[c.id]
	if g == nil {
		return groupNotFound(c.id)
	}
	if in.Name != nil {
		if strings.TrimSpace(*in.Name) == "" {
			return errorResponse(http.StatusBadRequest, "name should not be empty")
		}
		if other := a.names[*in.Name]; other != nil && other != g {
			return nameTaken(*in.Name)
		}
		delete(a.names, g.value.Name)
		a.names[*in.Name] = g
	}
	in.apply(&g.value)
	a.markUpdated(g)
	return done(http.StatusOK, appendGroup(nil, g, relations{}))
}

func (s *Server) delete(c *call) response {
	a := s.tenant(c.tenant)
	g := a.groups[c.id]
	if g == nil {
		return groupNotFound(c.id)
	}
	a.delete(g)
	return done(http.StatusOK, nil)
}

func (s *Server) get(c *call) response {
	with, failure := parseRelations(c)
	if failure != nil {
		return *failure
	}
	g := s.tenant(c.tenant).groups[c.id]
	if g == nil {
		return groupNotFound(c.id)
	}
	return done(http.StatusOK, appendGroup(nil, g, with))
}

func (s *Server) list(c *call) response {
	with, failure := parseRelations(c)
	if failure != nil {
		return *failure
	}
	a := s.tenant(c.tenant)
	return done(http.StatusOK, groupList(a.shuffled(a.rows, 0, len(a.rows)), with))
}

func (s *Server) bulkGet(c *call) response {
	with, failure := parseRelations(c)
	if failure != nil {
		return *failure
	}
	in, failure := decode[struct {
		IDs []string `json:"groupsIds"`
	}](c)
	if failure != nil {
		return *failure
	}
	if in.IDs == nil {
		return errorResponse(http.StatusBadRequest, "groupsIds must be an array")
	}
	a := s.tenant(c.tenant)
	found, seen := []*group{}, map[string]bool{}
	for _, id := range in.IDs {
		if g := a.groups[id]; g != nil && !seen[id] {
			found = append(found, g)
		}
		seen[id] = true
	}
	return done(http.StatusCreated, groupList(a.shuffled(found, 0, len(found)), with))
}

func groupList(groups []*group, with relations) []byte {
	return append(appendGroups([]byte(`{"groups":`), groups, with), '}')
}

func parseRelations(c *call) (relations, *response) {
	switch asked := c.URL.Query().Get("_groupsRelations"); asked {
	case "":
		return relations{}, nil
	case "roles":
		return relations{roles: true}, nil
	case "users":
		return relations{users: true}, nil
	case "rolesAndUsers":
		return relations{roles: true, users: true}, nil
	}
	failure := errorResponse(http.StatusBadRequest, "_groupsRelations must be one of roles, users, rolesAndUsers")
	return relations{}, &failure
}
