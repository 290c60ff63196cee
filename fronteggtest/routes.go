package fronteggtest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// scope is the token and tenant that an operation needs.
type scope uint8

const (
	scopeNone        scope = iota + 1 // nothing
	scopeTenant                       // any token, and a tenant
	scopeAny                          // any token; a tenant is optional
	scopeManagement                   // an environment token; a tenant is optional
	scopeEnvironment                  // an environment token, and no tenant
)

// operation is an operation of the API.
type operation struct {
	name, method, path string
	scope              scope
	do                 func(*Server, *call) response // with mu held
}

const (
	authPath    = "/identity/resources/auth"
	groupsV1    = "/identity/resources/groups/v1"
	groupsV2    = "/identity/resources/groups/v2"
	usersPath   = "/identity/resources/users"
	rolesPath   = "/identity/resources/roles"
	tenantsPath = "/tenants/resources/tenants"
)

// operations are matched in this order: fixed path segments come before IDs.
var operations = []*operation{
	{"auth.vendor", http.MethodPost, "/auth/vendor", scopeNone, (*Server).authVendor},
	{"auth.apiToken", http.MethodPost, authPath + "/v2/api-token", scopeNone, (*Server).authAPITokenV2},
	{"auth.apiToken", http.MethodPost, authPath + "/v1/api-token", scopeNone, (*Server).authAPITokenV1},
	{"groups.list", http.MethodGet, groupsV1, scopeTenant, (*Server).list},
	{"groups.create", http.MethodPost, groupsV1, scopeTenant, (*Server).create},
	{"groups.bulkGet", http.MethodPost, groupsV1 + "/bulkGet", scopeTenant, (*Server).bulkGet},
	{"groups.config", http.MethodGet, groupsV1 + "/config", scopeAny, (*Server).config},
	{"groups.updateConfig", http.MethodPost, groupsV1 + "/config", scopeAny, (*Server).updateConfig},
	{"groups.get", http.MethodGet, groupsV1 + "/{id}", scopeTenant, (*Server).get},
	{"groups.update", http.MethodPatch, groupsV1 + "/{id}", scopeTenant, (*Server).update},
	{"groups.delete", http.MethodDelete, groupsV1 + "/{id}", scopeTenant, (*Server).delete},
	{"groups.addRoles", http.MethodPost, groupsV1 + "/{id}/roles", scopeTenant, (*Server).addRoles},
	{"groups.removeRoles", http.MethodDelete, groupsV1 + "/{id}/roles", scopeTenant, (*Server).removeRoles},
	{"groups.addUsers", http.MethodPost, groupsV1 + "/{id}/users", scopeTenant, (*Server).addUsers},
	{"groups.removeUsers", http.MethodDelete, groupsV1 + "/{id}/users", scopeTenant, (*Server).removeUsers},
	{"groups.listPage", http.MethodGet, groupsV2, scopeTenant, (*Server).listPage},
	{"users.listPage", http.MethodGet, usersPath + "/v3", scopeAny, (*Server).listUsers},
	{"users.byEmail", http.MethodGet, usersPath + "/v1/email", scopeManagement, (*Server).userByEmail},
	{"users.get", http.MethodGet, usersPath + "/v1/{id}", scopeTenant, (*Server).getUser},
	{"users.groupIDs", http.MethodGet, usersPath + "/v3/groups", scopeTenant, (*Server).groupIDsOfUsers},
	{"users.roleIDs", http.MethodGet, usersPath + "/v3/roles", scopeTenant, (*Server).roleIDsOfUsers},
	{"roles.listV1", http.MethodGet, rolesPath + "/v1", scopeManagement, (*Server).listRoles},
	{"roles.listPage", http.MethodGet, rolesPath + "/v2", scopeAny, (*Server).listRolesPage},
	{"tenants.listPage", http.MethodGet, tenantsPath + "/v2", scopeEnvironment, (*Server).listTenants},
}

// unknownOp is the operation of a request for a path that no operation has.
var unknownOp = &operation{}

// Operations returns the names of all operations, sorted: those that [Fault] and
// [Server.Count] take and that [Request] has. They are those of the client's errors, but
// auth.apiToken is also the client's auth.apiTokenV1, and users.byEmail, users.get and
// roles.listV1 are only for other clients and [frontegg.Client.Do].
func Operations() []string {
	names := make([]string, len(operations))
	for i, o := range operations {
		names[i] = o.name
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// find returns the operation of a request and the group or user ID in its path. A trailing
// slash is ignored.
func find(method string, u *url.URL) (*operation, string) {
	path := strings.TrimPrefix(u.EscapedPath(), "/frontegg")
	path = strings.TrimSuffix(path, "/")
	for _, o := range operations {
		if id, ok := o.match(path); ok && o.method == method {
			return o, id
		}
	}
	return unknownOp, ""
}

func (o *operation) match(path string) (id string, ok bool) {
	before, after, takesID := strings.Cut(o.path, "{id}")
	if !takesID {
		return "", path == o.path
	}
	id, begins := strings.CutPrefix(path, before)
	id, ends := strings.CutSuffix(id, after)
	if !begins || !ends || id == "" || strings.Contains(id, "/") {
		return "", false
	}
	id, err := url.PathUnescape(id)
	return id, err == nil
}
