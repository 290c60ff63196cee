package frontegg_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// company returns a server with the tenants acme and globex, and a client of acme.
func company(t *testing.T, users int, opts ...fronteggtest.ServerOption) (*fronteggtest.Server, *frontegg.Client) {
	t.Helper()
	s := fronteggtest.Start(t, opts...)
	s.AddTenant(frontegg.Tenant{ID: "acme", Name: "Acme"})
	s.AddTenant(frontegg.Tenant{ID: "globex", Name: "Globex"})
	for i := range users {
		s.AddUser("acme", frontegg.User{ID: fmt.Sprintf("u%05d", i), Email: fmt.Sprintf("user%d@acme.com", i)})
	}
	c, err := s.MemoryClient(frontegg.WithTenant("acme"))
	require.NoError(t, err)
	return s, c
}

func TestUsers_FindByEmail(t *testing.T) {
	t.Parallel()
	s, c := company(t, 3)
	s.AddUser("acme", frontegg.User{ID: "plus", Email: "Ada+Test@acme.com"})
	s.AddUser("globex", frontegg.User{ID: "other", Email: "eva@globex.com"})
	for name, tt := range map[string]struct{ email, id string }{
		"exact":        {"user1@acme.com", "u00001"},
		"case":         {"USER1@Acme.COM", "u00001"},
		"plus":         {"ada+test@acme.com", "plus"},
		"prefix":       {"user1@acme.co", ""},
		"other tenant": {"eva@globex.com", ""},
		"unknown":      {"nobody@acme.com", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := c.Users.FindByEmail(t.Context(), tt.email)
			if tt.id == "" {
				require.ErrorIs(t, err, frontegg.ErrNotFound)
				require.ErrorContains(t, err, "users.findByEmail")
				assert.Nil(t, u)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.id, u.ID)
		})
	}
}

func TestUsers_FindByEmails(t *testing.T) {
	t.Parallel()
	addresses := func(from, to int) []string {
		var out []string
		for i := from; i < to; i++ {
			out = append(out, fmt.Sprintf("user%d@acme.com", i))
		}
		return out
	}
	for name, tt := range map[string]struct {
		users    int
		emails   []string
		found    int
		requests int
	}{
		"none":                          {1, nil, 0, 0},
		"a few of many":                 {2_000, addresses(500, 505), 5, 5},
		"duplicates and case":           {2_000, []string{"user7@acme.com", "USER7@acme.com", "user7@acme.com"}, 2, 1},
		"some of a page":                {150, addresses(0, 100), 100, 1},
		"some of a page and one more":   {150, addresses(100, 201), 50, 1},
		"fewer than pages":              {4_000, addresses(1_000, 1_010), 10, 11},
		"more than pages":               {2_000, addresses(0, 1_990), 1_990, 10},
		"unknown ones":                  {2_000, addresses(5_000, 5_100), 0, 10},
		"all on the first of two pages": {400, addresses(0, 10), 10, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := company(t, tt.users)
			found, err := c.Users.FindByEmails(t.Context(), tt.emails)
			require.NoError(t, err)
			assert.NotNil(t, found)
			assert.Len(t, found, tt.found)
			assert.Equal(t, tt.requests, s.Count("users.listPage"))
			for email, u := range found {
				assert.Contains(t, tt.emails, email)
				assert.Equal(t, strings.ToLower(email), u.Email)
			}
		})
	}
}

func TestUsers_FindByEmails_Invalid(t *testing.T) {
	t.Parallel()
	s, c := company(t, 1)
	for _, email := range []string{"", "jane", "@acme.com", "jane@", "jane doe@acme.com", "jane\n@acme.com", "jane@acme.com\x00", "a\xff@acme.com", strings.Repeat("x", 400) + "@acme.com"} {
		_, err := c.Users.FindByEmails(t.Context(), []string{"user0@acme.com", email})
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, err, &invalid, email)
		assert.Equal(t, "emails[1]", invalid.Field)
		_, err = c.Users.FindByEmail(t.Context(), email)
		require.ErrorAs(t, err, &invalid, email)
		assert.Equal(t, "email", invalid.Field)
	}
	assert.Empty(t, s.Requests())
}

func TestUsers_GroupIDsAndRoleIDs(t *testing.T) {
	t.Parallel()
	s, c := company(t, 450)
	role := s.AddRole("acme", frontegg.Role{ID: "r1", Key: "admin"})
	for i := range 3 {
		s.AddGroup("acme", frontegg.Group{ID: fmt.Sprintf("g%d", i), Name: fmt.Sprint(i), Users: []frontegg.User{{ID: fmt.Sprintf("u%05d", 200*i)}, {ID: "u00001"}}, Roles: []frontegg.Role{role}})
	}
	var ids []string
	for i := range 450 {
		ids = append(ids, fmt.Sprintf("u%05d", i))
	}
	got, err := c.Users.GroupIDs(t.Context(), append(slices.Clone(ids), ids...))
	require.NoError(t, err)
	for _, list := range got {
		slices.Sort(list)
	}
	assert.Equal(t, map[string][]string{"u00000": {"g0"}, "u00001": {"g0", "g1", "g2"}, "u00200": {"g1"}, "u00400": {"g2"}}, got)
	assert.Equal(t, 5, s.Count("users.groupIDs"))
	roles, err := c.Users.RoleIDs(t.Context(), ids)
	require.NoError(t, err)
	assert.NotNil(t, roles)
	assert.Equal(t, 5, s.Count("users.roleIDs"))
	empty, err := c.Users.GroupIDs(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{}, empty)
	_, err = c.Users.GroupIDs(t.Context(), []string{"u1", "u2,u3"})
	require.ErrorContains(t, err, "userIDs[1] has a comma")
	assert.Equal(t, 5, s.Count("users.groupIDs"))
}

func TestRoles_FindByKeys(t *testing.T) {
	t.Parallel()
	s, c := company(t, 0)
	for i := range 250 {
		s.AddRole("", frontegg.Role{ID: fmt.Sprintf("env-%d", i), Key: fmt.Sprintf("key-%d", i)})
	}
	s.AddRole("acme", frontegg.Role{ID: "own", Key: "own"})
	s.AddRole("acme", frontegg.Role{ID: "own-7", Key: "key-7"})
	s.AddRole("globex", frontegg.Role{ID: "other", Key: "other"})
	all, err := c.Roles.List(t.Context())
	require.NoError(t, err)
	assert.Len(t, all, 252)
	found, err := c.Roles.FindByKeys(t.Context(), []string{"key-249", "own", "other", "unknown", "own"})
	require.NoError(t, err)
	require.Len(t, found, 2)
	assert.Equal(t, []string{"env-249", "own"}, []string{found["key-249"].ID, found["own"].ID})
	_, err = c.Roles.FindByKeys(t.Context(), []string{"own", "key-7"})
	require.ErrorIs(t, err, frontegg.ErrAmbiguous)
	require.ErrorContains(t, err, "env-7")
	require.ErrorContains(t, err, "own-7")
	none, err := c.Roles.FindByKeys(t.Context(), nil)
	require.NoError(t, err)
	assert.NotNil(t, none)
	_, err = c.Roles.FindByKeys(t.Context(), []string{"a", " "})
	require.ErrorContains(t, err, "roles.findByKeys: keys[1] is empty; nothing was sent")
}

func TestTenants_All(t *testing.T) {
	t.Parallel()
	s, c := company(t, 0)
	for i := range 500 {
		s.AddTenant(frontegg.Tenant{ID: fmt.Sprintf("t%03d", i), Metadata: `{"a":1}`})
	}
	n := 0
	for tenant, err := range c.Tenants.All(t.Context(), frontegg.TenantWalkOptions{Concurrency: 4}) {
		require.NoError(t, err)
		assert.NotEmpty(t, tenant.ID)
		n++
	}
	assert.Equal(t, 502, n)
	for _, r := range s.Requests() {
		assert.Empty(t, r.Header.Get("Frontegg-Tenant-Id"))
	}
}

func TestUsers_All(t *testing.T) {
	t.Parallel()
	s, c := company(t, 500)
	s.AddSubTenant("acme", frontegg.Tenant{ID: "sub"})
	s.AddUser("sub", frontegg.User{ID: "sub-user", Email: "sub@acme.com"})
	for _, sub := range []bool{false, true} {
		var ids []string
		for u, err := range c.Users.All(t.Context(), frontegg.UserWalkOptions{Concurrency: 3, IncludeSubTenants: sub}) {
			require.NoError(t, err)
			ids = append(ids, u.ID)
		}
		assert.Equal(t, sub, slices.Contains(ids, "sub-user"))
		assert.GreaterOrEqual(t, len(ids), 500)
	}
	for _, r := range s.Requests() {
		if r.Op == "users.listPage" {
			assert.True(t, r.Query.Has("_includeSubTenants"), "the server's default is true")
		}
	}
}

func TestLookups_TenantRequired(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	c, err := s.MemoryClient()
	require.NoError(t, err)
	_, byEmail := c.Users.FindByEmail(t.Context(), "a@b.c")
	_, groupIDs := c.Users.GroupIDs(t.Context(), []string{"u"})
	_, roles := c.Roles.List(t.Context())
	for _, err := range []error{byEmail, groupIDs, roles} {
		require.ErrorIs(t, err, frontegg.ErrTenantRequired)
	}
	assert.Empty(t, s.Requests())
}
