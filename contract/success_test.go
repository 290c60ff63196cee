package contract

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// testSuccesses makes successful calls in all variants.
func testSuccesses(t *testing.T, check *checker, seen *coverage) {
	for operation, call := range calls {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, call(t, newFixture(t, check, seen)))
		})
		t.Run(operation+" below a prefix", func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, check, seen)
			f.prefix = "/frontegg"
			require.NoError(t, call(t, f))
		})
	}
	t.Run("auth.apiTokenV1", func(t *testing.T) {
		t.Parallel()
		assert.Equal(t, http.StatusOK, newFixture(t, check, seen).apiTokenV1(t))
	})
	t.Run("relations", func(t *testing.T) { testRelations(t, newFixture(t, check, seen)) })
	t.Run("pages", func(t *testing.T) { testPages(t, newFixture(t, check, seen)) })
	t.Run("a group's life", func(t *testing.T) { testLife(t, newFixture(t, check, seen)) })
	t.Run("composed", func(t *testing.T) { testComposed(t, newFixture(t, check, seen)) })
	t.Run("lookups", func(t *testing.T) { testLookups(t, newFixture(t, check, seen)) })
	t.Run("configuration", func(t *testing.T) { testConfig(t, newFixture(t, check, seen)) })
}

func testRelations(t *testing.T, f *fixture) {
	t.Parallel()
	c := f.client(t, frontegg.WithEnvironment("environment"))
	for relations, want := range map[frontegg.Relations][2]int{
		"": {0, 0}, frontegg.RelationsRoles: {2, 0}, frontegg.RelationsUsers: {0, 2}, frontegg.RelationsRolesAndUsers: {2, 2},
	} {
		var opts []frontegg.ReadOption
		if relations != "" {
			opts = append(opts, frontegg.WithRelations(relations))
		}
		got, err := c.Groups.Get(t.Context(), f.group.ID, opts...)
		require.NoError(t, err)
		assert.Equal(t, want, [2]int{len(got.Roles), len(got.Users)}, "%q", relations)
		bulk, err := c.Groups.BulkGet(t.Context(), []string{"unknown", f.group.ID}, opts...)
		require.NoError(t, err)
		assert.Equal(t, []frontegg.Group{*got}, bulk)
		list, err := c.Groups.List(t.Context(), opts...)
		require.NoError(t, err)
		assert.Contains(t, list, *got)
		page, err := c.Groups.ListPage(t.Context(), frontegg.PageOptions{}, opts...)
		require.NoError(t, err)
		assert.Contains(t, page.Groups, *got)
	}
}

func testPages(t *testing.T, f *fixture) {
	t.Parallel()
	c := f.client(t)
	for _, order := range []frontegg.Order{"", frontegg.Ascending, frontegg.Descending} {
		for _, by := range []frontegg.SortField{
			"", frontegg.SortByID, frontegg.SortByName, frontegg.SortByCreatedAt, frontegg.SortByUpdatedAt,
		} {
			for page := range 3 { // the last is empty
				got, err := c.Groups.ListPage(t.Context(), frontegg.PageOptions{Page: page, Size: 1, SortBy: by, Order: order})
				require.NoError(t, err)
				assert.Equal(t, []int{min(1, 2-page), 2, 2}, []int{len(got.Groups), got.TotalItems, got.TotalPages})
			}
		}
	}
	for _, concurrency := range []int{1, 4} {
		rows := 0
		for _, err := range c.Groups.All(t.Context(), frontegg.WalkOptions{PageSize: 1, Concurrency: concurrency}) {
			require.NoError(t, err)
			rows++
		}
		assert.Equal(t, 2, rows)
	}
	empty, err := c.ForTenant("nobody").Groups.List(t.Context())
	require.NoError(t, err)
	assert.Empty(t, empty)
}

func testLife(t *testing.T, f *fixture) {
	t.Parallel()
	g := f.clientWith(t, frontegg.WithAPIToken(f.server.AddAPIToken(tenant))).Groups
	made, err := g.Create(t.Context(), frontegg.CreateGroupParams{Name: `Ünï "q" <&>`, Color: "red", Description: "d", Metadata: `{"a":1}`})
	require.NoError(t, err)
	changed, err := g.Update(t.Context(), made.ID, frontegg.UpdateGroupParams{
		Name: new("Renamed"), Color: new(""), Description: new("other"), Metadata: new(""),
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"Renamed", "", "other", ""}, []string{changed.Name, changed.Color, changed.Description, changed.Metadata})
	for range 2 { // the second changes nothing
		require.NoError(t, g.AddRoles(t.Context(), made.ID, []string{f.role}))
		require.NoError(t, g.AddUsers(t.Context(), made.ID, []string{f.user}))
	}
	for range 2 {
		require.NoError(t, g.RemoveRoles(t.Context(), made.ID, []string{f.role}))
		require.NoError(t, g.RemoveUsers(t.Context(), made.ID, []string{f.user}))
	}
	require.NoError(t, g.Delete(t.Context(), made.ID))
}

func testComposed(t *testing.T, f *fixture) {
	t.Parallel()
	g := f.client(t).Groups
	found, err := g.FindByName(t.Context(), f.group.Name)
	require.NoError(t, err)
	assert.Equal(t, f.group.ID, found.ID)
	for _, fresh := range []bool{true, false} {
		_, created, err := g.Ensure(t.Context(), frontegg.CreateGroupParams{Name: "Support"})
		require.NoError(t, err)
		assert.Equal(t, fresh, created)
	}
	roles, err := g.SetRoles(t.Context(), f.other.ID, []string{f.role})
	require.NoError(t, err)
	assert.Equal(t, []string{f.role}, roles.Added)
	users, err := g.SetUsers(t.Context(), f.group.ID, []string{f.user})
	require.NoError(t, err)
	assert.Len(t, users.Removed, 1)
}

func testLookups(t *testing.T, f *fixture) {
	t.Parallel()
	f.server.AddUser(tenant, frontegg.User{
		ID: "full", Email: "ada+1@example.com", ProfilePictureURL: "https://example.com/ada.png", ExternalID: "x1", Verified: true,
		LastLogin: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), ManagedBy: "external", TenantIDs: []string{"other"},
	})
	c := f.client(t)
	u, err := c.Users.FindByEmail(t.Context(), "ADA+1@example.com")
	require.NoError(t, err)
	assert.Equal(t, "full", u.ID)
	for _, concurrency := range []int{1, 4} {
		walk := frontegg.UserWalkOptions{PageSize: 1, Concurrency: concurrency, IncludeSubTenants: concurrency > 1}
		require.NoError(t, last(c.Users.All(t.Context(), walk)))
	}
	roles, err := c.Roles.FindByKeys(t.Context(), []string{"role-1", "unknown"})
	require.ErrorIs(t, err, frontegg.ErrAmbiguous, "the tenant and the environment have it: %v", roles)
	require.NoError(t, last(c.Tenants.All(t.Context(), frontegg.TenantWalkOptions{PageSize: 1})))
}

func testConfig(t *testing.T, f *fixture) {
	t.Parallel()
	g := f.client(t).Groups
	require.NoError(t, g.UpdateConfig(t.Context(), frontegg.UpdateGroupsConfigParams{Enabled: new(false), RolesEnabled: new(true)}))
	require.NoError(t, g.UpdateConfig(t.Context(), frontegg.UpdateGroupsConfigParams{RolesEnabled: new(false)}))
	got, err := g.Config(t.Context())
	require.NoError(t, err)
	assert.Equal(t, frontegg.GroupsConfig{}, *got)
}
