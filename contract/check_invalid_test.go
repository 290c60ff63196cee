package contract

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	base     = "http://127.0.0.1:4010"
	v1       = "/identity/resources/groups/v1"
	v2       = "/identity/resources/groups/v2"
	users    = "/identity/resources/users/v3"
	oneGroup = `{"id":"g1","name":"Admins","color":"","description":null,"metadata":"{}",` +
		`"createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05Z"}`
)

// made returns a valid exchange.
func made(t *testing.T, method, target, sent string, status int, received string) exchange {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, base+target, strings.NewReader(sent))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer token")
	if sent != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	header := http.Header{"Frontegg-Trace-Id": {"trace"}}
	if received != "" {
		header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return exchange{
		request: req, sent: []byte(sent), received: []byte(received),
		response: &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader(nil))},
	}
}

// Valid exchanges; the cases make them invalid.
var (
	get     = func(t *testing.T) exchange { return made(t, "GET", v1+"/g1?_groupsRelations=users", "", 200, oneGroup) }
	create  = func(t *testing.T) exchange { return made(t, "POST", v1, `{"name":"Admins"}`, 201, oneGroup) }
	bulkGet = func(t *testing.T) exchange {
		return made(t, "POST", v1+"/bulkGet", `{"groupsIds":["g1"]}`, 201, `{"groups":[`+oneGroup+`]}`)
	}
	update = func(t *testing.T) exchange { return made(t, "PATCH", v1+"/g1", `{"color":""}`, 200, oneGroup) }
	remove = func(t *testing.T) exchange {
		return made(t, "DELETE", v1+"/g1/users", `{"userIds":["u1"]}`, 200, "")
	}
	config = func(t *testing.T) exchange { return made(t, "POST", v1+"/config", `{"enabled":true}`, 201, "") }
	page   = func(t *testing.T) exchange {
		return made(t, "GET", v2+"?_limit=200&_offset=0&_sortBy=id&_order=ASC", "", 200,
			`{"items":[],"_links":{"next":"","prev":"","first":"","last":""},"_metadata":{"totalItems":0,"totalPages":0}}`)
	}
	memberships = func(t *testing.T) exchange {
		return made(t, "GET", users+"/groups?ids=u1,u2", "", 200, `[{"vendorId":"v","tenantId":"t","userId":"u1","groupIds":["g1"]}]`)
	}
	tenants = func(t *testing.T) exchange {
		return made(t, "GET", "/tenants/resources/tenants/v2?_limit=200&_offset=0&_sortBy=tenantId&_order=ASC", "", 200,
			`{"items":[{"tenantId":"t","name":"T","createdAt":"2026-01-02T03:04:05Z"}],"_metadata":{"totalItems":1,"totalPages":1}}`)
	}
	login = func(t *testing.T) exchange {
		e := made(t, "POST", "/auth/vendor", `{"clientId":"id","secret":"key"}`, 200, `{"token":"t","expiresIn":3600}`)
		e.request.Header.Del("Authorization")
		return e
	}
	limited = func(t *testing.T) exchange {
		e := made(t, "GET", v1, "", 429, `{"errors":["slow down"],"context":{"any":1}}`)
		e.response.Header.Set("X-Rate-Limit-Limit", "100")
		e.response.Header.Set("X-Rate-Limit-Reset", "2026-01-02T03:04:05Z")
		return e
	}
	failed = func(t *testing.T) exchange {
		e := made(t, "GET", v1, "", 502, `<html></html>`)
		e.response.Header.Set("Content-Type", "text/html")
		return e
	}
	framework = func(t *testing.T) exchange {
		return made(t, "GET", v1+"/g1", "", 404, `{"statusCode":404,"message":["gone"],"error":"Not Found"}`)
	}
	prefixed = func(t *testing.T) exchange {
		return made(t, "GET", "/frontegg"+v1+"/config", "", 200, `{"enabled":true,"rolesEnabled":false}`)
	}
)

func TestChecker_Valid(t *testing.T) {
	t.Parallel()
	check := newChecker(t)
	for name, good := range map[string]func(*testing.T) exchange{
		"get": get, "create": create, "bulkGet": bulkGet, "update": update, "remove": remove, "config": config, "page": page,
		"memberships": memberships, "tenants": tenants, "login": login, "limited": limited, "failed": failed, "framework": framework, "prefixed": prefixed,
	} {
		t.Run(name, func(t *testing.T) {
			e := good(t)
			require.NoError(t, check.request(t.Context(), e))
			_, err := check.response(t.Context(), e)
			require.NoError(t, err)
		})
	}
}

func TestCheckerRequest_Invalid(t *testing.T) {
	t.Parallel()
	check := newChecker(t)
	target := func(uri string) func(*exchange) {
		return func(e *exchange) { e.request.URL.Path, e.request.URL.RawQuery, _ = strings.Cut(uri, "?") }
	}
	body := func(body string) func(*exchange) { return func(e *exchange) { e.sent = []byte(body) } }
	header := func(key string, values ...string) func(*exchange) {
		return func(e *exchange) { e.request.Header[key] = values }
	}
	for _, c := range []struct {
		name   string
		good   func(*testing.T) exchange
		change func(*exchange)
		want   string
	}{
		{"an unknown path", get, target("/identity/resources/groups/v3"), "is not described"},
		{"a path without the prefix", get, target("/resources/groups/v1"), "is not described"},
		{"an unknown method", get, func(e *exchange) { e.request.Method = "PUT" }, "is not described"},
		{"an unknown query parameter", get, target(v1 + "/g1?_page=1"), `"_page" is not described`},
		{"relations of another operation", remove, target(v1 + "/g1/users?_groupsRelations=users"), "is not described"},
		{"relations that do not exist", get, target(v1 + "/g1?_groupsRelations=members"), "_groupsRelations"},
		{"relations twice", get, target(v1 + "/g1?_groupsRelations=users&_groupsRelations=roles"), "is repeated 2 times"},
		{"a page below 0", page, target(v2 + "?_offset=-1"), "_offset"},
		{"half a page", page, target(v2 + "?_offset=0.5"), "_offset"},
		{"a page of none", page, target(v2 + "?_limit=0"), "_limit"},
		{"a size that is no number", page, target(v2 + "?_limit=all"), "_limit"},
		{"an unknown sort", page, target(v2 + "?_sortBy=color"), "_sortBy"},
		{"an order in small letters", page, target(v2 + "?_order=asc"), "_order"},
		{"users of no ids", memberships, target(users + "/groups"), "ids"},
		{"ids repeated", memberships, target(users + "/groups?ids=u1&ids=u2"), "is repeated 2 times"},
		{"roles without a sort", memberships, target("/identity/resources/roles/v2"), "_sortBy"},
		{"too many roles", memberships, target("/identity/resources/roles/v2?_sortBy=key&_limit=2001"), "_limit"},
		{"a text for a boolean in the query", memberships, target(users + "?_includeSubTenants=no"), "_includeSubTenants"},
		{"a tenant for the list of tenants", tenants, header("Frontegg-Tenant-Id", "t"), "is not described"},
		{"no token", get, header("Authorization"), "authorization failed"},
		{"a token of another kind", get, header("Authorization", "Basic token"), "authorization failed"},
		{"two tokens", get, header("Authorization", "Bearer a", "Bearer b"), "authorization failed"},
		{"a token for a login", login, header("Authorization", "Bearer token"), "although the operation needs none"},
		{"a tenant for the configuration", config, header("Frontegg-Tenant-Id", "t"), "is not described"},
		{"an empty tenant", get, header("Frontegg-Tenant-Id", ""), "frontegg-tenant-id"},
		{"two tenants", get, header("Frontegg-Tenant-Id", "a", "b"), "is repeated 2 times"},
		{"a misspelled header", get, header("Frontegg-Tenant", "a"), "is not described"},
		{"a body for a GET", get, body(`{}`), "body not allowed"},
		{"no body for a create", create, body(``), "value is required but missing"},
		{"no body for a DELETE of members", remove, body(``), "value is required but missing"},
		{"roles for a DELETE of users", remove, body(`{"roleIds":["r1"]}`), "userIds"},
		{"a number for an id", remove, body(`{"userIds":[1]}`), "must be a string"},
		{"null for a list", remove, body(`{"userIds":null}`), "not nullable"},
		{"the list alone", remove, body(`["u1"]`), "must be an object"},
		{"groupIds instead of groupsIds", bulkGet, body(`{"groupIds":["g1"]}`), "groupsIds"},
		{"no name", create, body(`{"color":"red"}`), `"name" is missing`},
		{"a null name", create, body(`{"name":null}`), "not nullable"},
		{"an unknown field", create, body(`{"name":"a","roles":[]}`), "roles"},
		{"metadata that is an object", update, body(`{"metadata":{}}`), "must be a string"},
		{"an empty change", update, body(`{}`), "at least 1 properties"},
		{"text for a boolean", config, body(`{"enabled":"true"}`), "must be a boolean"},
		{"half a document", create, body(`{"name":"a"`), "decode request body"},
		{"two documents", create, body(`{"name":"a"}{}`), "strict JSON"},
		{"a name twice", create, body(`{"name":"a","name":"b"}`), "strict JSON"},
		{"a form", create, header("Content-Type", "application/x-www-form-urlencoded"), "Content-Type"},
		{"no type", create, header("Content-Type"), "Content-Type"},
		{"a login without a secret", login, body(`{"clientId":"id"}`), `"secret" is missing`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := c.good(t)
			c.change(&e)
			err := check.request(t.Context(), e)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

func TestCheckerResponse_Invalid(t *testing.T) {
	t.Parallel()
	check := newChecker(t)
	replace := func(old, with string) func(*exchange) {
		return func(e *exchange) { e.received = bytes.Replace(e.received, []byte(old), []byte(with), 1) }
	}
	body := func(body string) func(*exchange) { return func(e *exchange) { e.received = []byte(body) } }
	status := func(status int) func(*exchange) { return func(e *exchange) { e.response.StatusCode = status } }
	header := func(key, value string) func(*exchange) {
		return func(e *exchange) { e.response.Header.Set(key, value) }
	}
	for _, c := range []struct {
		name   string
		good   func(*testing.T) exchange
		change func(*exchange)
		want   string
	}{
		{"200 for a create", create, status(200), "200 is not described"},
		{"a redirect", get, status(307), "307 is not described"},
		{"a conflict in a read", framework, status(409), "409 is not described"},
		{"a success as an error", get, status(404), "doesn't match"},
		{"an error as a success", framework, status(200), "doesn't match"},
		{"a group without an id", get, replace(`"id":"g1",`, ``), `"id" is missing`},
		{"a group with a null name", get, replace(`"name":"Admins"`, `"name":null`), "not nullable"},
		{"a group with an unknown field", get, replace(`"id":`, `"ID":"g1","id":`), `"ID"`},
		{"metadata that is an object", get, replace(`"{}"`, `{}`), "must be a string"},
		{"a date without a time", get, replace(`2026-01-02T03:04:05Z`, `2026-01-02`), "date-time"},
		{"a wrong group in a list", bulkGet, replace(`"color":""`, `"color":7`), "must be a string"},
		{"a user without an email", get, replace(`"id":`, `"users":[{"id":"u1"}],"id":`), `"email" is missing`},
		{"an unknown manager", get, replace(`"id":`, `"managedBy":"ldap","id":`), "managedBy"},
		{"a bare list", bulkGet, body(`[]`), "must be an object"},
		{"items for groups", bulkGet, body(`{"items":[]}`), `"groups" is missing`},
		{"null for groups", bulkGet, body(`{"groups":null}`), "not nullable"},
		{"a page without totals", page, replace(`,"_metadata":{"totalItems":0,"totalPages":0}`, ``), "_metadata"},
		{"half a page in all", page, replace(`"totalPages":0`, `"totalPages":0.5`), "totalPages"},
		{"memberships without a user", memberships, replace(`"userId":"u1",`, ``), `"userId" is missing`},
		{"memberships that are an object", memberships, body(`{}`), "must be an array"},
		{"a tenant without tenantId", tenants, replace(`"tenantId":"t",`, ``), `"tenantId" is missing`},
		{"an empty body for a group", get, body(``), "decode response body"},
		{"a body for a DELETE", remove, body(`{}`), "body must be empty"},
		{"bytes after the document", get, body(oneGroup + "x"), "strict JSON"},
		{"HTML for a group", get, header("Content-Type", "text/html"), "Content-Type"},
		{"HTML for an error", framework, header("Content-Type", "text/html"), "Content-Type"},
		{"a token without expiresIn", login, body(`{"token":"t"}`), `"expiresIn" is missing`},
		{"expiresIn in words", login, body(`{"token":"t","expiresIn":"1h"}`), "must be a number"},
		{"an error in no known shape", framework, body(`{"detail":"gone"}`), "doesn't match"},
		{"errors that are one string", limited, replace(`["slow down"]`, `"slow down"`), "doesn't match"},
		{"a reset in words", limited, header("X-Rate-Limit-Reset", "soon"), "X-Rate-Limit-Reset"},
		{"a limit below 0", limited, header("X-Rate-Limit-Limit", "-1"), "X-Rate-Limit-Limit"},
		{"a misspelled rate limit", limited, header("X-Rate-Limit-Rest", "1"), "is not described"},
		{"Retry-After with a success", get, header("Retry-After", "1"), "is not described"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := c.good(t)
			c.change(&e)
			_, err := check.response(t.Context(), e)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
		})
	}
}
