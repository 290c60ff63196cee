package frontegg_test

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/op"
)

const groupJSON = `{"id":"g1","name":"Eng","color":"#fff","description":"d","metadata":"{\"a\":1}",
"roles":[{"id":"r1","vendorId":"v","tenantId":null,"key":"admin","name":"Admin","description":null,"isDefault":true,
 "firstUserRole":false,"level":3.0,"createdAt":"2024-05-06T07:08:09.123Z","updatedAt":""}],
"users":[{"id":"u1","email":"a@b.c","name":"A","profilePictureUrl":null,"createdAt":"2024-05-06T07:08:09Z","activatedForTenant":true}],
"managedBy":"scim2","createdAt":"2024-05-06T07:08:09+02:00","updatedAt":null,"unknown":{"x":[1]}}`

func wantGroup() frontegg.Group {
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	return frontegg.Group{
		ID: "g1", Name: "Eng", Color: "#fff", Description: "d", Metadata: `{"a":1}`,
		Roles: []frontegg.Role{{
			ID: "r1", VendorID: "v", Key: "admin", Name: "Admin", IsDefault: true, Level: 3,
			CreatedAt: at.Add(123 * time.Millisecond),
		}},
		Users:     []frontegg.User{{ID: "u1", Email: "a@b.c", Name: "A", ActivatedForTenant: true, CreatedAt: at}},
		ManagedBy: frontegg.ManagedBySCIM,
		CreatedAt: at.Add(-2 * time.Hour).In(time.FixedZone("", 2*60*60)),
	}
}

// operations has a call of every operation, the request that it must send, and the
// result that it must return for a response.
var operations = []struct {
	name        string
	method, url string
	query       string
	body        string // as JSON; "": none
	status      int
	response    string
	noTenant    bool
	call        func(context.Context, *frontegg.Client) (any, error)
	want        any
}{
	{
		name: "List", method: "GET", url: groups, query: "_groupsRelations=rolesAndUsers", status: 200, response: `{"groups":[` + groupJSON + `]}`,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return c.Groups.List(ctx, frontegg.WithRelations(frontegg.RelationsRolesAndUsers))
		}, want: []frontegg.Group{wantGroup()},
	},
	{
		name: "Get", method: "GET", url: groups + "/g1", status: 200, response: groupJSON,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) { return c.Groups.Get(ctx, "g1") }, want: new(wantGroup()),
	},
	{
		name: "BulkGet", method: "POST", url: groups + "/bulkGet", query: "_groupsRelations=users",
		body: `{"groupsIds":["g2","g1"]}`, status: 201, response: `{"groups":[` + groupJSON + `]}`,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return c.Groups.BulkGet(ctx, []string{"g2", "g1", "g2"}, frontegg.WithRelations(frontegg.RelationsUsers))
		}, want: []frontegg.Group{wantGroup()},
	},
	{
		name: "Create", method: "POST", url: groups, body: `{"name":"Eng","description":"d"}`, status: 201, response: groupJSON,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return c.Groups.Create(ctx, frontegg.CreateGroupParams{Name: "Eng", Description: "d"})
		}, want: new(wantGroup()),
	},
	{
		name: "Update", method: "PATCH", url: groups + "/g1", body: `{"name":"Eng","color":""}`, status: 200, response: groupJSON,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return c.Groups.Update(ctx, "g1", frontegg.UpdateGroupParams{Name: new("Eng"), Color: new("")})
		}, want: new(wantGroup()),
	},
	{
		name: "Delete", method: "DELETE", url: groups + "/g1", status: 200,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) { return nil, c.Groups.Delete(ctx, "g1") },
	},
	{
		name: "AddRoles", method: "POST", url: groups + "/g1/roles", body: `{"roleIds":["r1","r2"]}`, status: 201,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return nil, c.Groups.AddRoles(ctx, "g1", []string{"r1", "r2", "r1"})
		},
	},
	{
		name: "RemoveRoles", method: "DELETE", url: groups + "/g1/roles", body: `{"roleIds":["r1"]}`, status: 200,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return nil, c.Groups.RemoveRoles(ctx, "g1", []string{"r1"})
		},
	},
	{
		name: "AddUsers", method: "POST", url: groups + "/g1/users", body: `{"userIds":["u1"]}`, status: 201, response: "any body",
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return nil, c.Groups.AddUsers(ctx, "g1", []string{"u1"})
		},
	},
	{
		name: "RemoveUsers", method: "DELETE", url: groups + "/g1/users", body: `{"userIds":["u1"]}`, status: 204,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return nil, c.Groups.RemoveUsers(ctx, "g1", []string{"u1"})
		},
	},
	{
		name: "Config", method: "GET", url: groups + "/config", noTenant: true, status: 200, response: `{"enabled":true,"rolesEnabled":null}`,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) { return c.Groups.Config(ctx) },
		want: &frontegg.GroupsConfig{Enabled: true},
	},
	{
		name: "UpdateConfig", method: "POST", url: groups + "/config", noTenant: true, body: `{"rolesEnabled":false}`, status: 201,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return nil, c.Groups.UpdateConfig(ctx, frontegg.UpdateGroupsConfigParams{RolesEnabled: new(false)})
		},
	},
	{
		name: "ListPage", method: "GET", url: base + "/identity/resources/groups/v2", query: "_groupsRelations=roles&_limit=50&_offset=3&_order=DESC&_sortBy=name", status: 200,
		response: `{"items":[` + groupJSON + `],"_links":{"next":"","prev":"/x","first":null,"last":"https://elsewhere/"},"_metadata":{"totalItems":301.0,"totalPages":7}}`,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return c.Groups.ListPage(ctx, frontegg.PageOptions{Page: 3, Size: 50, SortBy: frontegg.SortByName, Order: frontegg.Descending},
				frontegg.WithRelations(frontegg.RelationsRoles))
		},
		want: &frontegg.GroupPage{
			Groups: []frontegg.Group{wantGroup()}, Page: 3, TotalItems: 301, TotalPages: 7,
			Links: frontegg.PageLinks{Prev: "/x", Last: "https://elsewhere/"},
		},
	},
	{
		name: "Users.All", method: "GET", url: users, query: "_includeSubTenants=false&_limit=50&_offset=0&_order=ASC&_sortBy=id", status: 200,
		response: `{"items":[{"id":"u1","email":"a@b.c","tenantIds":["acme"],"isLocked":true,"lastLogin":"2024-05-06T07:08:09Z","managedBy":"scim2"}],"_metadata":{"totalPages":1}}`,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return all(c.Users.All(ctx, frontegg.UserWalkOptions{PageSize: 50}))
		},
		want: []frontegg.User{{ID: "u1", Email: "a@b.c", TenantIDs: []string{"acme"}, Locked: true, LastLogin: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC), ManagedBy: frontegg.ManagedBySCIM}},
	},
	{
		name: "Users.GroupIDs", method: "GET", url: users + "/groups", query: "ids=u1%2Cu2", status: 200, response: `[{"userId":"u1","groupIds":["g1"]}]`,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return c.Users.GroupIDs(ctx, []string{"u1", "u2"})
		},
		want: map[string][]string{"u1": {"g1"}},
	},
	{
		name: "Users.RoleIDs", method: "GET", url: users + "/roles", query: "ids=u1", status: 200, response: `[{"userId":"u1","roleIds":["r1"]}]`,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return c.Users.RoleIDs(ctx, []string{"u1"})
		},
		want: map[string][]string{"u1": {"r1"}},
	},
	{
		name: "Roles.List", method: "GET", url: base + "/identity/resources/roles/v2", query: "_limit=200&_offset=0&_order=ASC&_sortBy=key", status: 200,
		response: `{"items":[{"id":"r1","key":"admin","permissions":["p1"]}],"_metadata":{"totalPages":1}}`,
		call:     func(ctx context.Context, c *frontegg.Client) (any, error) { return c.Roles.List(ctx) },
		want:     []frontegg.Role{{ID: "r1", Key: "admin", Permissions: []string{"p1"}}},
	},
	{
		name: "Tenants.All", method: "GET", url: base + "/tenants/resources/tenants/v2", query: "_limit=200&_offset=0&_order=ASC&_sortBy=tenantId", noTenant: true, status: 200,
		response: `{"items":[{"tenantId":"t1","name":"T","metadata":"{}","isReseller":true,"createdAt":"2024-05-06T07:08:09Z"}],"_metadata":{"totalPages":1}}`,
		call: func(ctx context.Context, c *frontegg.Client) (any, error) {
			return all(c.Tenants.All(ctx, frontegg.TenantWalkOptions{}))
		},
		want: []frontegg.Tenant{{ID: "t1", Name: "T", Metadata: "{}", IsReseller: true, CreatedAt: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)}},
	},
}

// all returns the rows of a walk.
func all[T any](walk iter.Seq2[T, error]) (rows []T, err error) {
	for row, err := range walk {
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func TestOperations_Requests(t *testing.T) {
	t.Parallel()
	var public []string // routes
	for _, o := range op.All() {
		if o.Scope != op.Anonymous {
			public = append(public, o.Method+" "+base+strings.NewReplacer("{id}", "g1", "{groupId}", "g1").Replace(o.Route))
		}
	}
	var called []string
	for _, o := range operations {
		called = append(called, o.method+" "+o.url)
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			s := &fakeTransport{Respond: reply(o.status, o.response)}
			c := newClient(t, s, frontegg.WithEnvironment("env-1"), frontegg.WithHeader("x-caller", "me"), frontegg.WithApplication("app", "1.2"))
			got, err := o.call(t.Context(), c)
			require.NoError(t, err)
			assert.Equal(t, asJSON(t, o.want), asJSON(t, got))

			require.Len(t, s.Seen, 1)
			r := s.Seen[0]
			url, query, _ := strings.Cut(r.URL.String(), "?")
			assert.Equal(t, []string{o.method, o.url, o.query}, []string{r.Method, url, query})
			header := http.Header{
				"Accept": {"application/json"}, "Authorization": {"Bearer token-of-the-test"},
				"Frontegg-Environment-Id": {"env-1"}, "User-Agent": {"frontegg-go/" + frontegg.Version + " app/1.2"}, "X-Caller": {"me"},
			}
			if !o.noTenant {
				header["Frontegg-Tenant-Id"] = []string{"acme"}
			}
			if o.body == "" {
				assert.Empty(t, r.Body)
			} else {
				header["Content-Type"] = []string{"application/json"}
				assert.Equal(t, o.body, r.Body)
			}
			assert.Equal(t, header, r.Header)
			assert.Equal(t, int64(len(o.body)), r.ContentLength)
		})
	}
	assert.ElementsMatch(t, public, called, "every operation has a case")
}

func TestOptions_CallBeforeClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c *frontegg.Client
		otherCall := func(r *http.Request) (*http.Response, error) { // before the retry of the first
			assert.NoError(t, errOf(c.Groups.Get(t.Context(), "g2", frontegg.WithHeader("x-a", "other"))))
			return reply(503, "")(r)
		}
		s := &fakeTransport{Respond: script(otherCall, reply(200, groupJSON))}
		c = newClient(t, s, frontegg.WithHeader("X-A", "client"), frontegg.WithHeader("X-B", "client"), frontegg.WithHeader("X-C", "client"))
		require.NoError(t, errOf(c.Groups.Get(t.Context(), "g1", frontegg.WithHeader("x-a", "call"))))
		require.NoError(t, errOf(c.Groups.Get(t.Context(), "g1")))
		var got []string
		for _, sent := range s.Seen {
			got = append(got, sent.Header.Get("X-A")+" "+sent.Header.Get("X-B"))
		}
		assert.Equal(t, []string{"call client", "other client", "call client", "client client"}, got)
	})
}

func TestUpdate_ReadsGroup(t *testing.T) {
	t.Parallel()
	update := func(s *fakeTransport) (*frontegg.Group, error) {
		return newClient(t, s).Groups.Update(t.Context(), "g1", frontegg.UpdateGroupParams{Name: new("Eng")})
	}
	for _, body := range []string{"", "{}", "null", "true", "[]", `""`, `{"success":true}`, `{"id":null}`, "OK", "ok\n", " Accepted", "Updated.", "No Content", "Success!"} {
		s := &fakeTransport{Respond: script(reply(200, body), reply(200, groupJSON))}
		g, err := update(s)
		require.NoError(t, err, body)
		assert.Equal(t, "Eng", g.Name)
		require.Len(t, s.Seen, 2, body)
		assert.Equal(t, []string{"GET", groups + "/g1", ""}, []string{s.Seen[1].Method, s.Seen[1].URL.String(), s.Seen[1].Body})
	}
	for _, body := range []string{"false", "<html>", "upstream connect error", "OK <a>log in</a>", "not OK", "failed", `{"errors":["no"]}`, `{"message":"no"}`, `{"id":"g1"`, `{"id":5}`} {
		s := &fakeTransport{Respond: reply(200, body)}
		_, err := update(s)
		var decode *frontegg.DecodeError
		require.ErrorAs(t, err, &decode, body)
		assert.Len(t, s.Seen, 1, body)
	}
	_, err := update(&fakeTransport{Respond: script(reply(204, ""), reply(403, ""))})
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	assert.ErrorContains(t, err, "the group was changed")
}

func TestList_Bodies(t *testing.T) {
	t.Parallel()
	row := `{"id":"g1","name":"Eng"}`
	want := []frontegg.Group{{ID: "g1", Name: "Eng"}}
	for body, want := range map[string][]frontegg.Group{
		`{"groups":[` + row + `]}`: want, `{"items":[` + row + `],"_metadata":null,"_links":null}`: want, `[` + row + `]`: want, noGroups: {},
	} {
		got, err := newClient(t, &fakeTransport{Respond: reply(200, body)}).Groups.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got, body)
	}
}

func TestWithRelations(t *testing.T) {
	t.Parallel()
	type lists struct{ roles, users bool } // whether each is nil
	tests := []struct {
		name, body string
		opts       []frontegg.ReadOption
		want       lists
	}{
		{"empty, not asked for", `{"id":"g1","roles":[],"users":null}`, nil, lists{true, true}},
		{"empty, one asked for", `{"id":"g1","roles":[],"users":[]}`, []frontegg.ReadOption{frontegg.WithRelations(frontegg.RelationsUsers)}, lists{true, false}},
		{"null, both asked for", `{"id":"g1","roles":null,"users":[]}`, []frontegg.ReadOption{frontegg.WithRelations(frontegg.RelationsRolesAndUsers)}, lists{false, false}},
		{"missing, asked for", `{"id":"g1","users":[]}`, []frontegg.ReadOption{frontegg.WithRelations(frontegg.RelationsRolesAndUsers)}, lists{true, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g, err := newClient(t, &fakeTransport{Respond: reply(200, tt.body)}).Groups.Get(t.Context(), "g1", tt.opts...)
			require.NoError(t, err)
			assert.Equal(t, tt.want, lists{g.Roles == nil, g.Users == nil})
		})
	}
}
