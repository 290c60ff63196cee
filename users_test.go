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

func TestUsers_GroupIDsAndRoleIDs(t *testing.T) {
	t.Parallel()
	s, c := company(t, 450)
	role := s.AddRole("acme", frontegg.Role{ID: "r1", Key: "admin"})
	for i := range 3 {
		s.AddGroup("acme", frontegg.Group{ID: fmt.Sprintf("g%d", i), Name: fmt.Sprint(i), Users: []frontegg.User{{ID: fmt.Sprintf("u%05d", 200*i)}, {ID: "u00001"}}, Roles: []frontegg.Role{role}})
	}
	users := ids("u", 450)
	got, err := c.Users.GroupIDs(t.Context(), append(slices.Clone(users), users...))
	require.NoError(t, err)
	for _, list := range got {
		slices.Sort(list)
	}
	assert.Equal(t, map[string][]string{"u00000": {"g0"}, "u00001": {"g0", "g1", "g2"}, "u00200": {"g1"}, "u00400": {"g2"}}, got)
	assert.Equal(t, 5, s.Count("users.groupIDs"))
	roles, err := c.Users.RoleIDs(t.Context(), users)
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

func TestUsers_GroupIDs_Rows(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{Respond: reply(200, `[{"userId":"u1","tenantId":"acme","groupIds":["g1",null,"","g1"],"roleIds":null},
		{"userId":"u1","tenantId":"other","groupIds":["g2"]},{"userId":"u9","groupIds":["g3"]},{"userId":"u2","groupIds":[null]},{"userId":"u1","groupIds":["g4"]}]`)}
	c := newClient(t, s)
	got, err := c.Users.GroupIDs(t.Context(), []string{"u1", "u2"})
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"u1": {"g1", "g4"}}, got)

	s.Seen = nil
	require.NoError(t, errOf(c.Users.GroupIDs(t.Context(), ids(strings.Repeat("x", 120), 100))))
	assert.Len(t, s.Seen, 3)
	for _, r := range s.Seen {
		assert.Less(t, len(r.URL.RequestURI()), 8_000, "the longest URL that the server accepts")
	}
}
