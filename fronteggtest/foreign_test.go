package fronteggtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// Requests as public clients of Frontegg send them. {user}, {role} and {id}, the
// group that the first create returned, are replaced.
type foreignRequest struct {
	method, path, body string
	status             int
	contains           string
}

// sendAll sends requests that must get the given responses.
func sendAll(t *testing.T, c *caller, replace []string, requests []foreignRequest) {
	t.Helper()
	for _, r := range requests {
		replacer := strings.NewReplacer(replace...)
		got := c.do(r.method, replacer.Replace(r.path), replacer.Replace(r.body))
		require.Equal(t, r.status, got.status, "%s %s: %s", r.method, r.path, got.body)
		assert.Contains(t, got.body, r.contains, "%s %s", r.method, r.path)
		if r.method == http.MethodPost && r.contains == `"name":"Team A"` {
			var created row
			got.read(t, &created)
			replace = append(replace, "{id}", created.ID)
		}
	}
}

// foreignServer returns a server with a user and a role, and their replacements.
func foreignServer(t *testing.T) (*fronteggtest.Server, []string) {
	s := fronteggtest.Start(t)
	s.AddTenant(frontegg.Tenant{ID: "acme", Name: "Acme"})
	user := s.AddUser("acme", frontegg.User{Email: "ada+1@example.com"})
	role := s.AddRole("", frontegg.Role{Key: "admin"})
	return s, []string{"{user}", user.ID, "{role}", role.ID}
}

// github.com/wheniwork/frontegg-go: an environment token in X-Access-Token, and the
// tenant header also where it is not needed.
func TestForeignClients_WhenIWork(t *testing.T) {
	t.Parallel()
	s, replace := foreignServer(t)
	anonymous := &caller{t: t, http: http.Client{Transport: s.Transport()}, base: "http://fake", header: http.Header{"Content-Type": {"application/json"}}}
	var login struct {
		Token     string
		ExpiresIn int64
	}
	anonymous.do("POST", "/auth/vendor", pair(s.Credentials())).read(t, &login)
	assert.Positive(t, login.ExpiresIn)

	withTenant := anonymous.with("X-Access-Token", login.Token).with("Frontegg-Tenant-Id", "acme")
	sendAll(t, withTenant, replace, []foreignRequest{
		{"POST", v1, `{"name":"Team A","description":"","color":"","metadata":""}`, 201, `"name":"Team A"`},
		{"GET", v1 + "/{id}", "", 200, `"name":"Team A"`},
		{"PATCH", v1 + "/{id}", `{"name":"Team B"}`, 200, `"name":"Team B"`},
		{"POST", v1 + "/{id}/roles", `{"roleIds":["{role}"]}`, 201, ""},
		{"POST", v1 + "/{id}/users", `{"userIds":["{user}"]}`, 201, ""},
		{"GET", userByEmail + "?email=ada%2B1%40example.com", "", 200, `"tenantIds":["acme"]`},
		{"GET", rolesV2, "", 200, `"key":"admin"`},
		{"DELETE", v1 + "/{id}/users", `{"userIds":["{user}"]}`, 200, ""},
		{"DELETE", v1 + "/{id}/roles", `{"roleIds":["{role}"]}`, 200, ""},
		{"DELETE", v1 + "/{id}", "", 200, ""},
	})
	sendAll(t, withTenant.with("Frontegg-Tenant-Id", ""), replace, []foreignRequest{
		{"GET", tenantsV2 + "?_limit=100", "", 200, `"tenantId":"acme"`},
		{"GET", v2, "", 403, "Tenant ID is not specified"}, // its GetGroups sends no tenant, which Frontegg refuses too
	})
}

// github.com/MaterializeInc/terraform-provider-materialize: an API token of a user,
// login v1, the prefix /frontegg, and no tenant header. It needs the claim email.
func TestForeignClients_Materialize(t *testing.T) {
	t.Parallel()
	s, replace := foreignServer(t)
	anonymous := &caller{t: t, http: http.Client{Transport: s.Transport()}, base: "http://fake", header: http.Header{"Content-Type": {"application/json"}}}
	var login struct {
		AccessToken string
		ExpiresIn   float64
	}
	anonymous.do("POST", apiV1, pair(s.AddUserAPIToken("acme", replace[1]))).read(t, &login)
	assert.InDelta(t, 86400, login.ExpiresIn, 0)
	claims := claimsOf(t, login.AccessToken)
	assert.Equal(t, "ada+1@example.com", claims["email"])
	assert.Equal(t, replace[1], claims["sub"])

	const groups = "/frontegg" + v1
	sendAll(t, anonymous.with("Authorization", "Bearer "+login.AccessToken), replace, []foreignRequest{
		{"POST", groups, `{"name":"Team A"}`, 201, `"name":"Team A"`},
		{"POST", groups + "/{id}/roles", `{"roleIds":["{role}"]}`, 201, ""},
		{"POST", groups + "/{id}/users", `{"userIds":["{user}"]}`, 201, ""},
		{"GET", groups + "/{id}?_groupsRelations=rolesAndUsers", "", 200, `"email":"ada+1@example.com"`},
		{"GET", groups + "/?_groupsRelations=rolesAndUsers", "", 200, `"key":"admin"`},
		{"GET", usersV3 + "?_email=ada%2B1%40example.com&_limit=1", "", 200, `"email":"ada+1@example.com"`},
		{"GET", rolesV2, "", 200, `"items":[{"id":`},
		{"DELETE", groups + "/{id}/roles", `{"roleIds":["{role}"]}`, 200, ""},
		{"DELETE", groups + "/{id}/users", `{"userIds":["{user}"]}`, 200, ""},
		{"DELETE", groups + "/{id}/", "", 200, ""},
	})
}

// Clients that are generated from Frontegg's OpenAPI document send the login with a
// trailing slash, and arrays in queries as repeated parameters.
func TestForeignClients_Generated(t *testing.T) {
	t.Parallel()
	s, replace := foreignServer(t)
	api := inMemory(t, s)
	sendAll(t, api, replace, []foreignRequest{
		{"POST", "/auth/vendor/", pair(s.Credentials()), 200, `"token":"`},
		{"GET", usersV3 + "/roles?ids={user}&ids=other", "", 200, `"roleIds":[]`},
		{"GET", usersV3 + "/groups?ids={user}&ids=other", "", 200, `"groupIds":[]`},
		{"GET", rolesV2 + "?_sortBy=key&_limit=2000&_offset=0&_order=ASC&_levels=0&_levels=1", "", 200, `"key":"admin"`},
	})
}
