package frontegg_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
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

// operations is each of the thirteen, with what must be on the wire.
var operations = []struct {
	name        string
	method, url string // of the request
	query       string
	body        string // as JSON; "": none
	status      int
	response    string
	noTenant    bool
	call        func(context.Context, *frontegg.GroupsService) (any, error)
	want        any
}{
	{
		name: "List", method: "GET", url: groups, query: "_groupsRelations=rolesAndUsers", status: 200, response: `{"groups":[` + groupJSON + `]}`,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return s.List(ctx, frontegg.WithRelations(frontegg.RelationsRolesAndUsers))
		}, want: []frontegg.Group{wantGroup()},
	},
	{
		name: "Get", method: "GET", url: groups + "/g1", status: 200, response: groupJSON,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) { return s.Get(ctx, "g1") }, want: new(wantGroup()),
	},
	{
		name: "BulkGet", method: "POST", url: groups + "/bulkGet", query: "_groupsRelations=users",
		body: `{"groupsIds":["g2","g1"]}`, status: 201, response: `{"groups":[` + groupJSON + `]}`,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return s.BulkGet(ctx, []string{"g2", "g1", "g2"}, frontegg.WithRelations(frontegg.RelationsUsers))
		}, want: []frontegg.Group{wantGroup()},
	},
	{
		name: "Create", method: "POST", url: groups, body: `{"name":"Eng","description":"d"}`, status: 201, response: groupJSON,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return s.Create(ctx, frontegg.CreateGroupParams{Name: "Eng", Description: "d"})
		}, want: new(wantGroup()),
	},
	{
		name: "Update", method: "PATCH", url: groups + "/g1", body: `{"name":"Eng","color":""}`, status: 200, response: groupJSON,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return s.Update(ctx, "g1", frontegg.UpdateGroupParams{Name: new("Eng"), Color: new("")})
		}, want: new(wantGroup()),
	},
	{
		name: "Delete", method: "DELETE", url: groups + "/g1", status: 200,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) { return nil, s.Delete(ctx, "g1") },
	},
	{
		name: "AddRoles", method: "POST", url: groups + "/g1/roles", body: `{"roleIds":["r1","r2"]}`, status: 201,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return nil, s.AddRoles(ctx, "g1", []string{"r1", "r2", "r1"})
		},
	},
	{
		name: "RemoveRoles", method: "DELETE", url: groups + "/g1/roles", body: `{"roleIds":["r1"]}`, status: 200,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return nil, s.RemoveRoles(ctx, "g1", []string{"r1"})
		},
	},
	{
		name: "AddUsers", method: "POST", url: groups + "/g1/users", body: `{"userIds":["u1"]}`, status: 201, response: "any body",
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return nil, s.AddUsers(ctx, "g1", []string{"u1"})
		},
	},
	{
		name: "RemoveUsers", method: "DELETE", url: groups + "/g1/users", body: `{"userIds":["u1"]}`, status: 204,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return nil, s.RemoveUsers(ctx, "g1", []string{"u1"})
		},
	},
	{
		name: "Config", method: "GET", url: groups + "/config", noTenant: true, status: 200, response: `{"enabled":true,"rolesEnabled":null}`,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) { return s.Config(ctx) },
		want: &frontegg.GroupsConfig{Enabled: true},
	},
	{
		name: "UpdateConfig", method: "POST", url: groups + "/config", noTenant: true, body: `{"rolesEnabled":false}`, status: 201,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return nil, s.UpdateConfig(ctx, frontegg.UpdateGroupsConfigParams{RolesEnabled: new(false)})
		},
	},
	{
		name: "ListPage", method: "GET", url: pages, query: "_groupsRelations=roles&_limit=50&_offset=3&_order=DESC&_sortBy=name", status: 200,
		response: `{"items":[` + groupJSON + `],"_links":{"next":"","prev":"/x","first":null,"last":"https://elsewhere/"},"_metadata":{"totalItems":301.0,"totalPages":7}}`,
		call: func(ctx context.Context, s *frontegg.GroupsService) (any, error) {
			return s.ListPage(ctx, frontegg.PageOptions{Page: 3, Size: 50, SortBy: frontegg.SortByName, Order: frontegg.Descending},
				frontegg.WithRelations(frontegg.RelationsRoles))
		},
		want: &frontegg.GroupPage{
			Groups: []frontegg.Group{wantGroup()}, Page: 3, TotalItems: 301, TotalPages: 7,
			Links: frontegg.PageLinks{Prev: "/x", Last: "https://elsewhere/"},
		},
	},
}

func TestOperations_Requests(t *testing.T) {
	t.Parallel()
	for _, o := range operations {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			w := newWire()
			w.respond(o.method, o.url, o.status, o.response)
			c := w.client(t, frontegg.WithEnvironment("env-1"), frontegg.WithHeader("x-caller", "me"), frontegg.WithApplication("app", "1.2"))
			got, err := o.call(t.Context(), c.Groups)
			require.NoError(t, err)
			assert.Equal(t, asJSON(t, o.want), asJSON(t, got))

			require.Len(t, w.sent(), 1)
			r := w.sent()[0]
			assert.Equal(t, o.query, r.URL.RawQuery)
			header := http.Header{
				"Accept": {"application/json"}, "Authorization": {"Bearer token-of-the-test"},
				"Frontegg-Environment-Id": {"env-1"}, "User-Agent": {"frontegg-go/" + frontegg.Version + " app/1.2"}, "X-Caller": {"me"},
			}
			if !o.noTenant {
				header["Frontegg-Tenant-Id"] = []string{"acme"}
			}
			if o.body == "" {
				assert.Empty(t, r.body)
			} else {
				header["Content-Type"] = []string{"application/json"}
				assert.Equal(t, o.body, r.body)
			}
			assert.Equal(t, header, r.Header)
			assert.Equal(t, int64(len(o.body)), r.ContentLength)
		})
	}
}

func TestWithResponse(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("GET", groups+"/g1", 200, groupJSON)
	w.respond("GET", groups+"/g2", 404, `{"errors":["gone"]}`)
	var resp frontegg.Response
	_, err := w.client(t).Groups.Get(t.Context(), "g1", frontegg.WithResponse(&resp))
	require.NoError(t, err)
	assert.Equal(t, 200, resp.StatusCode)
	assert.Equal(t, "trace-1", resp.TraceID)
	assert.Equal(t, 1, resp.Attempts)
	assert.Equal(t, frontegg.RateLimit{Limit: 100, Remaining: 99}, resp.RateLimit)

	_, err = w.client(t).Groups.Get(t.Context(), "g2", frontegg.WithResponse(&resp))
	require.ErrorIs(t, err, frontegg.ErrNotFound)
	assert.Equal(t, 404, resp.StatusCode)
}

func TestOptions_CallBeforeClient(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("GET", groups+"/g1", 200, groupJSON)
	c := w.client(t, frontegg.WithHeader("X-A", "client"), frontegg.WithHeader("X-B", "client"))
	_, err := c.Groups.Get(t.Context(), "g1", frontegg.WithTenant("other"), frontegg.WithHeader("x-a", "call"))
	require.NoError(t, err)
	_, err = c.Groups.Get(t.Context(), "g1")
	require.NoError(t, err)
	first, second := w.sent()[0].Header, w.sent()[1].Header
	assert.Equal(t, []string{"other", "call", "client"}, []string{first.Get("Frontegg-Tenant-Id"), first.Get("X-A"), first.Get("X-B")})
	assert.Equal(t, []string{"acme", "client"}, []string{second.Get("Frontegg-Tenant-Id"), second.Get("X-A")})
}

func TestUpdate_ReadsGroup(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("PATCH", groups+"/g1", 204, "")
	w.respond("GET", groups+"/g1", 200, groupJSON)
	g, err := w.client(t).Groups.Update(t.Context(), "g1", frontegg.UpdateGroupParams{Name: new("Eng")})
	require.NoError(t, err)
	assert.Equal(t, wantGroup().Name, g.Name)
	require.Len(t, w.sent(), 2)
	assert.Empty(t, w.sent()[1].body)

	w.respond("GET", groups+"/g1", 403, "")
	_, err = w.client(t).Groups.Update(t.Context(), "g1", frontegg.UpdateGroupParams{Name: new("Eng")})
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	assert.ErrorContains(t, err, "the group was changed")
}

func TestList_Shapes(t *testing.T) {
	t.Parallel()
	row := `{"id":"g1","name":"Eng"}`
	tests := []struct{ name, body string }{
		{"groups", `{"groups":[` + row + `]}`},
		{"items", `{"items":[` + row + `],"_metadata":null,"_links":null}`},
		{"bare array", `[` + row + `]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWire()
			w.respond("GET", groups, 200, tt.body)
			got, err := w.client(t).Groups.List(t.Context())
			require.NoError(t, err)
			assert.Equal(t, []frontegg.Group{{ID: "g1", Name: "Eng"}}, got)
		})
	}
}

func TestList_Empty(t *testing.T) {
	t.Parallel()
	w := newWire()
	w.respond("GET", groups, 200, `{"groups":[]}`)
	got, err := w.client(t).Groups.List(t.Context())
	require.NoError(t, err)
	assert.NotNil(t, got)
	assert.Empty(t, got)
}

func TestWithRelations(t *testing.T) {
	t.Parallel()
	type lists struct{ roles, users bool } // whether they are nil
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
			w := newWire()
			w.respond("GET", groups+"/g1", 200, tt.body)
			g, err := w.client(t).Groups.Get(t.Context(), "g1", tt.opts...)
			require.NoError(t, err)
			assert.Equal(t, tt.want, lists{g.Roles == nil, g.Users == nil})
		})
	}
}
