package fronteggtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestBehavior_GroupsWithoutDates(t *testing.T) {
	t.Parallel()
	s := oneGroup(t, fronteggtest.WithBehavior(fronteggtest.Behavior{GroupsWithoutDates: true}))
	api := inMemory(t, s)
	for _, got := range []result{api.do("GET", v1+"/g1", ""), api.do("POST", v1, `{"name":"New"}`)} {
		require.Less(t, got.status, 300)
		assert.NotContains(t, got.body, "createdAt")
		assert.NotContains(t, got.body, "updatedAt")
	}
}

func TestBehavior_NamesIgnoreCase(t *testing.T) {
	t.Parallel()
	for ignore, want := range map[bool]int{false: 201, true: 409} {
		s := oneGroup(t, fronteggtest.WithBehavior(fronteggtest.Behavior{NamesIgnoreCase: ignore}))
		api := inMemory(t, s)
		assert.Equal(t, want, api.do("POST", v1, `{"name":"TEAM"}`).status, "ignore case: %t", ignore)
		s.AddGroup("acme", frontegg.Group{ID: "g2", Name: "Other"})
		assert.Equal(t, 200, api.do("PATCH", v1+"/g2", `{"name":"OTHER"}`).status, "a group may change the case of its name")
		assert.Equal(t, ignore, api.do("PATCH", v1+"/g2", `{"name":"team"}`).status == 409)
		require.Equal(t, 200, api.do("DELETE", v1+"/g1", "").status)
		if ignore {
			assert.Equal(t, 201, api.do("POST", v1, `{"name":"tEAM"}`).status, "the name of a deleted group is free")
		}
	}
}

func TestBehavior_UnknownTenantStatus(t *testing.T) {
	t.Parallel()
	s := oneGroup(t, fronteggtest.WithBehavior(fronteggtest.Behavior{UnknownTenantStatus: 404}))
	s.AddTenant(frontegg.Tenant{ID: "empty"})
	api := inMemory(t, s)
	for tenant, want := range map[string]int{"acme": 200, "empty": 200, "nobody": 404} {
		assert.Equal(t, want, api.with("Frontegg-Tenant-Id", tenant).do("GET", v1, "").status, tenant)
	}
	got := api.with("Frontegg-Tenant-Id", "nobody").do("POST", v1, `{"name":"x"}`)
	assert.JSONEq(t, `{"errors":["Tenant not found"]}`, got.body)
}

func TestBehavior_PagesWithRelations(t *testing.T) {
	t.Parallel()
	for with, want := range map[bool][2]int{false: {0, 0}, true: {1, 1}} {
		s := oneGroup(t, fronteggtest.WithBehavior(fronteggtest.Behavior{PagesWithRelations: with}))
		api := inMemory(t, s)
		var p, roles groupPage
		api.do("GET", v2, "").read(t, &p)
		assert.Equal(t, want, [2]int{len(p.Items[0].Roles), len(p.Items[0].Users)})
		api.do("GET", v2+"?_groupsRelations=roles", "").read(t, &roles)
		assert.Equal(t, [2]int{1, 0}, [2]int{len(roles.Items[0].Roles), len(roles.Items[0].Users)})
	}
}

func TestBehavior_GroupsLimit(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		behavior    fronteggtest.Behavior
		limit       int
		rows, pages int
	}{
		"default":           {fronteggtest.Behavior{}, 1000, 200, 3},
		"larger maximum":    {fronteggtest.Behavior{MaxGroupsLimit: 500}, 1000, 450, 1},
		"smaller maximum":   {fronteggtest.Behavior{MaxGroupsLimit: 100}, 1000, 100, 5},
		"pages by asked":    {fronteggtest.Behavior{PagesByAskedLimit: true}, 500, 200, 1},
		"pages by asked, 2": {fronteggtest.Behavior{PagesByAskedLimit: true}, 300, 200, 2},
		"pages, small":      {fronteggtest.Behavior{PagesByAskedLimit: true}, 100, 100, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p groupPage
			s := manyGroups(t, 450, fronteggtest.WithBehavior(row.behavior))
			inMemory(t, s).do("GET", fmt.Sprintf("%s?_sortBy=id&_limit=%d", v2, row.limit), "").read(t, &p)
			assert.Len(t, p.Items, row.rows)
			assert.Equal(t, row.pages, p.Metadata.TotalPages)
		})
	}
}

func TestBehavior_Links(t *testing.T) {
	t.Parallel()
	for form, want := range map[fronteggtest.LinkForm]string{
		fronteggtest.LinkPath: usersV3 + "?", fronteggtest.LinkQuery: "?", fronteggtest.LinkBareQuery: "",
	} {
		s := company(t, fronteggtest.WithBehavior(fronteggtest.Behavior{Links: form}))
		var p lookupPage
		inMemory(t, s).do("GET", usersV3+"?_limit=2", "").read(t, &p)
		assert.Equal(t, want+"_limit=2&_offset=1", p.Links.Next)
		assert.Equal(t, want+"_limit=2&_offset=0", p.Links.First)
		assert.Empty(t, p.Links.Prev)
	}
}

func TestConfig_GroupsOff(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	api := inMemory(t, s)
	set := func(config string) { require.Equal(t, 201, api.do("POST", v1+"/config", config).status) }
	requests := map[string][3]string{
		"list":         {"GET", v1, ""},
		"page":         {"GET", v2, ""},
		"create":       {"POST", v1, `{"name":"New"}`},
		"add users":    {"POST", v1 + "/g1/users", `{"userIds":["u2"]}`},
		"add roles":    {"POST", v1 + "/g1/roles", `{"roleIds":["r2"]}`},
		"remove roles": {"DELETE", v1 + "/g1/roles", `{"roleIds":["r2"]}`},
	}
	status := func(name string) int { r := requests[name]; return api.do(r[0], r[1], r[2]).status }

	set(`{"enabled":false}`)
	for name := range requests {
		assert.Equal(t, 403, status(name), name)
	}
	assert.JSONEq(t, `{"errors":["Groups are not enabled for this environment"],"errorCode":"ER-04031"}`, api.do("GET", v1, "").body)
	assert.Equal(t, 200, api.do("GET", v1+"/config", "").status)
	assert.Equal(t, 200, api.do("GET", usersV3, "").status)
	assert.Equal(t, 200, api.with("Frontegg-Environment-Id", "other").do("GET", v1, "").status)

	set(`{"enabled":true,"rolesEnabled":false}`)
	for name := range requests {
		want := strings.Contains(name, "roles")
		assert.Equal(t, want, status(name) == 403, name)
	}
	set(`{"rolesEnabled":true}`)
	assert.Equal(t, 201, status("add roles"))
}

func TestRoutes_TrailingSlash(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	id, key := s.Credentials()
	api := inMemory(t, s)
	for _, row := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/auth/vendor/", pair(id, key), 200},
		{"POST", "/frontegg/auth/vendor/", pair(id, key), 200},
		{"GET", v1 + "/?_groupsRelations=roles", "", 200},
		{"GET", v1 + "/g1/", "", 200},
		{"PATCH", v1 + "/g1/", `{"color":"x"}`, 200},
		{"POST", v1 + "/g1/users/", `{"userIds":["u2"]}`, 201},
		{"POST", v1 + "/bulkGet/", `{"groupsIds":["g1"]}`, 201},
		{"GET", v2 + "/", "", 200},
		{"GET", usersV3 + "/", "", 200},
		{"GET", usersV3 + "/groups/?ids=u1", "", 200},
		{"GET", v1 + "//", "", 404},
		{"GET", v1 + "/g1//", "", 404},
	} {
		assert.Equal(t, row.status, api.do(row.method, row.path, row.body).status, "%s %s", row.method, row.path)
	}
	assert.Equal(t, 3, s.Count("auth.vendor")+s.Count("groups.update"))
}

func TestRoutes_TokenHeaders(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	token := s.IssueToken("")
	for name, row := range map[string]struct {
		header, value string
		status        int
	}{
		"x-access-token":          {"X-Access-Token", token, 200},
		"unknown x-access-token":  {"X-Access-Token", "x", 401},
		"lower case scheme":       {"Authorization", "bearer " + token, 200},
		"upper case scheme":       {"Authorization", "BEARER " + token, 200},
		"no scheme":               {"Authorization", token, 401},
		"bearer without a blank":  {"Authorization", "Bearer" + token, 401},
		"Authorization and other": {"Authorization", "Basic " + token, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := inMemory(t, s).with("Authorization", "").with(row.header, row.value)
			assert.Equal(t, row.status, api.do("GET", v1, "").status)
		})
	}
	s.ResetRequests()
	inMemory(t, s).with("Authorization", "").with("X-Access-Token", token).do("GET", v1, "")
	first := s.Requests()[0]
	assert.Equal(t, fronteggtest.AuthEnvironment, first.Auth)
	assert.Equal(t, http.Header{"X-Access-Token": {"[REDACTED]"}, "Content-Type": {"application/json"}, "Frontegg-Tenant-Id": {"acme"}}, first.Header)
}
