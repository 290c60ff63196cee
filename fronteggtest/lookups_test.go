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

func TestUsers_Row(t *testing.T) {
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

func TestRoles(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	s.AddRole("", frontegg.Role{ID: "e1", Key: "admin", Name: "Admin", Level: 1, Permissions: []string{"p1"}})
	s.AddRole("", frontegg.Role{ID: "e2", Key: "viewer", Name: "Viewer", Level: 2, Description: "reads"})
	s.AddRole("acme", frontegg.Role{ID: "t1", Key: "admin", Name: "Tenant admin", IsDefault: true})
	s.AddRole("globex", frontegg.Role{ID: "t2", Key: "other"})
	for name, row := range map[string]struct {
		tenant, query, want string
	}{
		"of the tenant":      {"acme", "_sortBy=key", "e1 t1 e2"},
		"of the environment": {"", "_sortBy=key", "e1 e2"},
		"by level":           {"acme", "_sortBy=level", "t1 e1 e2"},
		"by name, backwards": {"acme", "_sortBy=name&_order=DESC", "e2 t1 e1"},
		"by description":     {"acme", "_sortBy=description", "e1 t1 e2"},
		"by default":         {"acme", "_sortBy=isDefault", "e1 e2 t1"},
		"by first user":      {"acme", "_sortBy=firstUserRole", "e1 e2 t1"},
		"by permissions":     {"acme", "_sortBy=permissions", "e1 e2 t1"},
		"a page":             {"acme", "_sortBy=key&_limit=2&_offset=1", "e2"},
		"filter":             {"acme", "_sortBy=key&_filter=ADMIN", "e1 t1"},
		"levels":             {"acme", "_sortBy=key&_levels[]=1&_levels[]=2", "e1 e2"},
		"tenants":            {"acme", "_sortBy=key&_tenantIds=acme", "t1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p lookupPage
			inMemory(t, s).with("Frontegg-Tenant-Id", row.tenant).do("GET", rolesV2+"?"+row.query, "").read(t, &p)
			assert.Equal(t, row.want, p.ids())
		})
	}
	t.Run("v1", func(t *testing.T) {
		t.Parallel()
		api := inMemory(t, s)
		var rows []lookupRow
		api.do("GET", rolesV1, "").read(t, &rows)
		assert.Len(t, rows, 3)
		api.with("Frontegg-Tenant-Id", "").do("GET", rolesV1, "").read(t, &rows)
		assert.Len(t, rows, 2)
	})
	t.Run("row", func(t *testing.T) {
		t.Parallel()
		got := inMemory(t, s).do("GET", rolesV2+"?_sortBy=key&_filter=admin", "")
		assert.Contains(t, got.body, `"tenantId":null,"key":"admin","name":"Admin","description":null`)
		assert.Contains(t, got.body, `"tenantId":"acme","key":"admin","name":"Tenant admin"`)
		assert.Contains(t, got.body, `"permissions":["p1"]`)
		assert.Contains(t, got.body, `"permissions":[]`)
	})
}

func TestTenants(t *testing.T) {
	t.Parallel()
	s := company(t)
	id, _ := s.Credentials()
	api := inMemory(t, s).with("Frontegg-Tenant-Id", "")
	list := func(query string) []string {
		var p lookupPage
		api.do("GET", tenantsV2+"?"+query, "").read(t, &p)
		names := make([]string, len(p.Items))
		for i, r := range p.Items {
			names[i] = *r.TenantID
		}
		return names
	}
	for query, want := range map[string][]string{
		"_sortBy=tenantId":                         {"acme", "acme-eu", "globex"},
		"_sortBy=name":                             {"acme-eu", "acme", "globex"},
		"_sortBy=name&_order=DESC":                 {"globex", "acme", "acme-eu"},
		"_sortBy=tenantId&_limit=2&_offset=1":      {"globex"},
		"_sortBy=tenantId&_filter=inc":             {"acme"},
		"_sortBy=tenantId&_filter=GLOBEX":          {"globex"},
		"_sortBy=tenantId&_tenantIds[]=globex":     {"globex"},
		"_sortBy=tenantId&_tenantIds=acme,acme-eu": {"acme", "acme-eu"},
	} {
		assert.Equal(t, want, list(query), query)
	}
	assert.Len(t, list("_sortBy=createdAt"), 3)
	assert.Regexp(t, `"id":"[0-9a-f-]{36}","tenantId":"acme","name":"Acme Inc.","vendorId":"`+id+`","isReseller":true,`+
		`"metadata":"{\\"plan\\":\\"pro\\"}","createdAt":"[^"]+Z","updatedAt":"[^"]+Z","deletedAt":null`,
		api.do("GET", tenantsV2, "").body)

	api.with("Frontegg-Tenant-Id", "read").do("GET", v1, "")
	s.Groups("looked at")
	assert.Len(t, list("_sortBy=tenantId"), 3, "a read adds no tenant")
	renamed := s.AddTenant(frontegg.Tenant{ID: "globex", Name: "Globex"})
	assert.Equal(t, "Globex", renamed.Name)
	assert.Equal(t, []string{"globex"}, list("_filter=Globex"))
}

func TestLookups_Paging(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	for i := range 450 {
		s.AddUser("acme", frontegg.User{ID: fmt.Sprintf("u%03d", i)})
		s.AddTenant(frontegg.Tenant{ID: fmt.Sprintf("t%03d", i)})
		s.AddRole("", frontegg.Role{ID: fmt.Sprintf("r%03d", i)})
	}
	for name, row := range map[string]struct {
		path        string
		rows, pages int
	}{
		"users by default":     {usersV3 + "?_tenantId=acme", 50, 9},
		"users capped":         {usersV3 + "?_tenantId=acme&_limit=1000", 200, 3},
		"users, last page":     {usersV3 + "?_tenantId=acme&_limit=200&_offset=2", 50, 3},
		"users, after the end": {usersV3 + "?_tenantId=acme&_limit=200&_offset=200", 0, 3},
		"roles by default":     {rolesV2 + "?_sortBy=key", 50, 9},
		"roles":                {rolesV2 + "?_sortBy=key&_limit=400", 400, 2},
		"roles capped":         {rolesV2 + "?_sortBy=key&_limit=5000", 450, 1},
		"roles without a sort": {rolesV2, 50, 9},
		"tenants by default":   {tenantsV2, 50, 10},
		"tenants capped":       {tenantsV2 + "?_limit=201", 200, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p lookupPage
			inMemory(t, s).with("Frontegg-Tenant-Id", "").do("GET", row.path, "").read(t, &p)
			assert.Len(t, p.Items, row.rows)
			assert.Equal(t, row.pages, p.Metadata.TotalPages)
		})
	}
	t.Run("unordered without a sort", func(t *testing.T) {
		t.Parallel()
		api := inMemory(t, s)
		var one, two lookupPage
		api.do("GET", usersV3, "").read(t, &one)
		api.do("GET", usersV3, "").read(t, &two)
		assert.NotEqual(t, one.ids(), two.ids())
	})
	t.Run("bad requests", func(t *testing.T) {
		t.Parallel()
		api := inMemory(t, s).with("Frontegg-Tenant-Id", "")
		for _, path := range []string{
			usersV3 + "?_limit=0", usersV3 + "?_offset=-1", usersV3 + "?_sortBy=color", usersV3 + "?_order=asc",
			usersV3 + "?_includeSubTenants=no", usersV3 + "?_identifier=a", usersV3 + "?_identifierType=email",
			rolesV2 + "?_sortBy=color", tenantsV2 + "?_limit=x",
		} {
			assert.Equal(t, 400, api.do("GET", path, "").status, path)
		}
	})
}

func TestLookups_Authorization(t *testing.T) {
	t.Parallel()
	s := company(t)
	environment := inMemory(t, s).with("Frontegg-Tenant-Id", "")
	withTenant := inMemory(t, s)
	apiToken := environment.with("Authorization", "Bearer "+s.IssueToken("acme"))
	const missing, forbidden = "Tenant ID is not specified", "Tenant ID is defined - forbidden route for tenants"
	for name, row := range map[string]struct {
		from   *caller
		path   string
		status int
		text   string
	}{
		"users, environment":              {environment, usersV3, 200, ""},
		"users, API token":                {apiToken, usersV3, 200, ""},
		"users, no token":                 {environment.with("Authorization", ""), usersV3, 401, "Unauthorized"},
		"groups of users, environment":    {environment, usersV3 + "/groups?ids=u1", 403, missing},
		"groups of users, API token":      {apiToken, usersV3 + "/groups?ids=u1", 200, ""},
		"roles of users, environment":     {environment, usersV3 + "/roles?ids=u1", 403, missing},
		"by email, API token":             {apiToken, userByEmail + "?email=ada%40acme.com", 403, forbidden},
		"roles v1, API token":             {apiToken, rolesV1, 403, forbidden},
		"roles v1, environment":           {environment, rolesV1, 200, ""},
		"roles v2, API token":             {apiToken, rolesV2, 200, ""},
		"tenants, environment":            {environment, tenantsV2, 200, ""},
		"tenants, environment and tenant": {withTenant, tenantsV2, 403, forbidden},
		"tenants, API token":              {apiToken, tenantsV2, 403, forbidden},
		"groups, environment":             {environment, v1, 403, missing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := row.from.of(t).do("GET", row.path, "")
			assert.Equal(t, row.status, got.status, got.body)
			if row.text != "" {
				assert.JSONEq(t, `{"errors":["`+row.text+`"]}`, got.body)
			}
		})
	}
}
