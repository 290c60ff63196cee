package fronteggtest

import (
	"net/http"
	"net/url"
	"strings"
)

// scope says what an operation needs beside its input.
type scope uint8

const (
	anonymous     scope = iota + 1 // nothing
	ofEnvironment                  // a token
	ofTenant                       // a token and a tenant
)

// operation is one that the server answers.
type operation struct {
	name, method, path string
	scope              scope
	do                 func(*Server, *call) answer // with mu held
}

const (
	groupsV1 = "/identity/resources/groups/v1"
	groupsV2 = "/identity/resources/groups/v2"
	auth     = "/identity/resources/auth"
)

// operations are tried in this order: fixed words come before ids.
var operations = []*operation{
	{"auth.vendor", http.MethodPost, "/auth/vendor", anonymous, (*Server).authVendor},
	{"auth.apiToken", http.MethodPost, auth + "/v2/api-token", anonymous, (*Server).authAPITokenV2},
	{"auth.apiToken", http.MethodPost, auth + "/v1/api-token", anonymous, (*Server).authAPITokenV1},
	{"groups.list", http.MethodGet, groupsV1, ofTenant, (*Server).list},
	{"groups.create", http.MethodPost, groupsV1, ofTenant, (*Server).create},
	{"groups.bulkGet", http.MethodPost, groupsV1 + "/bulkGet", ofTenant, (*Server).bulkGet},
	{"groups.config", http.MethodGet, groupsV1 + "/config", ofEnvironment, (*Server).config},
	{"groups.updateConfig", http.MethodPost, groupsV1 + "/config", ofEnvironment, (*Server).updateConfig},
	{"groups.get", http.MethodGet, groupsV1 + "/{id}", ofTenant, (*Server).get},
	{"groups.update", http.MethodPatch, groupsV1 + "/{id}", ofTenant, (*Server).update},
	{"groups.delete", http.MethodDelete, groupsV1 + "/{id}", ofTenant, (*Server).delete},
	{"groups.addRoles", http.MethodPost, groupsV1 + "/{id}/roles", ofTenant, (*Server).addRoles},
	{"groups.removeRoles", http.MethodDelete, groupsV1 + "/{id}/roles", ofTenant, (*Server).removeRoles},
	{"groups.addUsers", http.MethodPost, groupsV1 + "/{id}/users", ofTenant, (*Server).addUsers},
	{"groups.removeUsers", http.MethodDelete, groupsV1 + "/{id}/users", ofTenant, (*Server).removeUsers},
	{"groups.listPage", http.MethodGet, groupsV2, ofTenant, (*Server).listPage},
}

// nowhere is the operation of a request that names none.
var nowhere = &operation{}

// find returns the operation of a request and the group id in its path.
func find(method string, u *url.URL) (*operation, string) {
	path := strings.TrimPrefix(u.EscapedPath(), "/frontegg")
	for _, o := range operations {
		if id, ok := o.match(path); ok && o.method == method {
			return o, id
		}
	}
	return nowhere, ""
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
