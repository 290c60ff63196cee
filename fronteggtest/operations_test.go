package fronteggtest_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

// oneGroup returns a server whose tenant acme has the group g1, named Team, with the
// role r1 and the user u1, and also the role r2 and the user u2.
func oneGroup(t *testing.T, opts ...fronteggtest.ServerOption) *fronteggtest.Server {
	s := fronteggtest.Start(t, opts...)
	s.AddGroup("acme", frontegg.Group{
		ID: "g1", Name: "Team", Color: "red", Description: "d", Metadata: "{}",
		Roles: []frontegg.Role{{ID: "r1"}}, Users: []frontegg.User{{ID: "u1"}},
	})
	s.AddRole("acme", frontegg.Role{ID: "r2"})
	s.AddUser("acme", frontegg.User{ID: "u2"})
	return s
}

func TestGroups(t *testing.T) {
	t.Parallel()
	group := func(name, color string, roles, users string) string {
		return `{"id":"[^"]+","name":"` + name + `","color":"` + color + `","description":"d?","metadata":"({})?",` +
			`"managedBy":"frontegg","createdAt":"[^"]+Z","updatedAt":"[^"]+Z","roles":\[` + roles + `\],"users":\[` + users + `\]}`
	}
	role := `{"id":"r1","vendorId":"[^"]+","tenantId":"acme","key":"role-1","name":"role-1",` +
		`"isDefault":false,"firstUserRole":false,"level":0,"createdAt":"[^"]+Z","updatedAt":"[^"]+Z","permissions":\[\]}`
	user := `{"id":"u1","email":"user-1@example.com","name":"user-1@example.com","profilePictureUrl":null,` +
		`"createdAt":"[^"]+Z","activatedForTenant":false}`
	for name, row := range map[string]struct {
		method, path, body string
		status             int
		want               string // a pattern for the whole body
		applied            string
	}{
		"list":             {"GET", v1, "", 200, `{"groups":\[` + group("Team", "red", "", "") + `\]}`, "groups.list"},
		"list all":         {"GET", v1 + "?_groupsRelations=rolesAndUsers", "", 200, `{"groups":\[` + group("Team", "red", role, user) + `\]}`, "groups.list"},
		"create":           {"POST", v1, `{"name":"New","color":"blue"}`, 201, group("New", "blue", "", ""), "groups.create"},
		"bulkGet":          {"POST", v1 + "/bulkGet", `{"groupsIds":["g1","g1","none"]}`, 201, `{"groups":\[` + group("Team", "red", "", "") + `\]}`, "groups.bulkGet"},
		"bulkGet none":     {"POST", v1 + "/bulkGet", `{"groupsIds":[]}`, 201, `{"groups":\[\]}`, "groups.bulkGet"},
		"bulkGet users":    {"POST", v1 + "/bulkGet?_groupsRelations=users", `{"groupsIds":["g1"]}`, 201, `{"groups":\[` + group("Team", "red", "", user) + `\]}`, "groups.bulkGet"},
		"get":              {"GET", v1 + "/g1", "", 200, group("Team", "red", "", ""), "groups.get"},
		"get with roles":   {"GET", v1 + "/g1?_groupsRelations=roles", "", 200, group("Team", "red", role, ""), "groups.get"},
		"update":           {"PATCH", v1 + "/g1", `{"name":"Crew","color":""}`, 200, group("Crew", "", "", ""), "groups.update"},
		"update its name":  {"PATCH", v1 + "/g1", `{"name":"Team"}`, 200, group("Team", "red", "", ""), "groups.update"},
		"delete":           {"DELETE", v1 + "/g1", "", 200, "", "groups.delete"},
		"get config":       {"GET", v1 + "/config", "", 200, `{"enabled":true,"rolesEnabled":true}`, "groups.config"},
		"set config":       {"POST", v1 + "/config", `{"rolesEnabled":false}`, 201, "", "groups.updateConfig"},
		"add roles":        {"POST", v1 + "/g1/roles", `{"roleIds":["r1","r2"]}`, 201, "", "groups.addRoles"},
		"remove roles":     {"DELETE", v1 + "/g1/roles", `{"roleIds":["r1","r2"]}`, 200, "", "groups.removeRoles"},
		"add users":        {"POST", v1 + "/g1/users", `{"userIds":["u2"]}`, 201, "", "groups.addUsers"},
		"remove users":     {"DELETE", v1 + "/g1/users", `{"userIds":["u1"]}`, 200, "", "groups.removeUsers"},
		"page":             {"GET", v2, "", 200, `{"items":\[` + group("Team", "red", "", "") + `\],"_links":{"next":"","prev":"","first":"[^"]+","last":"[^"]+"},"_metadata":{"totalItems":1,"totalPages":1}}`, "groups.listPage"},
		"page after it":    {"GET", v2 + "?_offset=7", "", 200, `{"items":\[\],"_links":{"next":"","prev":"","first":"[^"]+","last":"[^"]+"},"_metadata":{"totalItems":1,"totalPages":1}}`, "groups.listPage"},
		"an escaped id":    {"GET", v1 + "/%67%31", "", 200, group("Team", "red", "", ""), "groups.get"},
		"an unknown field": {"PATCH", v1 + "/g1", `{"flavour":1}`, 200, group("Team", "red", "", ""), "groups.update"},
	} {
		for _, prefix := range []string{"", "/frontegg"} {
			t.Run(name+" below "+prefix+"/", func(t *testing.T) {
				t.Parallel()
				s := oneGroup(t)
				got := inMemory(t, s).do(row.method, prefix+row.path, row.body)
				assert.Equal(t, row.status, got.status, got.body)
				assert.Regexp(t, "^"+row.want+"$", got.body)
				assert.Regexp(t, "^[0-9a-f]{32}$", got.header.Get("frontegg-trace-id"))
				if row.want != "" {
					assert.Equal(t, "application/json; charset=utf-8", got.header.Get("Content-Type"))
				}
				assert.Equal(t, 1, s.Applied(row.applied))
				assert.Equal(t, 1, s.Applied(""))
			})
		}
	}
}

func TestGroups_BadRequests(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		method, path, body string
		status             int
		says               string
	}{
		"no name":                  {"POST", v1, `{"color":"red"}`, 400, `"name should not be empty"`},
		"an empty name":            {"POST", v1, `{"name":" "}`, 400, `"name should not be empty"`},
		"a name that is a number":  {"POST", v1, `{"name":7}`, 400, "name must be a string"},
		"Name for name":            {"POST", v1, `{"Name":"New"}`, 400, `"name should not be empty"`},
		"a member twice":           {"POST", v1, `{"name":"a","name":"b"}`, 400, "Invalid JSON provided"},
		"a taken name":             {"POST", v1, `{"name":"Team"}`, 409, `"errorCode":"ER-04091"`},
		"no JSON":                  {"POST", v1, `{`, 400, `{"errors":["Invalid JSON provided"]}`},
		"metadata as an object":    {"POST", v1, `{"name":"New","metadata":{}}`, 400, "metadata must be a string"},
		"rename to an empty name":  {"PATCH", v1 + "/g1", `{"name":"","color":"x"}`, 400, `"name should not be empty"`},
		"rename to a taken name":   {"PATCH", v1 + "/g1", `{"name":"Other","color":"x"}`, 409, "ER-04091"},
		"update of no group":       {"PATCH", v1 + "/nope", `{"color":"x"}`, 404, "ER-04041"},
		"delete of no group":       {"DELETE", v1 + "/nope", "", 404, "ER-04041"},
		"get of no group":          {"GET", v1 + "/nope", "", 404, "ER-04041"},
		"an unknown role":          {"POST", v1 + "/g1/roles", `{"roleIds":["r2","nope"]}`, 404, "ER-04042"},
		"removing an unknown one":  {"DELETE", v1 + "/g1/roles", `{"roleIds":["r1","nope"]}`, 404, "ER-04042"},
		"an unknown user":          {"POST", v1 + "/g1/users", `{"userIds":["u2","nope"]}`, 404, "ER-04042"},
		"a user of another tenant": {"POST", v1 + "/g1/users", `{"userIds":["elsewhere"]}`, 404, "ER-04042"},
		"members of no group":      {"POST", v1 + "/nope/users", `{"userIds":["u2"]}`, 404, "ER-04041"},
		"roleIds for userIds":      {"POST", v1 + "/g1/users", `{"roleIds":["u2"]}`, 400, "userIds"},
		"a DELETE without body":    {"DELETE", v1 + "/g1/users", "", 400, "userIds must be an array"},
		"groupIds for groupsIds":   {"POST", v1 + "/bulkGet", `{"groupIds":["g1"]}`, 400, "groupsIds"},
		"unknown relations":        {"GET", v1 + "?_groupsRelations=all", "", 400, "_groupsRelations"},
		"a limit of 0":             {"GET", v2 + "?_limit=0", "", 400, "_limit"},
		"a negative page":          {"GET", v2 + "?_offset=-1", "", 400, "_offset"},
		"an unknown sort":          {"GET", v2 + "?_sortBy=color", "", 400, "_sortBy"},
		"an order in small":        {"GET", v2 + "?_sortBy=id&_order=asc", "", 400, "_order"},
		"an unknown path":          {"GET", v1 + "/g1/members", "", 404, "Cannot GET " + v1 + "/g1/members"},
		"an unknown method":        {"PUT", v1 + "/g1", `{"name":"x"}`, 404, "Cannot PUT"},
		"a list of numbers":        {"POST", v1 + "/g1/users", `{"userIds":[1]}`, 400, "each value in userIds must be a string"},
		"an id for a list":         {"POST", v1 + "/g1/users", `{"userIds":"u2"}`, 400, "userIds must be an array"},
		"a list for an object":     {"POST", v1, `[]`, 400, "Invalid JSON provided"},
		"null":                     {"POST", v1, `null`, 400, `"name should not be empty"`},
		"no body":                  {"POST", v1, "", 400, `"name should not be empty"`},
		"a slash in an id":         {"GET", v1 + "/a/b", "", 404, "Cannot GET"},
		"a long body":              {"POST", v1, `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "too large"},
		"a long URL":               {"GET", v1 + "?x=" + strings.Repeat("x", 8000), "", 414, "8000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := oneGroup(t)
			s.AddGroup("acme", frontegg.Group{Name: "Other"})
			s.AddUser("globex", frontegg.User{ID: "elsewhere"})
			before := s.Groups("acme")
			got := inMemory(t, s).do(row.method, row.path, row.body)
			assert.Equal(t, row.status, got.status, got.body)
			assert.Regexp(t, `^{"errors":\["`, got.body)
			assert.Contains(t, got.body, row.says)
			assert.Equal(t, before, s.Groups("acme"))
			assert.Zero(t, s.Applied(""))
			assert.Equal(t, row.status, s.Requests()[0].Status)
		})
	}
}

func TestGroups_Authorization(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	api := inMemory(t, s)
	for name, row := range map[string]struct {
		from   *caller
		path   string
		status int
	}{
		"no token":                {api.with("Authorization", ""), v1, 401},
		"a made-up token":         {api.with("Authorization", "Bearer eyJ.eyJ.x"), v1, 401},
		"another scheme":          {api.with("Authorization", strings.Replace(api.header.Get("Authorization"), "Bearer", "Basic", 1)), v1, 401},
		"no tenant":               {api.with("Frontegg-Tenant-Id", ""), v1, 403},
		"no tenant, config":       {api.with("Frontegg-Tenant-Id", ""), v1 + "/config", 200},
		"no token, config":        {api.with("Authorization", ""), v1 + "/config", 401},
		"the tenant of the token": {api.with("Authorization", "Bearer "+s.IssueToken("acme")).with("Frontegg-Tenant-Id", ""), v1 + "/g1", 200},
		"the token before header": {api.with("Authorization", "Bearer "+s.IssueToken("globex")), v1 + "/g1", 404},
		"another tenant's group":  {api.with("Frontegg-Tenant-Id", "globex"), v1 + "/g1", 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := row.from.of(t).do("GET", row.path, "")
			assert.Equal(t, row.status, got.status, got.body)
			if row.status >= 400 {
				assert.Regexp(t, `^{"errors":\["`, got.body)
			}
		})
	}
	t.Run("a body that says it is a form", func(t *testing.T) {
		t.Parallel()
		got := api.of(t).with("Content-Type", "application/x-www-form-urlencoded").do("POST", v1, `{"name":"x"}`)
		assert.Equal(t, http.StatusBadRequest, got.status)
		assert.Contains(t, got.body, "application/json")
	})
}

func TestMembers_Sets(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	s.AddRole("", frontegg.Role{ID: "everywhere"})
	api := inMemory(t, s)
	for _, step := range []struct {
		method, body string
		want         []string
	}{
		{"POST", `{"roleIds":["r2","r2","r1"]}`, []string{"r1", "r2"}},
		{"POST", `{"roleIds":["everywhere"]}`, []string{"r1", "r2", "everywhere"}},
		{"DELETE", `{"roleIds":["r1","r1"]}`, []string{"r2", "everywhere"}},
		{"DELETE", `{"roleIds":["r1"]}`, []string{"r2", "everywhere"}},
		{"DELETE", `{"roleIds":[]}`, []string{"r2", "everywhere"}},
		{"POST", `{"roleIds":[]}`, []string{"r2", "everywhere"}},
	} {
		require.Less(t, api.do(step.method, v1+"/g1/roles", step.body).status, 300)
		var g row
		api.do("GET", v1+"/g1?_groupsRelations=roles", "").read(t, &g)
		var ids []string
		for _, r := range g.Roles {
			ids = append(ids, r.ID)
		}
		assert.Equal(t, step.want, ids, "%s %s", step.method, step.body)
	}
}

func TestUpdate_PartialFields(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	api := inMemory(t, s)
	require.Equal(t, 200, api.do("PATCH", v1+"/g1", `{"color":"","description":null}`).status)
	var g row
	api.do("GET", v1+"/g1", "").read(t, &g)
	assert.Equal(t, []string{"Team", "", "d", "{}"}, []string{g.Name, g.Color, g.Description, g.Metadata})

	require.Equal(t, 200, api.do("PATCH", v1+"/g1", `{"name":"Crew"}`).status)
	assert.Equal(t, 201, api.do("POST", v1, `{"name":"Team"}`).status, "the old name is free")
	assert.Equal(t, 409, api.do("POST", v1, `{"name":"Crew"}`).status)
	require.Equal(t, 200, api.do("DELETE", v1+"/g1", "").status)
	assert.Equal(t, 404, api.do("GET", v1+"/g1", "").status)
	assert.Equal(t, 404, api.do("DELETE", v1+"/g1", "").status)
	assert.Equal(t, 201, api.do("POST", v1, `{"name":"Crew"}`).status, "the name of a deleted group is free")
	assert.Equal(t, 201, api.with("Frontegg-Tenant-Id", "globex").do("POST", v1, `{"name":"Crew"}`).status, "names count per tenant")
}

func TestGroups_Times(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := inMemory(t, fronteggtest.Start(t))
		at := func() string { return time.Now().UTC().Format("2006-01-02T15:04:05.000Z") }
		made := at()
		var g row
		api.do("POST", v1, `{"name":"x"}`).read(t, &g)
		assert.Equal(t, []string{made, made}, []string{g.CreatedAt, g.UpdatedAt})
		clock.Pass(1500 * time.Millisecond)
		api.do("PATCH", v1+"/"+g.ID, `{"color":"x"}`).read(t, &g)
		assert.Equal(t, []string{made, at()}, []string{g.CreatedAt, g.UpdatedAt})
	})
}

func TestConfig_PerEnvironment(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	api := inMemory(t, s)
	other := api.with("Frontegg-Environment-Id", "another")
	require.Equal(t, 201, api.do("POST", v1+"/config", `{"enabled":false}`).status)
	assert.JSONEq(t, `{"enabled":false,"rolesEnabled":true}`, api.with("Frontegg-Tenant-Id", "globex").do("GET", v1+"/config", "").body)
	assert.JSONEq(t, `{"enabled":true,"rolesEnabled":true}`, other.do("GET", v1+"/config", "").body)
	require.Equal(t, 201, api.do("POST", v1+"/config", `{"rolesEnabled":false,"enabled":null}`).status)
	assert.JSONEq(t, `{"enabled":false,"rolesEnabled":false}`, api.do("GET", v1+"/config", "").body)
}

func TestCreate_UUIDs(t *testing.T) {
	t.Parallel()
	api := inMemory(t, fronteggtest.Start(t))
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for _, name := range []string{"a", "b", "c"} {
		var g row
		api.do("POST", v1, `{"name":"`+name+`"}`).read(t, &g)
		assert.Regexp(t, uuid, g.ID)
		seen[g.ID] = true
	}
	assert.Len(t, seen, 3)
}
