package contract

import (
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

const tenant = "acme"

// fixture is a server with a tenant with two groups, and a transport that validates
// all exchanges.
type fixture struct {
	*transport
	server       *fronteggtest.Server
	group, other frontegg.Group
	role, user   string // members of group
	prefix       string // of the paths that clients call
	token        string // of client, if not empty
}

func newFixture(t *testing.T, check *checker, seen *coverage, opts ...fronteggtest.ServerOption) *fixture {
	t.Helper()
	server := fronteggtest.Start(t, opts...)
	ofAccount := server.AddRole(tenant, frontegg.Role{Name: "Editor", Level: 3})
	ofEnvironment := server.AddRole("", frontegg.Role{Name: "Reader", IsDefault: true})
	plain := server.AddUser(tenant, frontegg.User{Name: "Ada"})
	pictured := server.AddUser(tenant, frontegg.User{
		Name: "Grace", ProfilePictureURL: "https://example.com/grace.png", ActivatedForTenant: true,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.FixedZone("", 7200)),
	})
	server.AddTenant(frontegg.Tenant{ID: tenant, Name: "Acme", Metadata: `{"plan":"pro"}`, IsReseller: true})
	server.AddTenant(frontegg.Tenant{ID: "other"})
	server.AssignRoles(tenant, plain.ID, ofAccount.ID)
	return &fixture{
		transport: &transport{tb: t, checker: check, coverage: seen},
		server:    server,
		group: server.AddGroup(tenant, frontegg.Group{
			Name: "Engineering", Color: "#00f", Description: "builds", Metadata: `{"floor":3}`,
			Roles: []frontegg.Role{ofAccount, ofEnvironment}, Users: []frontegg.User{plain, pictured},
		}),
		other: server.AddGroup(tenant, frontegg.Group{Name: "Sales", ManagedBy: frontegg.ManagedBySCIM}),
		role:  ofAccount.ID, user: plain.ID,
	}
}

// client returns a new client of the fixture's tenant, with the credentials of the
// environment.
func (f *fixture) client(t *testing.T, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	credentials := frontegg.WithCredentials(f.server.Credentials())
	if f.token != "" {
		credentials = frontegg.WithToken(f.token)
	}
	return f.clientWith(t, credentials, append(opts, frontegg.WithTenant(tenant))...)
}

// clientWith returns a new client with the given credentials that does not retry.
func (f *fixture) clientWith(t *testing.T, credentials frontegg.ClientOption, opts ...frontegg.ClientOption) *frontegg.Client {
	t.Helper()
	c, err := frontegg.NewClient(append([]frontegg.ClientOption{
		credentials,
		frontegg.WithBaseURL(f.server.URL() + f.prefix),
		frontegg.WithHTTPClient(&http.Client{Transport: f.transport}),
		frontegg.WithRetry(frontegg.RetryPolicy{MaxAttempts: 1, MaxWait: -1}),
	}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// send sends a request that the client does not make, and returns the status.
func (f *fixture) send(t *testing.T, method, target, token, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, f.server.URL()+target, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := f.RoundTrip(req)
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// apiTokenV1 logs in with the older API, which the client does not use.
func (f *fixture) apiTokenV1(t *testing.T) int {
	t.Helper()
	id, secret := f.server.AddAPIToken(tenant)
	return f.send(t, "POST", "/identity/resources/auth/v1/api-token", "", fmt.Sprintf(`{"clientId":%q,"secret":%q}`, id, secret))
}

// last returns the error of a walk.
func last[T any](walk iter.Seq2[T, error]) error {
	for _, err := range walk {
		if err != nil {
			return err
		}
	}
	return nil
}

// composites are the names in errors of calls that send more than one request.
var composites = map[string]string{
	"users.listPage": "users.all", "roles.listPage": "roles.list", "tenants.listPage": "tenants.all",
}

// calls has a call of each operation, by its name in the document.
var calls = map[string]func(t *testing.T, f *fixture) error{
	"groups.list": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Groups.List(t.Context()))
	},
	"groups.create": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: "Support"}))
	},
	"groups.bulkGet": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Groups.BulkGet(t.Context(), []string{f.group.ID, "unknown"}))
	},
	"groups.get": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Groups.Get(t.Context(), f.group.ID))
	},
	"groups.update": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Groups.Update(t.Context(), f.group.ID, frontegg.UpdateGroupParams{Color: new("")}))
	},
	"groups.delete": func(t *testing.T, f *fixture) error {
		return f.client(t).Groups.Delete(t.Context(), f.group.ID)
	},
	"groups.config": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Groups.Config(t.Context()))
	},
	"groups.updateConfig": func(t *testing.T, f *fixture) error {
		return f.client(t).Groups.UpdateConfig(t.Context(), frontegg.UpdateGroupsConfigParams{Enabled: new(true)})
	},
	"groups.addRoles": func(t *testing.T, f *fixture) error {
		return f.client(t).Groups.AddRoles(t.Context(), f.other.ID, []string{f.role})
	},
	"groups.removeRoles": func(t *testing.T, f *fixture) error {
		return f.client(t).Groups.RemoveRoles(t.Context(), f.group.ID, []string{f.role})
	},
	"groups.addUsers": func(t *testing.T, f *fixture) error {
		return f.client(t).Groups.AddUsers(t.Context(), f.other.ID, []string{f.user})
	},
	"groups.removeUsers": func(t *testing.T, f *fixture) error {
		return f.client(t).Groups.RemoveUsers(t.Context(), f.group.ID, []string{f.user})
	},
	"groups.listPage": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Groups.ListPage(t.Context(), frontegg.PageOptions{}))
	},
	"users.listPage": func(t *testing.T, f *fixture) error {
		return last(f.client(t).Users.All(t.Context(), frontegg.UserWalkOptions{}))
	},
	"users.groupIDs": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Users.GroupIDs(t.Context(), []string{f.user, "unknown"}))
	},
	"users.roleIDs": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Users.RoleIDs(t.Context(), []string{f.user, "unknown"}))
	},
	"roles.listPage": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Roles.List(t.Context()))
	},
	"tenants.listPage": func(t *testing.T, f *fixture) error {
		return last(f.client(t).Tenants.All(t.Context(), frontegg.TenantWalkOptions{}))
	},
	"auth.vendor": func(t *testing.T, f *fixture) error {
		return one(f.client(t).Groups.Config(t.Context()))
	},
	"auth.apiToken": func(t *testing.T, f *fixture) error {
		return one(f.clientWith(t, frontegg.WithAPIToken(f.server.AddAPIToken(tenant))).Groups.List(t.Context()))
	},
}
