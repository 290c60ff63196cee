package fronteggtest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/frontegg-go/frontegg"
)

var rolePages = pageRules{maxRolesLimit, []string{
	"key", "name", "description", "isDefault", "firstUserRole", "level", "updatedAt", "createdAt",
	"permissions", "userTenants", "groups",
}}

func (s *Server) listRoles(c *call) response {
	rows := []roleRow{}
	for _, r := range s.rolesFor(c.tenant) {
		rows = append(rows, roleRowOf(r))
	}
	return success(http.StatusOK, encode(rows))
}

func (s *Server) listRolesPage(c *call) response {
	q := c.URL.Query()
	p, failure := readPage(q, rolePages)
	if failure != nil {
		return *failure
	}
	filter, levels, tenants := strings.ToLower(q.Get("_filter")), listParam(q, "_levels"), listParam(q, "_tenantIds")
	roles := slices.DeleteFunc(s.rolesFor(c.tenant), func(r *frontegg.Role) bool {
		return !strings.Contains(strings.ToLower(r.Key+"\n"+r.Name), filter) ||
			levels != nil && !slices.Contains(levels, strconv.Itoa(r.Level)) ||
			tenants != nil && !slices.Contains(tenants, r.TenantID)
	})
	slices.SortFunc(roles, func(x, y *frontegg.Role) int {
		return cmp.Or(compareRoles(p.by, x, y), cmp.Compare(x.ID, y.ID))
	})
	return lookupPage(s, c, p, roles, roleRowOf)
}

// rolesFor returns the roles of the environment and those of the tenant, if
// tenantID is not empty.
func (s *Server) rolesFor(tenantID string) []*frontegg.Role {
	var roles []*frontegg.Role
	for _, r := range s.environment.roles {
		roles = append(roles, &r.value)
	}
	if tenantID != "" {
		for _, r := range s.tenant(tenantID).roles {
			roles = append(roles, &r.value)
		}
	}
	return roles
}

func compareRoles(by string, x, y *frontegg.Role) int {
	switch by {
	case "key":
		return cmp.Compare(x.Key, y.Key)
	case "name":
		return cmp.Compare(x.Name, y.Name)
	case "description":
		return cmp.Compare(x.Description, y.Description)
	case "isDefault":
		return compareBool(x.IsDefault, y.IsDefault)
	case "firstUserRole":
		return compareBool(x.FirstUserRole, y.FirstUserRole)
	case "level":
		return cmp.Compare(x.Level, y.Level)
	case "updatedAt":
		return x.UpdatedAt.Compare(y.UpdatedAt)
	case "createdAt":
		return x.CreatedAt.Compare(y.CreatedAt)
	}
	return 0
}
