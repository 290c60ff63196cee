package faults

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// operationCall calls one operation.
type operationCall func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error

// operationCalls has a call of every public operation.
var operationCalls = map[*op.Operation]operationCall{
	op.List: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.List(ctx, readOptions(opts)...)
		return err
	},
	op.Create: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Admins"}, opts...)
		return err
	},
	op.BulkGet: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.BulkGet(ctx, []string{"g1"}, readOptions(opts)...)
		return err
	},
	op.Get: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.Get(ctx, "g1", readOptions(opts)...)
		return err
	},
	op.Update: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.Update(ctx, "g1", frontegg.UpdateGroupParams{Color: new("#fff")}, opts...)
		return err
	},
	op.Delete: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return c.Groups.Delete(ctx, "g1", opts...)
	},
	op.Config: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.Config(ctx, opts...)
		return err
	},
	op.UpdateConfig: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return c.Groups.UpdateConfig(ctx, frontegg.UpdateGroupsConfigParams{Enabled: new(true)}, opts...)
	},
	op.AddRoles: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return c.Groups.AddRoles(ctx, "g1", []string{"r1"}, opts...)
	},
	op.RemoveRoles: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return c.Groups.RemoveRoles(ctx, "g1", []string{"r1"}, opts...)
	},
	op.AddUsers: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return c.Groups.AddUsers(ctx, "g1", []string{"u1"}, opts...)
	},
	op.RemoveUsers: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return c.Groups.RemoveUsers(ctx, "g1", []string{"u1"}, opts...)
	},
	op.ListPage: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.ListPage(ctx, frontegg.PageOptions{}, readOptions(opts)...)
		return err
	},
	op.ListUsersPage: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return lastError(c.Users.All(ctx, frontegg.UserWalkOptions{}, opts...))
	},
	op.GroupIDsOfUsers: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Users.GroupIDs(ctx, []string{"u1"}, opts...)
		return err
	},
	op.RoleIDsOfUsers: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Users.RoleIDs(ctx, []string{"u1"}, opts...)
		return err
	},
	op.ListRolesPage: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Roles.List(ctx, opts...)
		return err
	},
	op.ListTenantsPage: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return lastError(c.Tenants.All(ctx, frontegg.TenantWalkOptions{}, opts...))
	},
}

// methodCalls has a call of every method that sends several requests, by its name in
// errors.
var methodCalls = map[string]operationCall{
	"users.findByEmail": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Users.FindByEmail(ctx, "a@b.c", opts...)
		return err
	},
	"users.findByEmails": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Users.FindByEmails(ctx, []string{"a@b", "b@b", "c@b", "d@b", "e@b", "f@b"}, opts...)
		return err
	},
	"roles.findByKeys": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Roles.FindByKeys(ctx, []string{"k"}, opts...)
		return err
	},
	"groups.findByName": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.FindByName(ctx, "n", readOptions(opts)...)
		return err
	},
	"groups.ensure": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, _, err := c.Groups.Ensure(ctx, frontegg.CreateGroupParams{Name: "n"}, opts...)
		return err
	},
	"groups.setRoles": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.SetRoles(ctx, "g1", nil, opts...)
		return err
	},
	"groups.setUsers": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.SetUsers(ctx, "g1", nil, opts...)
		return err
	},
	"client.do": func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		return c.Do(ctx, frontegg.Request{Method: http.MethodGet, Path: "/x"}, nil, opts...)
	},
}

// errorNames are the operations that errors show by the name of the method that sends
// them.
var errorNames = map[*op.Operation]string{
	op.ListUsersPage: "users.all", op.ListRolesPage: "roles.list", op.ListTenantsPage: "tenants.all",
}

// errorName is the name of the operation in errors.
func errorName(o *op.Operation) string { return cmp.Or(errorNames[o], o.Name) }

// lastError returns the error of a walk.
func lastError[T any](walk iter.Seq2[T, error]) (last error) {
	for _, err := range walk {
		last = err
	}
	return last
}

func readOptions(opts []frontegg.RequestOption) []frontegg.ReadOption {
	var out []frontegg.ReadOption
	for _, o := range opts {
		out = append(out, o)
	}
	return out
}

// operations returns the public operations.
func operations() []*op.Operation {
	var out []*op.Operation
	for _, o := range op.All() {
		if o.Scope != op.Anonymous {
			out = append(out, o)
		}
	}
	return out
}

// forEachOperation runs test for every operation, on fake time.
func forEachOperation(t *testing.T, test func(t *testing.T, o *op.Operation, call operationCall)) {
	t.Helper()
	t.Parallel()
	for _, o := range operations() {
		t.Run(o.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, o, operationCalls[o]) })
		})
	}
}

// bubble runs test on fake time.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestOperations_AllCalled(t *testing.T) {
	t.Parallel()
	all := operations()
	assert.Len(t, all, 18)
	assert.Len(t, operationCalls, 18)
	for _, o := range all {
		require.NotNil(t, operationCalls[o], o.Name)
		assert.Equal(t, o == op.Create, o.Class == op.NonIdempotent, "%s: only create is not idempotent", o.Name)
		s := &fakeTransport{Respond: success}
		require.NoError(t, operationCalls[o](t.Context(), newClient(t, s, frontegg.WithBaseURL(baseURL+"/prefix"))))
		require.Len(t, s.Seen, 1)
		assert.Equal(t, o.Method, s.Seen[0].Method)
		id := strings.NewReplacer("{id}", "g1", "{groupId}", "g1")
		assert.Equal(t, "/prefix"+id.Replace(o.Route), s.Seen[0].URL.Path)
		assert.Equal(t, o.Scope == op.Tenant, s.Seen[0].Header.Get("Frontegg-Tenant-Id") == "acme", o.Name)
	}
	calls := maps.Clone(methodCalls)
	for _, o := range all {
		calls[errorName(o)] = operationCalls[o]
	}
	for name, call := range calls {
		err := call(t.Context(), newClient(t, &fakeTransport{Respond: reply(400, "")}))
		assert.Equal(t, name, as[*frontegg.APIError](t, err).Op)
		assert.ErrorContains(t, err, "frontegg: "+name+": ")
	}
	for _, o := range []*op.Operation{op.AuthVendor, op.AuthAPIToken, op.AuthAPITokenV1} {
		assert.Equal(t, http.MethodPost, o.Method)
		assert.Equal(t, op.Idempotent, o.Class)
	}
}
