package fronteggtest_test

import (
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

func TestServer_Add_ShownByAPI(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	zone := time.FixedZone("", 3600)
	role := s.AddRole("acme", frontegg.Role{Name: "Admin", Level: 3, IsDefault: true, FirstUserRole: true, Description: "all"})
	shared := s.AddRole("", frontegg.Role{Key: "shared"})
	user := s.AddUser("acme", frontegg.User{
		Email: "ada@example.com", ProfilePictureURL: "https://example.com/a.png", ActivatedForTenant: true,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 678_999_000, zone),
	})
	added := s.AddGroup("acme", frontegg.Group{
		Name: `<"Ünï">`, Metadata: `{"a":"b"}`, ManagedBy: frontegg.ManagedBySCIM,
		Roles: []frontegg.Role{role, shared}, Users: []frontegg.User{user, {Name: "New"}},
	})
	client, err := s.MemoryClient(frontegg.WithTenant("acme"))
	require.NoError(t, err)
	read, err := client.Groups.Get(t.Context(), added.ID, frontegg.WithRelations(frontegg.RelationsRolesAndUsers))
	require.NoError(t, err)
	assert.Equal(t, added, *read)
	assert.Equal(t, []frontegg.Group{added}, s.Groups("acme"))

	assert.Equal(t, []frontegg.Role{role, shared}, added.Roles)
	assert.Equal(t, "acme", role.TenantID)
	assert.Empty(t, shared.TenantID)
	require.Len(t, added.Users, 2)
	assert.Equal(t, user, added.Users[0])
	assert.Equal(t, "New", added.Users[1].Name)
	assert.Equal(t, time.Date(2026, 1, 2, 2, 4, 5, 678_000_000, time.UTC), user.CreatedAt)
}

func TestServer_AddGroup_ArgumentsUnchanged(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t)
	users := []frontegg.User{{Name: "New"}}
	s.AddGroup("acme", frontegg.Group{Users: users})
	assert.Equal(t, []frontegg.User{{Name: "New"}}, users)
	s.Groups("acme")[0].Users[0].Name = "Changed"
	assert.Equal(t, "New", s.Groups("acme")[0].Users[0].Name)
}

func TestServer_Add_KnownIDReplaces(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	s.AddUser("acme", frontegg.User{ID: "u1", Name: "Renamed"})
	s.AddRole("acme", frontegg.Role{ID: "r1", Name: "Renamed"})
	g := s.Groups("acme")[0]
	assert.Equal(t, []string{"Renamed", "Renamed"}, []string{g.Users[0].Name, g.Roles[0].Name})
}

func TestServer_AddGroup_DuplicatePanics(t *testing.T) {
	t.Parallel()
	s := oneGroup(t)
	assert.Panics(t, func() { s.AddGroup("acme", frontegg.Group{Name: "Team"}) })
	assert.Panics(t, func() { s.AddGroup("acme", frontegg.Group{ID: "g1", Name: "Other"}) })
	assert.NotPanics(t, func() { s.AddGroup("globex", frontegg.Group{ID: "g1", Name: "Team"}) })
	assert.NotPanics(t, func() { s.AddGroup("acme", frontegg.Group{}) })
}

func TestWithSeed(t *testing.T) {
	t.Parallel()
	ids := func(opts ...fronteggtest.ServerOption) []string {
		s := fronteggtest.Start(t, opts...)
		clientID, apiKey := s.Credentials()
		tokenID, secret := s.AddAPIToken("acme")
		return []string{clientID, apiKey, tokenID, secret, s.AddGroup("a", frontegg.Group{}).ID, s.AddTenant(frontegg.Tenant{}).ID}
	}
	seeded, again := ids(fronteggtest.WithSeed(1)), ids(fronteggtest.WithSeed(1))
	assert.Equal(t, seeded, again)
	for name, other := range map[string][]string{"other seed": ids(fronteggtest.WithSeed(2)), "no seed": ids()} {
		for i, id := range seeded {
			assert.NotEqual(t, id, other[i], name)
		}
	}
	one, two := ids(), ids()
	for i := range one {
		assert.NotEqual(t, one[i], two[i], "servers without a seed share no IDs")
	}
	withSeed := fronteggtest.NewServer(fronteggtest.WithSeed(1))
	assert.NotEqual(t, withSeed.IssueToken(""), fronteggtest.NewServer(fronteggtest.WithSeed(1)).IssueToken(""))
}

func TestServer_Close(t *testing.T) {
	t.Parallel()
	s := fronteggtest.NewServer()
	memory, tcp := inMemory(t, s), overTCP(t, s)
	require.Equal(t, 200, memory.do("GET", v1, "").status)
	require.Equal(t, 200, tcp.do("GET", v1, "").status)
	s.Close()
	s.Close()
	for _, api := range []*caller{memory, tcp} {
		_, err := api.try("GET", v1, "")
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
	assert.Equal(t, 2, s.Count(""), "the log outlives the server")
	assert.NotEmpty(t, s.URL())
}

func TestServer_URL_AfterClose(t *testing.T) {
	t.Parallel()
	s := fronteggtest.NewServer()
	s.Close()
	assert.Panics(t, func() { s.URL() })
}

func TestStart_Closes(t *testing.T) {
	t.Parallel()
	var api *caller
	t.Run("a test", func(t *testing.T) {
		api = inMemory(t, fronteggtest.Start(t))
		require.Equal(t, 200, api.do("GET", v1, "").status)
	})
	api.t = t
	_, err := api.try("GET", v1, "")
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
}

func TestServer_Concurrent(t *testing.T) {
	t.Parallel()
	s := fronteggtest.Start(t, fronteggtest.WithRequestLog(50))
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			tenant := fmt.Sprint("tenant-", i%4)
			client, err := s.MemoryClient(frontegg.WithTenant(tenant))
			if !assert.NoError(t, err) {
				return
			}
			user := s.AddUser(tenant, frontegg.User{})
			for n := range 20 {
				s.Inject(fronteggtest.Fault{Op: "groups.list"}) // not called
				g, err := client.Groups.Create(t.Context(), frontegg.CreateGroupParams{Name: fmt.Sprint(i, "-", n)})
				if !assert.NoError(t, err) {
					return
				}
				assert.NoError(t, client.Groups.AddUsers(t.Context(), g.ID, []string{user.ID}))
				for _, err := range client.Groups.All(t.Context(), frontegg.WalkOptions{PageSize: 10, Concurrency: 2}) {
					assert.NoError(t, err)
				}
				s.Requests()
				if n%2 == 0 {
					assert.NoError(t, client.Groups.Delete(t.Context(), g.ID))
				}
			}
		})
	}
	wg.Wait()
	for i := range 4 {
		groups := s.Groups(fmt.Sprint("tenant-", i))
		assert.Len(t, groups, 40)
		for _, g := range groups {
			assert.Len(t, g.Users, 1)
		}
	}
	assert.Equal(t, 320, s.Applied("groups.create"))
}
