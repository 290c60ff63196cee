package faults

import (
	"context"
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

// invoke makes one call of an operation.
type invoke func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error

// calls has a call for each operation that a caller can make.
var calls = map[*op.Operation]invoke{
	op.List: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.List(ctx, reads(opts)...)
		return err
	},
	op.Create: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Admins"}, opts...)
		return err
	},
	op.BulkGet: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.BulkGet(ctx, []string{"g1"}, reads(opts)...)
		return err
	},
	op.Get: func(ctx context.Context, c *frontegg.Client, opts ...frontegg.RequestOption) error {
		_, err := c.Groups.Get(ctx, "g1", reads(opts)...)
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
		_, err := c.Groups.ListPage(ctx, frontegg.PageOptions{}, reads(opts)...)
		return err
	},
}

func reads(opts []frontegg.RequestOption) []frontegg.ReadOption {
	var out []frontegg.ReadOption
	for _, o := range opts {
		out = append(out, o)
	}
	return out
}

// operations are those of the table that a caller can call.
func operations() []*op.Operation {
	var out []*op.Operation
	for _, o := range op.All() {
		if o.Scope != op.Anonymous {
			out = append(out, o)
		}
	}
	return out
}

// each runs test for every operation, on fake time.
func each(t *testing.T, test func(t *testing.T, o *op.Operation, call invoke)) {
	t.Helper()
	t.Parallel()
	for _, o := range operations() {
		t.Run(o.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { test(t, o, calls[o]) })
		})
	}
}

// bubble runs test on fake time.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestTheTableHasThirteenOperationsAndTheSuiteCallsEach(t *testing.T) {
	t.Parallel()
	all := operations()
	assert.Len(t, all, 13)
	assert.Len(t, calls, 13)
	for _, o := range all {
		require.NotNil(t, calls[o], o.Name)
		assert.Equal(t, o == op.Create, o.Class == op.NonIdempotent, "%s: create alone is not repeatable", o.Name)
		s := &service{answer: good}
		require.NoError(t, calls[o](t.Context(), newClient(t, s)))
		require.Len(t, s.seen, 1)
		assert.Equal(t, o.Method, s.seen[0].method)
		id := strings.NewReplacer("{id}", "g1", "{groupId}", "g1")
		assert.Equal(t, "/prefix"+id.Replace(o.Route), s.seen[0].path)
		assert.Equal(t, o.Scope == op.Tenant, s.seen[0].header.Get("Frontegg-Tenant-Id") == "tenant-1", o.Name)
	}
	for _, o := range []*op.Operation{op.AuthVendor, op.AuthAPIToken} {
		assert.Equal(t, http.MethodPost, o.Method)
		assert.Equal(t, op.Idempotent, o.Class)
	}
}
