package interop

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

const tenant = "interop-tenant"

// everyOperation calls all 13 operations, in an order that a server with state
// accepts too. roleID and userID must exist in the tenant.
func everyOperation(t *testing.T, groups *frontegg.GroupsService, roleID, userID string) {
	t.Helper()
	ctx := t.Context()
	all := frontegg.WithRelations(frontegg.RelationsRolesAndUsers)
	var created *frontegg.Group
	calls := []struct {
		name   string
		status int
		call   func(frontegg.RequestOption) error
	}{
		{"groups.updateConfig", http.StatusCreated, func(o frontegg.RequestOption) error {
			return groups.UpdateConfig(ctx, frontegg.UpdateGroupsConfigParams{Enabled: new(true), RolesEnabled: new(true)}, o)
		}},
		{"groups.config", http.StatusOK, func(o frontegg.RequestOption) error {
			_, err := groups.Config(ctx, o)
			return err
		}},
		{"groups.create", http.StatusCreated, func(o frontegg.RequestOption) (err error) {
			created, err = groups.Create(ctx, frontegg.CreateGroupParams{
				Name: "Interop", Color: "#0f0", Description: "created by a test", Metadata: `{"test":true}`,
			}, o)
			return err
		}},
		{"groups.addRoles", http.StatusCreated, func(o frontegg.RequestOption) error {
			return groups.AddRoles(ctx, created.ID, []string{roleID}, o)
		}},
		{"groups.addUsers", http.StatusCreated, func(o frontegg.RequestOption) error {
			return groups.AddUsers(ctx, created.ID, []string{userID}, o)
		}},
		{"groups.get", http.StatusOK, func(o frontegg.RequestOption) error {
			g, err := groups.Get(ctx, created.ID, all, o)
			require.NoError(t, err)
			require.Len(t, g.Roles, 1)
			require.Len(t, g.Users, 1)
			return err
		}},
		{"groups.update", http.StatusOK, func(o frontegg.RequestOption) error {
			_, err := groups.Update(ctx, created.ID, frontegg.UpdateGroupParams{Description: new("")}, o)
			return err
		}},
		{"groups.list", http.StatusOK, func(o frontegg.RequestOption) error {
			list, err := groups.List(ctx, all, o)
			require.True(t, slices.ContainsFunc(list, func(g frontegg.Group) bool { return g.ID == created.ID }))
			return err
		}},
		{"groups.listPage", http.StatusOK, func(o frontegg.RequestOption) error {
			page, err := groups.ListPage(ctx, frontegg.PageOptions{Size: 50, SortBy: frontegg.SortByName, Order: frontegg.Descending}, all, o)
			require.NoError(t, err)
			require.NotEmpty(t, page.Groups)
			return err
		}},
		{"groups.bulkGet", http.StatusCreated, func(o frontegg.RequestOption) error {
			list, err := groups.BulkGet(ctx, []string{created.ID}, all, o)
			require.Len(t, list, 1)
			return err
		}},
		{"groups.removeUsers", http.StatusOK, func(o frontegg.RequestOption) error {
			return groups.RemoveUsers(ctx, created.ID, []string{userID}, o)
		}},
		{"groups.removeRoles", http.StatusOK, func(o frontegg.RequestOption) error {
			return groups.RemoveRoles(ctx, created.ID, []string{roleID}, o)
		}},
		{"groups.delete", http.StatusOK, func(o frontegg.RequestOption) error {
			return groups.Delete(ctx, created.ID, o)
		}},
	}
	require.Len(t, calls, 13)
	for _, c := range calls {
		var response frontegg.Response
		require.NoError(t, c.call(frontegg.WithResponse(&response)), c.name)
		require.Equal(t, c.status, response.StatusCode, c.name)
		require.Equal(t, 1, response.Attempts, c.name)
		t.Logf("%-20s %d", c.name, response.StatusCode)
	}
}

// everyLookup calls the lookups. The user has the role and is a member of the group.
func everyLookup(t *testing.T, client *frontegg.Client, user frontegg.User, roleID, groupID string) {
	t.Helper()
	ctx := t.Context()
	found, err := client.Users.FindByEmail(ctx, user.Email)
	require.NoError(t, err)
	require.Equal(t, user.ID, found.ID)
	for u, err := range client.Users.All(ctx, frontegg.UserWalkOptions{}) {
		require.NoError(t, err)
		require.Equal(t, user.ID, u.ID)
	}
	groups, err := client.Users.GroupIDs(ctx, []string{user.ID})
	require.NoError(t, err)
	require.Equal(t, map[string][]string{user.ID: {groupID}}, groups)
	roles, err := client.Users.RoleIDs(ctx, []string{user.ID})
	require.NoError(t, err)
	require.Equal(t, map[string][]string{user.ID: {roleID}}, roles)
	list, err := client.Roles.List(ctx)
	require.NoError(t, err)
	require.Equal(t, roleID, list[0].ID)
	for found, err := range client.Tenants.All(ctx, frontegg.TenantWalkOptions{}) {
		require.NoError(t, err)
		require.Equal(t, tenant, found.ID)
	}
}

// apiTokenLogin makes a call with an API token, which has its own token request.
func apiTokenLogin(t *testing.T, base, clientID, secret string) {
	t.Helper()
	client, err := frontegg.NewClient(frontegg.WithBaseURL(base), frontegg.WithAPIToken(clientID, secret))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	_, err = client.Groups.Config(t.Context())
	require.NoError(t, err)
	t.Log("a call with an API token login")
}
