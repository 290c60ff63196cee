package fronteggtest

import (
	"net/http"
	"net/url"
	"strings"
)

// scope says what an operation needs beside its input.
type scope uint8

const (
	scopeNone        scope = iota + 1 // nothing
	scopeEnvironment                  // a token
	scopeTenant                       // a token and a tenant
)

// operation is one that the server answers.
type operation struct {
	name, method, path string
	scope              scope
	do                 func(*Server, *call) response // with mu held
}

const (
	groupsV1 = "/identity/resources/groups/v1"
	groupsV2 = "/identity/resources/groups/v2"
	auth     = "/identity/resources/auth"
)

// operations are tried in this order: fixed words come before ids.
var operations = []*operation{
	{"auth.vendor", http.MethodPost, "/auth/vendor", scopeNone, (*Server).authVendor},
	{"auth.apiToken", http.MethodPost, auth + "/v2/api-token", scopeNone, (*Server).authAPITokenV2},
	{"auth.apiToken", http.MethodPost, auth + "/v1/api-token", scopeNone, (*Server).authAPITokenV1},
	{"groups.list", http.MethodGet, groupsV1, scopeTenant, (*Server).list},
	{"groups.create", http.MethodPost, groupsV1, scopeTenant, (*Server).create},
	{"groups.bulkGet", http.MethodPost, groupsV1 + "/bulkGet", scopeTenant, (*Server).bulkGet},
	{"groups.config", http.MethodGet, groupsV1 + "/config", scopeEnvironment, (*Server).config},
	{"groups.updateConfig", http.MethodPost, groupsV1 + "/config", scopeEnvironment, (*Server).updateConfig},
	{"groups.get", http.MethodGet, groupsV1 + "/{id}", scopeTenant, (*Server).get},
	{"groups.update", http.MethodPatch, groupsV1 + "/{id}", scopeTenant, (*Server).update},
	{"groups.delete", http.MethodDelete, groupsV1 + "/{id}", scopeTenant, (*Server).delete},
	{"groups.addRoles", http.MethodPost, groupsV1 + "/{id}/roles", scopeTenant, (*Server).addRoles},
	{"groups.removeRoles", http.MethodDelete, groupsV1 + "/{id}/roles", scopeTenant, (*Server).removeRoles},
	{"groups.addUsers", http.MethodPost, groupsV1 + "/{id}/users", scopeTenant, (*Server).addUsers},
	{"groups.removeUsers", http.MethodDelete, groupsV1 + "/{id}/users", scopeTenant, (*Server).removeUsers},
	{"groups.listPage", http.MethodGet, groupsV2, scopeTenant, (*Server).listPage},
}

// nowhere is the operation of a request that names none.
var unknownOp = &operation{}

// find returns the operation of a request and the group id in its path.
func find(method string, u *url.URL) (*operation, string) {
	path := strings.TrimPrefix(u.EscapedPath(), "/frontegg")
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
