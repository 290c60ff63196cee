package frontegg_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
)

// noTokens is a TokenSource that must not be asked.
type noTokens struct{ t *testing.T }

func (n noTokens) Token(context.Context) (frontegg.Token, error) {
	n.t.Error("a token was fetched")
	return frontegg.Token{Value: "unwanted"}, nil
}

func TestValidation(t *testing.T) {
	t.Parallel()
	type groupsService = *frontegg.GroupsService
	tests := []struct {
		name  string
		op    string
		field string
		call  func(context.Context, groupsService) error
	}{
		{"empty group id", "groups.get", "id", func(ctx context.Context, s groupsService) error { _, err := s.Get(ctx, ""); return err }},
		{"dot", "groups.get", "id", func(ctx context.Context, s groupsService) error { _, err := s.Get(ctx, "."); return err }},
		{"dot dot", "groups.delete", "id", func(ctx context.Context, s groupsService) error { return s.Delete(ctx, "..") }},
		{"config as id", "groups.get", "id", func(ctx context.Context, s groupsService) error { _, err := s.Get(ctx, "config"); return err }},
		{"bulkGet as id", "groups.addUsers", "groupID", func(ctx context.Context, s groupsService) error {
			return s.AddUsers(ctx, "bulkGet", []string{"u"})
		}},
		{"slash in id", "groups.get", "id", func(ctx context.Context, s groupsService) error { _, err := s.Get(ctx, "a/b"); return err }},
		{"percent in id", "groups.get", "id", func(ctx context.Context, s groupsService) error { _, err := s.Get(ctx, "a%2fb"); return err }},
		{"long id", "groups.get", "id", func(ctx context.Context, s groupsService) error {
			_, err := s.Get(ctx, strings.Repeat("x", 129))
			return err
		}},
		{"bad id and nothing to add", "groups.addUsers", "groupID", func(ctx context.Context, s groupsService) error {
			return s.AddUsers(ctx, "a/b", nil)
		}},
		{"bad id in a bulk", "groups.bulkGet", "ids[1]", func(ctx context.Context, s groupsService) error {
			_, err := s.BulkGet(ctx, []string{"a", "b c"})
			return err
		}},
		{"e-mail for a user id", "groups.addUsers", "userIDs[0]", func(ctx context.Context, s groupsService) error {
			return s.AddUsers(ctx, "g", []string{"jane@example.com"})
		}},
		{"empty role id", "groups.removeRoles", "roleIDs[1]", func(ctx context.Context, s groupsService) error {
			return s.RemoveRoles(ctx, "g", []string{"r", ""})
		}},
		{"e-mail in a set", "groups.setUsers", "userIDs[0]", func(ctx context.Context, s groupsService) error {
			_, err := s.SetUsers(ctx, "g", []string{"jane@example.com"})
			return err
		}},
		{"empty name", "groups.create", "Name", func(ctx context.Context, s groupsService) error {
			_, err := s.Create(ctx, frontegg.CreateGroupParams{Name: " "})
			return err
		}},
		{"empty name to ensure", "groups.ensure", "Name", func(ctx context.Context, s groupsService) error {
			_, _, err := s.Ensure(ctx, frontegg.CreateGroupParams{})
			return err
		}},
		{"empty name to find", "groups.findByName", "name", func(ctx context.Context, s groupsService) error {
			_, err := s.FindByName(ctx, "")
			return err
		}},
		{"name that is cleared", "groups.update", "Name", func(ctx context.Context, s groupsService) error {
			_, err := s.Update(ctx, "g", frontegg.UpdateGroupParams{Name: new("")})
			return err
		}},
		{"empty update", "groups.update", "params", func(ctx context.Context, s groupsService) error {
			_, err := s.Update(ctx, "g", frontegg.UpdateGroupParams{})
			return err
		}},
		{"broken UTF-8", "groups.create", "params", func(ctx context.Context, s groupsService) error {
			_, err := s.Create(ctx, frontegg.CreateGroupParams{Name: "a\xff"})
			return err
		}},
		{"empty configuration", "groups.updateConfig", "params", func(ctx context.Context, s groupsService) error {
			return s.UpdateConfig(ctx, frontegg.UpdateGroupsConfigParams{})
		}},
		{"negative page", "groups.listPage", "Page", func(ctx context.Context, s groupsService) error {
			_, err := s.ListPage(ctx, frontegg.PageOptions{Page: -1})
			return err
		}},
		{"negative size", "groups.listPage", "Size", func(ctx context.Context, s groupsService) error {
			_, err := s.ListPage(ctx, frontegg.PageOptions{Size: -1})
			return err
		}},
		{"unknown sort field", "groups.listPage", "SortBy", func(ctx context.Context, s groupsService) error {
			_, err := s.ListPage(ctx, frontegg.PageOptions{SortBy: "color"})
			return err
		}},
		{"unknown order", "groups.listPage", "Order", func(ctx context.Context, s groupsService) error {
			_, err := s.ListPage(ctx, frontegg.PageOptions{Order: "asc"})
			return err
		}},
		{"negative page size of a walk", "groups.all", "PageSize", func(ctx context.Context, s groupsService) error {
			for _, err := range s.All(ctx, frontegg.WalkOptions{PageSize: -1}) {
				return err
			}
			return nil
		}},
		{"negative concurrency", "groups.all", "Concurrency", func(ctx context.Context, s groupsService) error {
			for _, err := range s.All(ctx, frontegg.WalkOptions{Concurrency: -1}) {
				return err
			}
			return nil
		}},
		{"unknown relation", "groups.list", "WithRelations", func(ctx context.Context, s groupsService) error {
			_, err := s.List(ctx, frontegg.WithRelations("all"))
			return err
		}},
		{"empty tenant", "groups.list", "WithTenant", func(ctx context.Context, s groupsService) error {
			_, err := s.List(ctx, frontegg.WithTenant(""))
			return err
		}},
		{"line feed in a tenant", "groups.list", "WithTenant", func(ctx context.Context, s groupsService) error {
			_, err := s.List(ctx, frontegg.WithTenant("a\nb"))
			return err
		}},
		{"bad environment", "groups.config", "WithEnvironment", func(ctx context.Context, s groupsService) error {
			_, err := s.Config(ctx, frontegg.WithEnvironment("a b"))
			return err
		}},
		{"Authorization header", "groups.delete", `WithHeader "authorization"`, func(ctx context.Context, s groupsService) error {
			return s.Delete(ctx, "g", frontegg.WithHeader("authorization", "Basic x"))
		}},
		{"tenant header", "groups.delete", `WithHeader "Frontegg-tenant-ID"`, func(ctx context.Context, s groupsService) error {
			return s.Delete(ctx, "g", frontegg.WithHeader("Frontegg-tenant-ID", "x"))
		}},
		{"header that makes net/http repeat", "groups.delete", `WithHeader "Idempotency-Key"`, func(ctx context.Context, s groupsService) error {
			return s.Delete(ctx, "g", frontegg.WithHeader("Idempotency-Key", "x"))
		}},
		{"line feed in a header", "groups.delete", `WithHeader "X-A"`, func(ctx context.Context, s groupsService) error {
			return s.Delete(ctx, "g", frontegg.WithHeader("X-A", "x\r\nY: z"))
		}},
		{"zero timeout", "groups.delete", "WithTimeout", func(ctx context.Context, s groupsService) error {
			return s.Delete(ctx, "g", frontegg.WithTimeout(0))
		}},
		{"nil response", "groups.delete", "WithResponse", func(ctx context.Context, s groupsService) error {
			return s.Delete(ctx, "g", frontegg.WithResponse(nil))
		}},
		{"nil option", "groups.delete", "options", func(ctx context.Context, s groupsService) error { return s.Delete(ctx, "g", nil) }},
		{"nil context", "groups.delete", "ctx", func(_ context.Context, s groupsService) error {
			var none context.Context
			return s.Delete(none, "g")
		}},
		{"nil context of a walk", "groups.all", "ctx", func(_ context.Context, s groupsService) error {
			var none context.Context
			for _, err := range s.All(none, frontegg.WalkOptions{Concurrency: 4}) {
				return err
			}
			return nil
		}},
		{"nil context of a bulk", "groups.bulkGet", "ctx", func(_ context.Context, s groupsService) error {
			var none context.Context
			_, err := s.BulkGet(none, nil)
			return err
		}},
		{"nil context of a set", "groups.setRoles", "ctx", func(_ context.Context, s groupsService) error {
			var none context.Context
			_, err := s.SetRoles(none, "g", nil)
			return err
		}},
		{"view of a zero client", "groups.delete", "client", func(ctx context.Context, _ groupsService) error {
			return new(frontegg.Client).ForTenant("acme").Groups.Delete(ctx, "g")
		}},
		{"zero service", "groups.delete", "client", func(ctx context.Context, _ groupsService) error {
			return new(frontegg.GroupsService).Delete(ctx, "g")
		}},
		{"nil service", "groups.list", "client", func(ctx context.Context, _ groupsService) error {
			var none groupsService
			_, err := none.List(ctx)
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire() // without responses: a request would be an error of another type
			c, err := frontegg.NewClient(frontegg.WithTokenSource(noTokens{t}), frontegg.WithHTTPClient(httpClient(w)), frontegg.WithTenant("acme"))
			require.NoError(t, err)
			err = tt.call(t.Context(), c.Groups)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, tt.op, invalid.Op)
			assert.Equal(t, tt.field, invalid.Field)
			assert.Zero(t, w.GetTotalCallCount())
		})
	}
}

func TestForTenant_Invalid(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "a b", strings.Repeat("x", 257)} {
		c := newWire().client(t).ForTenant(id)
		_, list := c.Groups.List(t.Context())
		_, config := c.Groups.Config(t.Context()) // also if the tenant would not be sent
		for _, err := range []error{list, config, c.Groups.AddUsers(t.Context(), "g", nil)} {
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Equal(t, "ForTenant", invalid.Field)
		}
	}
}

func TestMembers_Empty(t *testing.T) {
	t.Parallel()
	w := newWire()
	c := w.client(t)
	for name, change := range map[string]func(context.Context, string, []string, ...frontegg.RequestOption) error{
		"AddRoles": c.Groups.AddRoles, "RemoveRoles": c.Groups.RemoveRoles, "AddUsers": c.Groups.AddUsers, "RemoveUsers": c.Groups.RemoveUsers,
	} {
		require.NoError(t, change(t.Context(), "g1", nil), name)
		require.NoError(t, change(t.Context(), "g1", []string{}), name)
	}
	got, err := c.Groups.BulkGet(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, got)
	assert.Zero(t, w.GetTotalCallCount())
}

func TestErrTenantRequired(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("POST", base+"/auth/vendor", 200, `{"token":"env-token-1","expiresIn":60}`)
	w.respond("GET", groups, 200, `{"groups":[]}`)
	w.respond("GET", groups+"/config", 200, `{"enabled":true,"rolesEnabled":true}`)
	c, err := frontegg.NewClient(frontegg.WithCredentials("id", "key-of-the-test"), frontegg.WithHTTPClient(httpClient(w)))
	require.NoError(t, err)

	_, err = c.Groups.List(t.Context())
	require.ErrorIs(t, err, frontegg.ErrTenantRequired)
	var invalid *frontegg.ValidationError
	require.ErrorAs(t, err, &invalid)
	for _, err := range c.Groups.All(t.Context(), frontegg.WalkOptions{}) {
		require.ErrorIs(t, err, frontegg.ErrTenantRequired)
	}
	assert.Zero(t, w.GetTotalCallCount())

	_, err = c.Groups.Config(t.Context())
	require.NoError(t, err)
	_, err = c.ForTenant("acme").Groups.List(t.Context())
	require.NoError(t, err)
	_, err = c.Groups.List(t.Context(), frontegg.WithTenant("acme"))
	require.NoError(t, err)
}

func TestContext_AlreadyEnded(t *testing.T) {
	t.Parallel()
	w := newWire()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, err := frontegg.NewClient(frontegg.WithTokenSource(noTokens{t}), frontegg.WithHTTPClient(httpClient(w)))
	require.NoError(t, err)
	_, err = c.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "n"})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, frontegg.ErrOutcomeUnknown)
	var broken *frontegg.TransportError
	require.ErrorAs(t, err, &broken)
	assert.Zero(t, broken.Attempts)

	ctx, cancel = context.WithTimeout(t.Context(), -time.Second)
	defer cancel()
	require.ErrorIs(t, c.Groups.Delete(ctx, "g"), context.DeadlineExceeded)
	assert.Zero(t, w.GetTotalCallCount())
}
