package fronteggtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// maxUserIDs is the largest number of ids that users/v3/groups and users/v3/roles
// accept.
const maxUserIDs = 250

var userPages = pageRules{maxLimit, []string{
	"createdAt", "name", "email", "id", "verified", "isLocked", "provider", "tenantId",
}}

func (s *Server) listUsers(c *call) response {
	q := c.URL.Query()
	p, failure := readPage(q, userPages)
	if failure != nil {
		return *failure
	}
	include := q.Get("_includeSubTenants")
	if include != "" && include != "true" && include != "false" {
		return *badRequest("_includeSubTenants must be a boolean value")
	}
	if (q.Get("_identifier") == "") != (q.Get("_identifierType") == "") {
		return *badRequest("_identifier and _identifierType must be provided together")
	}
	users := s.usersOf(c.tenant, include != "false", p.by)
	if matches := s.userFilter(q); matches != nil {
		users = slices.DeleteFunc(slices.Clone(users), func(p *person) bool { return !matches(&p.value) })
	}
	return lookupPage(s, c, p, users, func(p *person) userRow { return s.userRowOf(p, c.tenant) })
}

// userFilter returns the filter of a query, or nil if it has none.
func (s *Server) userFilter(q url.Values) func(*frontegg.User) bool {
	var filters []func(*frontegg.User) bool
	add := func(parameter string, matches func(u *frontegg.User, value string) bool) {
		if value := q.Get(parameter); value != "" {
			filters = append(filters, func(u *frontegg.User) bool { return matches(u, value) })
		}
	}
	add("_email", func(u *frontegg.User, value string) bool {
		if s.behavior.EmailPrefix {
			return hasPrefixFold(u.Email, value)
		}
		return strings.EqualFold(u.Email, value)
	})
	add("_identifier", func(u *frontegg.User, value string) bool {
		return q.Get("_identifierType") == "email" && hasPrefixFold(u.Email, value)
	})
	add("_namePrefix", func(u *frontegg.User, value string) bool { return hasPrefixFold(u.Name, value) })
	add("_tenantId", func(u *frontegg.User, value string) bool { return slices.Contains(u.TenantIDs, value) })
	if ids := listParam(q, "ids"); ids != nil {
		filters = append(filters, func(u *frontegg.User) bool { return slices.Contains(ids, u.ID) })
	}
	if ids := listParam(q, "_externalIds"); ids != nil {
		filters = append(filters, func(u *frontegg.User) bool { return slices.Contains(ids, u.ExternalID) })
	}
	if filters == nil {
		return nil
	}
	return func(u *frontegg.User) bool {
		return !slices.ContainsFunc(filters, func(matches func(*frontegg.User) bool) bool { return !matches(u) })
	}
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func (s *Server) userByEmail(c *call) response {
	if c.tenant != "" && s.behavior.ByEmailRefusesTenant {
		return errorResponse(http.StatusForbidden, tenantForbidden)
	}
	email := c.URL.Query().Get("email")
	if email == "" {
		return *badRequest("email should not be empty")
	}
	for _, p := range s.usersOf("", false, "") {
		if strings.EqualFold(p.value.Email, email) {
			return success(http.StatusOK, encode(s.userRowOf(p, c.tenant)))
		}
	}
	return userNotFound()
}

func (s *Server) getUser(c *call) response {
	for _, p := range s.usersOf(c.tenant, false, "") {
		if p.value.ID == c.id {
			return success(http.StatusOK, encode(s.userRowOf(p, c.tenant)))
		}
	}
	return userNotFound()
}

func userNotFound() response {
	return errorResponseWithCode(http.StatusNotFound, codeUserNotFound, "User not found")
}

// userIDs returns the users of the tenant that the parameter ids names.
func (s *Server) userIDs(c *call) ([]string, *response) {
	ids := listParam(c.URL.Query(), "ids")
	switch {
	case len(ids) == 0:
		return nil, badRequest("ids should not be empty")
	case len(ids) > maxUserIDs:
		return nil, badRequest("ids must contain no more than 250 elements")
	}
	users := s.tenant(c.tenant).users
	return slices.DeleteFunc(ids, func(id string) bool { return users[id] == nil }), nil
}

func (s *Server) groupIDsOfUsers(c *call) response {
	ids, failure := s.userIDs(c)
	if failure != nil {
		return *failure
	}
	type row struct {
		VendorID string   `json:"vendorId"`
		TenantID string   `json:"tenantId"`
		UserID   string   `json:"userId"`
		GroupIDs []string `json:"groupIds"`
	}
	a, rows := s.tenant(c.tenant), []row{}
	for _, id := range ids {
		r := row{s.clientID, c.tenant, id, []string{}}
		for _, g := range a.rows {
			if _, isMember := g.users.has[a.users[id]]; isMember {
				r.GroupIDs = append(r.GroupIDs, g.value.ID)
			}
		}
		rows = append(rows, r)
	}
	return success(http.StatusOK, encode(rows))
}

func (s *Server) roleIDsOfUsers(c *call) response {
	ids, failure := s.userIDs(c)
	if failure != nil {
		return *failure
	}
	type row struct {
		VendorID string   `json:"vendorId"`
		TenantID string   `json:"tenantId"`
		UserID   string   `json:"userId"`
		RoleIDs  []string `json:"roleIds"`
	}
	rows := []row{}
	for _, id := range ids {
		r := row{s.clientID, c.tenant, id, []string{}}
		for _, role := range s.rolesOf(c.tenant, id) {
			r.RoleIDs = append(r.RoleIDs, role.value.ID)
		}
		rows = append(rows, r)
	}
	return success(http.StatusOK, encode(rows))
}
