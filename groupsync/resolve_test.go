package groupsync_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

// company is a tenant with people and roles that have names.
func company(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for _, name := range []string{"ada", "bob", "kim"} {
		w.AddUser(tenant, frontegg.User{ID: "u-" + name, Email: name + "@example.com"})
	}
	w.AddUser("other", frontegg.User{ID: "u-eve", Email: "eve@example.com"})
	w.AddRole(tenant, frontegg.Role{ID: "r-view", Key: "viewer"})
	w.AddRole("", frontegg.Role{ID: "r-edit", Key: "editor"})
	w.AddRole("", frontegg.Role{ID: "r-admin-1", Key: "admin"})
	w.AddRole(tenant, frontegg.Role{ID: "r-admin-2", Key: "admin"})
	return w
}

func TestResolve(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		wanted     groupsync.Named
		group      groupsync.Group
		unresolved groupsync.Unresolved
	}{
		{"nothing is left as it is", groupsync.Named{}, groupsync.Group{}, groupsync.Unresolved{}},
		{"empty lists are none", groupsync.Named{Emails: []string{}, RoleKeys: []string{}}, groupsync.Group{UserIDs: []string{}, RoleIDs: []string{}}, groupsync.Unresolved{}},
		{"texts", groupsync.Named{Description: new("d"), Color: new("")}, groupsync.Group{Description: new("d"), Color: new("")}, groupsync.Unresolved{}},
		{"addresses in any case, each person once", groupsync.Named{Emails: []string{"BOB@example.com", " ada@example.com", "bob@Example.com"}}, groupsync.Group{UserIDs: []string{"u-bob", "u-ada"}}, groupsync.Unresolved{}},
		{"roles of the tenant and of the environment, each once", groupsync.Named{RoleKeys: []string{"viewer", "editor", "viewer"}}, groupsync.Group{RoleIDs: []string{"r-view", "r-edit"}}, groupsync.Unresolved{}},
		{
			"people who are not there yet",
			groupsync.Named{Emails: []string{"new@example.com", "ada@example.com", "NEW@example.com"}},
			groupsync.Group{UserIDs: []string{"u-ada"}, UnknownUsers: []string{"new@example.com"}},
			groupsync.Unresolved{Emails: []string{"new@example.com"}, People: 2},
		},
		{
			"a person of another tenant",
			groupsync.Named{Emails: []string{"eve@example.com"}},
			groupsync.Group{UserIDs: []string{}, UnknownUsers: []string{"eve@example.com"}},
			groupsync.Unresolved{Emails: []string{"eve@example.com"}, People: 1},
		},
		{
			"what is no address",
			groupsync.Named{Emails: []string{"ada", "", "ada@example.com", "a b@example.com"}},
			groupsync.Group{UserIDs: []string{"u-ada"}, UnknownUsers: []string{"ada", "", "a b@example.com"}},
			groupsync.Unresolved{Emails: []string{"", "a b@example.com", "ada"}, People: 4},
		},
		{
			"a letter that only looks like the one of an address",
			groupsync.Named{Emails: []string{"\u212aim@example.com", "kim@example.com"}},
			groupsync.Group{UserIDs: []string{"u-kim"}, UnknownUsers: []string{"\u212aim@example.com"}},
			groupsync.Unresolved{Emails: []string{"\u212aim@example.com"}, People: 2},
		},
		{
			"an unknown role key",
			groupsync.Named{Emails: []string{"ada@example.com"}, RoleKeys: []string{"viewer", "veiwer"}},
			groupsync.Group{UserIDs: []string{"u-ada"}, Invalid: `no role has the key "veiwer"; keys that exist: admin, editor, key-ra, key-rb, key-rc, key-rd, viewer`},
			groupsync.Unresolved{RoleKeys: []string{"veiwer"}},
		},
		{
			"an ambiguous role key",
			groupsync.Named{RoleKeys: []string{"admin"}},
			groupsync.Group{Invalid: `2 roles have the key "admin": r-admin-1, r-admin-2; keys that exist: admin, editor, key-ra, key-rb, key-rc, key-rd, viewer`},
			groupsync.Unresolved{RoleKeys: []string{"admin"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := company(t)
			for _, id := range letters("r", 4) {
				w.AddRole(tenant, frontegg.Role{ID: id, Key: "key-" + id})
			}
			tt.wanted.Key, tt.wanted.Name = "k", "Eng"
			tt.group.Key, tt.group.Name = "k", "Eng"
			groups, unresolved, err := groupsync.Resolve(t.Context(), w.client, []groupsync.Named{tt.wanted})
			require.NoError(t, err)
			assert.Equal(t, []groupsync.Group{tt.group}, groups)
			assert.Equal(t, tt.unresolved, unresolved)
		})
	}
}

func TestResolve_Requests(t *testing.T) {
	t.Parallel()
	w := company(t)
	_, _, err := groupsync.Resolve(t.Context(), w.client, []groupsync.Named{{Key: "k", Name: "Eng", Emails: []string{}, RoleKeys: []string{}}, {Key: "l", Name: "Ops"}})
	require.NoError(t, err)
	assert.Empty(t, w.Requests(), "nothing to look up")
	named := []groupsync.Named{{RoleKeys: []string{"viewer"}}, {RoleKeys: []string{"editor"}}}
	for i := range 300 {
		email := fmt.Sprintf("p%d@example.com", i)
		w.AddUser(tenant, frontegg.User{Email: email})
		named[i%2].Emails = append(named[i%2].Emails, email, strings.ToUpper(email))
	}
	groups, unresolved, err := groupsync.Resolve(t.Context(), w.client, named)
	require.NoError(t, err)
	assert.Zero(t, unresolved)
	assert.Len(t, groups[1].UserIDs, 150)
	assert.LessOrEqual(t, w.Count("users.listPage"), 2, "pages, not people")
	assert.Equal(t, 1, w.Count("roles.listPage"))
}

func TestResolve_Errors(t *testing.T) {
	t.Parallel()
	named := []groupsync.Named{{Key: "k", Name: "Eng", Emails: []string{"ada@example.com"}, RoleKeys: []string{"viewer"}}}
	for op, message := range map[string]string{"users.listPage": "groupsync: looking up people", "roles.listPage": "groupsync: looking up roles"} {
		w := company(t)
		w.Inject(fronteggtest.Fault{Op: op, Status: 403, Times: -1})
		groups, _, err := groupsync.Resolve(t.Context(), w.client, named)
		require.ErrorIs(t, err, frontegg.ErrForbidden)
		require.ErrorContains(t, err, message)
		assert.Nil(t, groups)
	}
	_, _, err := groupsync.Resolve(t.Context(), nil, named)
	require.ErrorContains(t, err, "c must not be nil")
}

// A new hire stops nothing, an unknown role key stops its group only, and nothing
// of it is silent.
func TestResolve_Sync(t *testing.T) {
	t.Parallel()
	w := company(t)
	directory, err := groupsync.Lookup(t.Context(), w.client, []groupsync.Named{{Emails: []string{"ada@example.com", "bob@example.com"}, RoleKeys: []string{"viewer"}}})
	require.NoError(t, err)
	groups, unresolved := directory.Resolve([]groupsync.Named{
		{Key: "eng", Name: "Eng", Emails: []string{"new@example.com", "ada@example.com"}, RoleKeys: []string{"viewer"}},
		{Key: "ops", Name: "Ops", Emails: []string{"bob@example.com"}, RoleKeys: []string{"x"}},
	})
	assert.Equal(t, groupsync.Unresolved{Emails: []string{"new@example.com"}, RoleKeys: []string{"x"}, People: 3}, unresolved)
	opts := everything
	opts.Names = directory.Names()
	r, err := groupsync.Sync(t.Context(), w.client.Groups, groups, opts, groupsync.ApplyOptions{})
	require.NoError(t, err)
	assert.Equal(t, groupsync.Counts{Created: 1, UsersAdded: 1, RolesAdded: 1}, r.Counts)
	assert.Equal(t, []groupsync.Skip{
		{Key: "ops", Name: "Ops", Reason: groupsync.ReasonInvalid, Detail: groups[1].Invalid},
		{Key: "eng", Name: "Eng", Reason: groupsync.ReasonUnknownUser, Detail: "1 member not added: new@example.com"},
	}, r.Skipped)
	p := w.compute(t, groups, opts)
	assert.True(t, p.Empty())

	p, err = groupsync.Compute(groups, nil, opts)
	require.NoError(t, err)
	assert.Equal(t, "ada@example.com", p.NameOf("u-ada"))
	assert.Equal(t, "viewer", p.NameOf("r-view"))
	assert.Equal(t, "u-x", p.NameOf("u-x"))
	assert.Contains(t, p.String(), "add users  Eng     1: ada@example.com")
}

func TestUnresolved_Guard(t *testing.T) {
	t.Parallel()
	unknown := func(n int) []string { return letters("", n) }
	tests := []struct {
		name       string
		unresolved groupsync.Unresolved
		opts       groupsync.Options
		refused    bool
	}{
		{"everybody is known", groupsync.Unresolved{}, hr, false},
		{"three of three", groupsync.Unresolved{Emails: unknown(3), People: 3}, hr, false},
		{"four of four", groupsync.Unresolved{Emails: unknown(4), People: 4}, hr, true},
		{"a fifth", groupsync.Unresolved{Emails: unknown(10), People: 50}, hr, false},
		{"more than a fifth", groupsync.Unresolved{Emails: unknown(11), People: 50}, hr, true},
		{"all, and that is allowed", groupsync.Unresolved{Emails: unknown(11), People: 11}, groupsync.Options{Owner: "hr", MaxChange: 1}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.unresolved.Guard(tt.opts)
			if !tt.refused {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, groupsync.ErrGuard)
			require.ErrorContains(t, err, "people are not users of the tenant: is it the right tenant and the right file?")
			require.ErrorContains(t, err, "raise Options.MaxChange for one run")
		})
	}
	require.ErrorContains(t, groupsync.Unresolved{}.Guard(groupsync.Options{}), "Options.Owner is empty")
}

// Offline, people come from a file. Of two with one address, neither is taken.
func TestNewDirectory(t *testing.T) {
	t.Parallel()
	d := groupsync.NewDirectory(
		[]frontegg.User{{ID: "1", Email: "Ada@example.com"}, {ID: "1", Email: "ada@example.com"}, {ID: "2", Email: "bob@example.com"}, {ID: "3", Email: "BOB@example.com"}},
		[]frontegg.Role{{ID: "r", Key: "viewer"}},
	)
	groups, unresolved := d.Resolve([]groupsync.Named{{Key: "k", Name: "Eng", Emails: []string{"ada@example.com", "bob@example.com"}, RoleKeys: []string{"viewer"}}})
	assert.Equal(t, []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{"1"}, RoleIDs: []string{"r"}, UnknownUsers: []string{"bob@example.com"}}}, groups)
	assert.Equal(t, []string{"bob@example.com"}, unresolved.Emails)
}
