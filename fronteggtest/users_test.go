package fronteggtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

const (
	usersV3     = "/identity/resources/users/v3"
	userByEmail = "/identity/resources/users/v1/email"
	rolesV1     = "/identity/resources/roles/v1"
	rolesV2     = "/identity/resources/roles/v2"
	tenantsV2   = "/tenants/resources/tenants/v2"
)

// lookupRow holds the fields of users, roles and tenants that tests compare.
type lookupRow struct {
	ID, Email, Name, Key, ManagedBy, ExternalID string
	TenantID                                    *string
	TenantIDs                                   []string
	ActivatedForTenant                          *bool
	LastLogin                                   *string
	Permissions                                 []string
}

type lookupPage struct {
	Items    []lookupRow
	Links    struct{ Next, Prev, First, Last string } `json:"_links"`
	Metadata struct{ TotalItems, TotalPages int }     `json:"_metadata"`
}

func (p lookupPage) ids() string {
	var ids []string
	for _, r := range p.Items {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

// company returns a server with the tenant acme, its sub-tenant acme-eu and the
// tenant globex.
func company(t *testing.T, opts ...fronteggtest.ServerOption) *fronteggtest.Server {
	s := fronteggtest.Start(t, opts...)
	s.AddTenant(frontegg.Tenant{ID: "acme", Name: "Acme Inc.", IsReseller: true, Metadata: `{"plan":"pro"}`})
	s.AddSubTenant("acme", frontegg.Tenant{ID: "acme-eu", Name: "Acme Europe"})
	s.AddUser("acme", frontegg.User{ID: "u1", Email: "ada@acme.com", Name: "Ada", ExternalID: "x1", ActivatedForTenant: true})
	s.AddUser("acme", frontegg.User{ID: "u2", Email: "ada@acme.com.au", Name: "Adam", ManagedBy: "external"})
	s.AddUser("acme-eu", frontegg.User{ID: "u3", Email: "eva@acme.eu", Name: "Eva"})
	s.AddUser("globex", frontegg.User{ID: "u4", Email: "a+b@globex.com", Name: "Bob", TenantIDs: []string{"acme"}})
	return s
}

func TestUsers_List(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		tenant, query, want string
	}{
		"with sub-tenants":       {"acme", "", "u1 u2 u3 u4"},
		"without sub-tenants":    {"acme", "&_includeSubTenants=false", "u1 u2 u4"},
		"parameter without _":    {"acme", "&includeSubTenants=false", "u1 u2 u3 u4"},
		"sub-tenant":             {"acme-eu", "", "u3"},
		"environment":            {"", "", "u1 u2 u3 u4"},
		"unknown tenant":         {"nobody", "", ""},
		"email":                  {"acme", "&_email=ada%40acme.com", "u1"},
		"email in another case":  {"acme", "&_email=ADA%40acme.com", "u1"},
		"email with plus":        {"acme", "&_email=a%2Bb%40globex.com", "u4"},
		"email with a raw plus":  {"acme", "&_email=a+b%40globex.com", ""},
		"email of other tenant":  {"acme-eu", "&_email=ada%40acme.com", ""},
		"identifier":             {"acme", "&_identifier=ada&_identifierType=email", "u1 u2"},
		"name prefix":            {"acme", "&_namePrefix=ada", "u1 u2"},
		"external IDs":           {"acme", "&_externalIds=x0,x1", "u1"},
		"ids":                    {"acme", "&ids=u4,u1,u9", "u1 u4"},
		"ids as a list":          {"acme", "&ids=u4&ids=u1", "u1 u4"},
		"tenant filter":          {"", "&_tenantId=globex", "u4"},
		"two filters":            {"acme", "&_namePrefix=ada&ids=u2", "u2"},
		"descending":             {"acme", "&_order=DESC", "u4 u3 u2 u1"},
		"by email":               {"acme", "&_sortBy=email", "u4 u1 u2 u3"},
		"by name, second page":   {"acme", "&_sortBy=name&_limit=2&_offset=1", "u4 u3"},
		"limit without _":        {"acme", "&limit=1", "u1 u2 u3 u4"},
		"offset is a page":       {"acme", "&_limit=2&_offset=2", ""},
		"unknown parameter":      {"acme", "&_search=x", "u1 u2 u3 u4"},
		"by tenant of the user":  {"acme", "&_sortBy=tenantId", "u1 u2 u3 u4"},
		"by verified":            {"acme", "&_sortBy=verified", "u1 u2 u3 u4"},
		"by lock":                {"acme", "&_sortBy=isLocked", "u1 u2 u3 u4"},
		"by creation":            {"acme", "&_sortBy=createdAt&ids=u1", "u1"},
		"by provider, page size": {"acme", "&_sortBy=provider&_limit=3", "u1 u2 u3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := company(t)
			query := row.query
			if !strings.Contains(query, "_sortBy") {
				query += "&_sortBy=id"
			}
			got := inMemory(t, s).with("Frontegg-Tenant-Id", row.tenant).do("GET", usersV3+"?"+query[1:], "")
			require.Equal(t, 200, got.status, got.body)
			var p lookupPage
			got.read(t, &p)
			assert.Equal(t, row.want, p.ids())
			assert.Equal(t, 1, s.Applied("users.listPage"))
		})
	}
}

func TestUsers_Fields(t *testing.T) {
	t.Parallel()
	s := company(t)
	s.AddUser("acme", frontegg.User{ID: "u1", Verified: true, Locked: true, LastLogin: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)})
	want := `{"id":"u1","email":"ada@acme.com","name":"Ada","profilePictureUrl":null,"sub":"u1","verified":true,"mfaEnrolled":false,` +
		`"phoneNumber":null,"provider":"local","tenantId":"acme","tenantIds":\["acme"\],"activatedForTenant":%s,"isLocked":true,` +
		`"tenants":\[{"tenantId":"acme","roles":\[\]}\],"metadata":null,"vendorMetadata":"{}","externalId":"x1","createdAt":"[^"]+Z",` +
		`"lastLogin":"2026-01-02T03:04:05.000Z","subAccountAccessAllowed":false,"managedBy":"frontegg"}`
	api := inMemory(t, s)
	assert.Regexp(t, `^{"items":\[`+fmt.Sprintf(want, "false")+`\]`, api.do("GET", usersV3+"?ids=u1", "").body)
	api = api.with("Frontegg-Tenant-Id", "")
	assert.Regexp(t, "^"+fmt.Sprintf(want, "null")+"$", api.do("GET", userByEmail+"?email=ada%40acme.com", "").body)
}

func TestUsers_InSeveralTenants(t *testing.T) {
	t.Parallel()
	s := company(t)
	s.AddUser("globex", frontegg.User{ID: "u1", ActivatedForTenant: false})
	find := func(tenant string) lookupRow {
		var p lookupPage
		inMemory(t, s).with("Frontegg-Tenant-Id", tenant).do("GET", usersV3+"?ids=u1", "").read(t, &p)
		require.Len(t, p.Items, 1)
		return p.Items[0]
	}
	acme, globex := find("acme"), find("globex")
	assert.Equal(t, []string{"acme", "globex"}, acme.TenantIDs)
	assert.Equal(t, []string{"Ada", "x1", "acme"}, []string{globex.Name, globex.ExternalID, *globex.TenantID})
	assert.Equal(t, []bool{true, false}, []bool{*acme.ActivatedForTenant, *globex.ActivatedForTenant})

	s.AddGroup("acme", frontegg.Group{Users: []frontegg.User{{ID: "u1"}}})
	s.AddUser("globex", frontegg.User{ID: "u1", Name: "Ada L."})
	member := s.Groups("acme")[0].Users[0]
	assert.Equal(t, "Ada L.", member.Name, "a changed name shows in the groups of all tenants")
	assert.True(t, member.ActivatedForTenant)
}

func TestUsers_SeedAfterARead(t *testing.T) {
	t.Parallel()
	s := company(t)
	list := func() string {
		var p lookupPage
		inMemory(t, s).do("GET", usersV3+"?_sortBy=id", "").read(t, &p)
		return p.ids()
	}
	require.Equal(t, "u1 u2 u3 u4", list())
	s.AddUser("acme", frontegg.User{ID: "u5"})
	assert.Equal(t, "u1 u2 u3 u4 u5", list())
	s.AddUser("new", frontegg.User{ID: "u6"})
	assert.Equal(t, "u1 u2 u3 u4 u5", list(), "the user of another tenant")
	s.AddSubTenant("acme-eu", frontegg.Tenant{ID: "new"})
	assert.Equal(t, "u1 u2 u3 u4 u5 u6", list(), "sub-tenants of sub-tenants")
}

func TestUsers_ByEmail(t *testing.T) {
	t.Parallel()
	strict := fronteggtest.Behavior{ByEmailRefusesTenant: true}
	for name, row := range map[string]struct {
		tenant, query string
		behavior      fronteggtest.Behavior
		status        int
		contains      string
	}{
		"found":                 {"", "?email=a%2Bb%40globex.com", fronteggtest.Behavior{}, 200, `"id":"u4"`},
		"in another case":       {"", "?email=EVA%40acme.eu", fronteggtest.Behavior{}, 200, `"id":"u3"`},
		"external":              {"", "?email=ada%40acme.com.au", fronteggtest.Behavior{}, 200, `"managedBy":"external"`},
		"unknown":               {"", "?email=nobody%40acme.com", fronteggtest.Behavior{}, 404, `"User not found"`},
		"a raw plus is a blank": {"", "?email=a+b%40globex.com", fronteggtest.Behavior{}, 404, `"User not found"`},
		"no address":            {"", "", fronteggtest.Behavior{}, 400, "email should not be empty"},
		"with a tenant":         {"globex", "?email=eva%40acme.eu", fronteggtest.Behavior{}, 200, `"id":"u3"`},
		"with a tenant, strict": {"acme", "?email=eva%40acme.eu", strict, 403, "forbidden route for tenants"},
		"strict":                {"", "?email=eva%40acme.eu", strict, 200, `"id":"u3"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := company(t, fronteggtest.WithBehavior(row.behavior))
			got := inMemory(t, s).with("Frontegg-Tenant-Id", row.tenant).do("GET", userByEmail+row.query, "")
			assert.Equal(t, row.status, got.status)
			assert.Contains(t, got.body, row.contains)
		})
	}
}

func TestUsers_Get(t *testing.T) {
	t.Parallel()
	s := company(t)
	for name, row := range map[string]struct {
		tenant, path string
		status       int
		contains     string
	}{
		"found":             {"acme", "/u4", 200, `"email":"a+b@globex.com"`},
		"trailing slash":    {"acme-eu", "/u3/", 200, `"id":"u3"`},
		"of a sub-tenant":   {"acme", "/u3", 404, `"User not found"`},
		"of another tenant": {"globex", "/u3", 404, `"User not found"`},
		"unknown":           {"acme", "/nobody", 404, `"User not found"`},
		"no tenant":         {"", "/u3", 403, "Tenant ID is not specified"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := inMemory(t, s).with("Frontegg-Tenant-Id", row.tenant).do("GET", "/identity/resources/users/v1"+row.path, "")
			assert.Equal(t, row.status, got.status)
			assert.Contains(t, got.body, row.contains)
		})
	}
}

func TestUsers_EmailPrefix(t *testing.T) {
	t.Parallel()
	s := company(t, fronteggtest.WithBehavior(fronteggtest.Behavior{EmailPrefix: true}))
	var p lookupPage
	inMemory(t, s).do("GET", usersV3+"?_sortBy=id&_email=ada%40acme.com", "").read(t, &p)
	assert.Equal(t, "u1 u2", p.ids())
}

func TestUsers_GroupIDsAndRoleIDs(t *testing.T) {
	t.Parallel()
	s := company(t)
	vendorID, _ := s.Credentials()
	s.AddGroup("acme", frontegg.Group{ID: "g1", Name: "One", Users: []frontegg.User{{ID: "u1"}, {ID: "u2"}}})
	s.AddGroup("acme", frontegg.Group{ID: "g2", Name: "Two", Users: []frontegg.User{{ID: "u1"}}})
	s.AddGroup("globex", frontegg.Group{ID: "g3", Name: "Three", Users: []frontegg.User{{ID: "u4"}}})
	s.AddRole("acme", frontegg.Role{ID: "r1"})
	s.AddRole("", frontegg.Role{ID: "r2"})
	s.AssignRoles("acme", "u1", "r1", "r2", "r1")
	row := func(user, list string) string {
		return `{"vendorId":"` + vendorID + `","tenantId":"acme","userId":"` + user + `",` + list + `}`
	}
	api := inMemory(t, s)
	assert.JSONEq(t, `[`+row("u1", `"groupIds":["g1","g2"]`)+`,`+row("u2", `"groupIds":["g1"]`)+`,`+row("u4", `"groupIds":[]`)+`]`,
		api.do("GET", usersV3+"/groups?ids=u1,u2,u3,u4,nobody", "").body)
	assert.JSONEq(t, `[`+row("u1", `"roleIds":["r1","r2"]`)+`,`+row("u2", `"roleIds":[]`)+`]`,
		api.do("GET", usersV3+"/roles?ids=u1,u2,u3", "").body)
	assert.JSONEq(t, `[`+row("u1", `"groupIds":["g1","g2"]`)+`,`+row("u2", `"groupIds":["g1"]`)+`]`,
		api.do("GET", usersV3+"/groups?ids=u1&ids=u2", "").body)

	many := strings.Repeat("u,", 251)
	for path, want := range map[string]int{"/groups": 400, "/groups?ids=": 400, "/roles": 400, "/roles?ids=" + many: 400} {
		assert.Equal(t, want, api.do("GET", usersV3+path, "").status, path)
	}
	assert.Panics(t, func() { s.AssignRoles("acme", "nobody", "r1") })
	assert.Panics(t, func() { s.AssignRoles("globex", "u4", "r1") })
}
