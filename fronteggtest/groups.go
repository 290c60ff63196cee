package fronteggtest

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// groupInput is the body of a create or an update. nil means absent or null.
type groupInput struct {
	Name        *string `json:"name"`
	Color       *string `json:"color"`
	Description *string `json:"description"`
	Metadata    *string `json:"metadata"`
}

// apply sets the fields of g that are present.
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
		return *badRequest("name should not be empty")
	}
	a := s.tenant(c.tenant)
	if a.names[s.nameKey(*in.Name)] != nil {
		return nameTaken(*in.Name)
	}
	g := &group{value: frontegg.Group{ID: s.newID(), ManagedBy: frontegg.ManagedByFrontegg, CreatedAt: now()}}
	g.value.UpdatedAt = g.value.CreatedAt
	in.apply(&g.value)
	s.insert(a, g)
	return success(http.StatusCreated, appendGroup(nil, g, relations{}))
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
			return *badRequest("name should not be empty")
		}
		if other := a.names[s.nameKey(*in.Name)]; other != nil && other != g {
			return nameTaken(*in.Name)
		}
		delete(a.names, s.nameKey(g.value.Name))
		a.names[s.nameKey(*in.Name)] = g
	}
	in.apply(&g.value)
	s.markUpdated(a, g)
	return success(http.StatusOK, appendGroup(nil, g, relations{}))
}

func (s *Server) delete(c *call) response {
	a := s.tenant(c.tenant)
	g := a.groups[c.id]
	if g == nil {
		return groupNotFound(c.id)
	}
	s.remove(a, g)
	return success(http.StatusOK, nil)
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
	return success(http.StatusOK, appendGroup(nil, g, with))
}

func (s *Server) list(c *call) response {
	with, failure := parseRelations(c)
	if failure != nil {
		return *failure
	}
	a := s.tenant(c.tenant)
	return success(http.StatusOK, groupList(shuffled(a.rows, 0, len(a.rows), &a.reads), with))
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
		return *badRequest("groupsIds must be an array")
	}
	a := s.tenant(c.tenant)
	found, seen := []*group{}, map[string]bool{}
	for _, id := range in.IDs {
		if g := a.groups[id]; g != nil && !seen[id] {
			found = append(found, g)
		}
		seen[id] = true
	}
	return success(http.StatusCreated, groupList(shuffled(found, 0, len(found), &a.reads), with))
}

func groupList(groups []*group, with relations) []byte {
	return append(appendGroups([]byte(`{"groups":`), groups, with), '}')
}

// readGroupPage reads the page of groups.listPage.
func (s *Server) readGroupPage(q url.Values) (page, *response) {
	largest := cmp.Or(s.behavior.MaxGroupsLimit, maxLimit)
	p, failure := readPage(q, pageRules{largest, []string{"id", "name", "createdAt", "updatedAt"}})
	if asked, err := strconv.Atoi(q.Get("_limit")); err == nil && failure == nil && s.behavior.PagesByAskedLimit {
		p.countLimit = asked
	}
	return p, failure
}

func (s *Server) listPage(c *call) response {
	with, failure := parseRelations(c)
	if failure != nil {
		return *failure
	}
	q := c.URL.Query()
	if s.behavior.PagesWithRelations && q.Get("_groupsRelations") == "" {
		with = relations{roles: true, users: true}
	}
	p, failure := s.readGroupPage(q)
	if failure != nil {
		return *failure
	}
	a := s.tenant(c.tenant)
	rows := a.rows
	if p.by != "" {
		rows = a.sortedBy(frontegg.SortField(p.by))
	}
	return s.pageResponse(c, p, appendGroups(nil, pageOf(p, rows, &a.reads), with), len(rows))
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
	return relations{}, badRequest("_groupsRelations must be one of the following values: roles, users, rolesAndUsers")
}
