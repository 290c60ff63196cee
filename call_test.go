package frontegg_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// noTokens is a TokenSource that must not be called.
type noTokens struct{ t *testing.T }

func (n noTokens) Token(context.Context) (frontegg.Token, error) {
	n.t.Error("a token was requested")
	return frontegg.Token{Value: "unwanted"}, nil
}

// walkError returns the error of a walk.
func walkError[T any](walk iter.Seq2[T, error]) (last error) {
	for _, err := range walk {
		last = err
	}
	return last
}

func TestValidationError_Arguments(t *testing.T) {
	t.Parallel()
	s := &fakeTransport{}
	c := build(t, s, frontegg.WithTokenSource(noTokens{t}))
	g, ctx := c.Groups, t.Context()
	var noContext context.Context
	var noService *frontegg.GroupsService
	_, _, ensureErr := g.Ensure(ctx, frontegg.CreateGroupParams{})
	for _, tt := range []struct {
		name, op, field string
		err             error
	}{
		{"empty group ID", "groups.get", "id", errOf(g.Get(ctx, ""))},
		{"dot dot", "groups.delete", "id", g.Delete(ctx, "..")},
		{"config as ID", "groups.get", "id", errOf(g.Get(ctx, "config"))},
		{"bulkGet as ID", "groups.addUsers", "groupID", g.AddUsers(ctx, "bulkGet", []string{"u"})},
		{"bad ID and nothing to add", "groups.addUsers", "groupID", g.AddUsers(ctx, "a/b", nil)},
		{"bad ID to update", "groups.update", "id", errOf(g.Update(ctx, "a/b", frontegg.UpdateGroupParams{Name: new("n")}))},
		{"bad ID in a bulk", "groups.bulkGet", "ids[1]", errOf(g.BulkGet(ctx, []string{"a", "b c"}))},
		{"address as a user ID", "groups.addUsers", "userIDs[0]", g.AddUsers(ctx, "g", []string{"jane@example.com"})},
		{"empty role ID", "groups.removeRoles", "roleIDs[1]", g.RemoveRoles(ctx, "g", []string{"r", ""})},
		{"address in a set", "groups.setUsers", "userIDs[0]", errOf(g.SetUsers(ctx, "g", []string{"jane@example.com"}))},
		{"empty name", "groups.create", "Name", errOf(g.Create(ctx, frontegg.CreateGroupParams{Name: " "}))},
		{"empty name to ensure", "groups.ensure", "Name", ensureErr},
		{"empty name to find", "groups.findByName", "name", errOf(g.FindByName(ctx, ""))},
		{"name that is cleared", "groups.update", "Name", errOf(g.Update(ctx, "g", frontegg.UpdateGroupParams{Name: new("")}))},
		{"empty update", "groups.update", "params", errOf(g.Update(ctx, "g", frontegg.UpdateGroupParams{}))},
		{"invalid UTF-8", "groups.create", "params", errOf(g.Create(ctx, frontegg.CreateGroupParams{Name: "a\xff"}))},
		{"empty configuration", "groups.updateConfig", "params", g.UpdateConfig(ctx, frontegg.UpdateGroupsConfigParams{})},
		{"negative page", "groups.listPage", "Page", errOf(g.ListPage(ctx, frontegg.PageOptions{Page: -1}))},
		{"negative size", "groups.listPage", "Size", errOf(g.ListPage(ctx, frontegg.PageOptions{Size: -1}))},
		{"unknown sort field", "groups.listPage", "SortBy", errOf(g.ListPage(ctx, frontegg.PageOptions{SortBy: "color"}))},
		{"unknown order", "groups.listPage", "Order", errOf(g.ListPage(ctx, frontegg.PageOptions{Order: "asc"}))},
		{"negative page size of a walk", "groups.all", "PageSize", walkError(g.All(ctx, frontegg.WalkOptions{PageSize: -1}))},
		{"negative concurrency", "groups.all", "Concurrency", walkError(g.All(ctx, frontegg.WalkOptions{Concurrency: -1}))},
		{"unknown relation", "groups.list", "WithRelations", errOf(g.List(ctx, frontegg.WithRelations("all")))},
		{"empty tenant", "groups.list", "WithTenant", errOf(g.List(ctx, frontegg.WithTenant("")))},
		{"line feed in a tenant", "groups.list", "WithTenant", errOf(g.List(ctx, frontegg.WithTenant("a\nb")))},
		{"empty tenant of a view", "groups.list", "ForTenant", errOf(c.ForTenant("").Groups.List(ctx))},
		{"blank in the tenant of a view", "groups.addUsers", "ForTenant", c.ForTenant("a b").Groups.AddUsers(ctx, "g", nil)},
		{"long tenant, which would not be sent", "groups.config", "ForTenant", errOf(c.ForTenant(strings.Repeat("x", 257)).Groups.Config(ctx))},
		{"bad environment", "groups.config", "WithEnvironment", errOf(g.Config(ctx, frontegg.WithEnvironment("a b")))},
		{"Authorization header", "groups.delete", `WithHeader "authorization"`, g.Delete(ctx, "g", frontegg.WithHeader("authorization", "Basic x"))},
		{"tenant header", "groups.delete", `WithHeader "Frontegg-tenant-ID"`, g.Delete(ctx, "g", frontegg.WithHeader("Frontegg-tenant-ID", "x"))},
		{"header that makes net/http retry", "groups.delete", `WithHeader "Idempotency-Key"`, g.Delete(ctx, "g", frontegg.WithHeader("Idempotency-Key", "x"))},
		{"whole header as its name", "groups.delete", `WithHeader ""`, g.Delete(ctx, "g", frontegg.WithHeader("X-Key: s3cret", ""))},
		{"line feed in a header", "groups.delete", `WithHeader "X-A"`, g.Delete(ctx, "g", frontegg.WithHeader("X-A", "x\r\nY: z"))},
		{"zero timeout", "groups.delete", "WithTimeout", g.Delete(ctx, "g", frontegg.WithTimeout(0))},
		{"option of a find", "groups.findByName", "WithTimeout", errOf(g.FindByName(ctx, "n", frontegg.WithTimeout(0)))},
		{"option of a set", "groups.setRoles", "WithTimeout", errOf(g.SetRoles(ctx, "g", nil, frontegg.WithTimeout(0)))},
		{"option of a walk", "tenants.all", "WithTimeout", walkError(c.Tenants.All(ctx, frontegg.TenantWalkOptions{}, frontegg.WithTimeout(0)))},
		{"option of a lookup", "users.findByEmails", "WithTimeout", errOf(c.Users.FindByEmails(ctx, nil, frontegg.WithTimeout(0)))},
		{"option of a lookup of roles", "roles.findByKeys", "WithTimeout", errOf(c.Roles.FindByKeys(ctx, nil, frontegg.WithTimeout(0)))},
		{"nil response", "groups.delete", "WithResponse", g.Delete(ctx, "g", frontegg.WithResponse(nil))},
		{"nil option", "groups.delete", "options", g.Delete(ctx, "g", nil)},
		{"nil context", "groups.delete", "ctx", g.Delete(noContext, "g")},
		{"nil context of a walk", "groups.all", "ctx", walkError(g.All(noContext, frontegg.WalkOptions{Concurrency: 4}))},
		{"nil context of a bulk", "groups.bulkGet", "ctx", errOf(g.BulkGet(noContext, nil))},
		{"nil context of a set", "groups.setRoles", "ctx", errOf(g.SetRoles(noContext, "g", nil))},
		{"nil context of Do", "client.do", "ctx", c.Do(noContext, frontegg.Request{Method: "GET", Path: "/x"}, nil)},
		{"zero service", "groups.delete", "client", new(frontegg.GroupsService).Delete(ctx, "g")},
		{"nil service", "groups.list", "client", errOf(noService.List(ctx))},
		{"nil service of a find", "groups.findByName", "client", errOf(noService.FindByName(ctx, "n"))},
	} {
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, tt.err, &invalid, tt.name)
		assert.Equal(t, []string{tt.op, tt.field}, []string{invalid.Op, invalid.Field}, tt.name)
		assert.Equal(t, strings.HasPrefix(tt.name, "empty tenant"), errors.Is(tt.err, frontegg.ErrTenantRequired), tt.name)
	}
	assert.Empty(t, s.Seen)
	_, err := frontegg.NewClient(frontegg.WithToken("token"), frontegg.WithTenant(""))
	require.ErrorIs(t, err, frontegg.ErrTenantRequired)
}

func TestErrTenantRequired(t *testing.T) {
	t.Parallel()
	server := fronteggtest.Start(t)
	server.AddTenant(frontegg.Tenant{ID: "acme"})
	c, err := server.MemoryClient() // with environment credentials
	require.NoError(t, err)
	ctx, get := t.Context(), frontegg.Request{Method: "GET", Path: "/identity/resources/groups/v1"}
	for _, err := range []error{
		errOf(c.Groups.List(ctx)), walkError(c.Groups.All(ctx, frontegg.WalkOptions{})), errOf(c.Users.FindByEmail(ctx, "a@b.c")),
		errOf(c.Users.GroupIDs(ctx, []string{"u"})), errOf(c.Roles.List(ctx)), c.Do(ctx, get, nil),
	} {
		require.ErrorIs(t, err, frontegg.ErrTenantRequired)
		var invalid *frontegg.ValidationError
		require.ErrorAs(t, err, &invalid)
	}
	assert.Empty(t, server.Requests())
	require.NoError(t, errOf(c.Groups.Config(ctx)))
	require.NoError(t, errOf(c.ForTenant("acme").Groups.List(ctx)))
	require.NoError(t, errOf(c.Groups.List(ctx, frontegg.WithTenant("acme"))))
	require.NoError(t, c.ForTenant("acme").Do(ctx, get, nil))
}
