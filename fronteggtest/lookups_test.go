package fronteggtest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

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
