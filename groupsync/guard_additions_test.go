package groupsync_test

import (
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// Each test is a story of a source that wants too much, or only seems to.
func TestCompute_Guards_Additions(t *testing.T) {
	t.Parallel()
	users := numbered(1000)
	// teams returns n wanted and actual groups with some of the users and roles.
	teams := func(n int, now, then []string, rolesNow, rolesThen []string) (wanted []groupsync.Group, actual []frontegg.Group) {
		for i := range n {
			key := strconv.Itoa(i)
			wanted = append(wanted, groupsync.Group{Key: key, Name: key, UserIDs: then, RoleIDs: rolesThen})
			actual = append(actual, withRoles(owned("id-"+key, key, key, now...), rolesNow...))
		}
		return wanted, actual
	}
	tests := []struct {
		name                string
		n                   int
		now, then           []string
		rolesNow, rolesThen []string
		created             int // more groups
		opts                groupsync.Options
		guard               groupsync.Guard // empty: the plan passes
		detail              string
	}{
		{"everybody becomes an administrator", 1, users[:2], users[:50], []string{"ra"}, nil, 0, everything, "", ""},
		{"everybody becomes an administrator, by default", 1, users[:2], users[:50], []string{"ra"}, nil, 0, groupsync.Options{}, groupsync.GuardGrant, `members: "0" would get 48 and has 2; 3 are always allowed, else a share of 0.2; if this is meant, raise Options.MaxChange for one run`},
		{"everybody gets into a group without roles", 1, users[:2], users[:900], nil, nil, 0, groupsync.Options{}, "", ""},
		{"administrators without members get 4", 1, nil, users[:4], []string{"ra"}, nil, 0, groupsync.Options{}, groupsync.GuardGrant, `"0" would get 4 and has 0`},
		{"three new administrators", 1, users[:2], users[:5], []string{"ra"}, nil, 0, groupsync.Options{}, "", ""},
		{"four new administrators, and the floor is four", 1, users[:2], users[:6], []string{"ra"}, nil, 0, groupsync.Options{ChangeFloor: 4}, "", ""},
		{"a fifth more", 1, users[:100], users[:120], []string{"ra"}, nil, 0, groupsync.Options{}, "", ""},
		{"more than a fifth more", 1, users[:100], users[:121], []string{"ra"}, nil, 0, groupsync.Options{}, groupsync.GuardGrant, "would get 21 and has 100"},
		{"a few more in each of many groups", 10, users[:10], users[:13], []string{"ra"}, nil, 0, groupsync.Options{}, groupsync.GuardGrant, "groups with roles would get 30 members in all, and have 100"},
		{"a small share of many, above the cap", 3, users[:999], users[:1000], []string{"ra"}, nil, 0, groupsync.Options{MaxTotal: 2}, groupsync.GuardGrant, "groups with roles would get 3 members in all, and have 2997; at most 2 are allowed, whatever the share; if this is meant, raise Options.MaxTotal for one run"},
		{"the cap is off", 3, users[:999], users[:1000], []string{"ra"}, nil, 0, groupsync.Options{MaxTotal: -1}, "", ""},
		{"the first run: roles and 500 members", 5, nil, users[:100], nil, []string{"ra"}, 0, groupsync.Options{}, "", ""},
		{"the first run: roles and 505 members", 5, nil, users[:101], nil, []string{"ra"}, 0, groupsync.Options{}, groupsync.GuardGrant, "groups with roles would get 505 members in all"},
		{"without GrantRoles nobody gets a role", 1, users[:2], users[:50], []string{"ra"}, nil, 0, groupsync.Options{GrantRoles: false, Prefix: "-"}, "", ""},

		{"a role more for each of four groups with members", 4, users[:2], users[:2], nil, []string{"ra"}, 0, groupsync.Options{}, groupsync.GuardRoles, "groups would get 4 roles in all, and have 0"},
		{"four roles for a group", 1, users[:2], users[:2], []string{"ra"}, letters("r", 5), 0, groupsync.Options{}, groupsync.GuardRoles, `roles: "0" would get 4 and has 1`},
		{"a role for a group", 1, users[:2], users[:2], nil, []string{"ra"}, 0, groupsync.Options{}, "", ""},

		{"the first run: 500 groups", 0, nil, nil, nil, nil, 500, groupsync.Options{}, "", ""},
		{"the first run: 501 groups", 0, nil, nil, nil, nil, 501, groupsync.Options{}, groupsync.GuardCreate, "501 groups would be created, and 0 are owned; at most 500 are allowed"},
		{"the first run was cut off after some creates", 10, nil, nil, nil, nil, 90, groupsync.Options{}, "", ""},
		{"a source with many new groups", 10, users[:2], nil, nil, nil, 4, groupsync.Options{}, groupsync.GuardCreate, "4 groups would be created, and 10 are owned; 3 are always allowed, else a share of 0.2"},
		{"a source with a few new groups", 10, users[:2], nil, nil, nil, 3, groupsync.Options{}, "", ""},
		{"a source with many new groups, and that is allowed", 10, users[:2], nil, nil, nil, 90, groupsync.Options{MaxChange: 1}, "", ""},
		{"all is allowed, but not more than the cap", 10, users[:2], nil, nil, nil, 90, groupsync.Options{MaxChange: 1, MaxTotal: 89}, groupsync.GuardCreate, "90 groups would be created, and 10 are owned; at most 89"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wanted, actual := teams(tt.n, tt.now, tt.then, tt.rolesNow, tt.rolesThen)
			for i := range tt.created {
				wanted = append(wanted, groupsync.Group{Key: "new" + strconv.Itoa(i), Name: "new" + strconv.Itoa(i)})
			}
			opts := tt.opts
			opts.Owner, opts.GrantRoles = "hr", opts.Prefix == ""
			opts.Prefix = ""
			_, err := groupsync.Compute(wanted, actual, opts)
			if tt.guard == "" {
				require.NoError(t, err)
				return
			}
			guard, ok := errors.AsType[*groupsync.GuardError](err)
			require.True(t, ok, err)
			assert.Equal(t, tt.guard, guard.Guard)
			assert.Contains(t, guard.Detail, tt.detail)
			require.NotNil(t, guard.Plan)
		})
	}
}

func TestCompute_Guards_DeletedOrEmptied(t *testing.T) {
	t.Parallel()
	// One group has almost all members, so that the others are a tiny share of them.
	const groups = 20
	var wanted []groupsync.Group
	actual := []frontegg.Group{owned("big", "big", "Big", numbered(1000)...)}
	for i := range groups {
		key := strconv.Itoa(i)
		wanted = append(wanted, groupsync.Group{Key: key, Name: key, UserIDs: []string{"user-1"}})
		actual = append(actual, withRoles(owned("id-"+key, key, key, "user-1"), "ra"))
	}
	wanted = append(wanted, groupsync.Group{Key: "big", Name: "Big"})
	emptied := make([]groupsync.Group, 0, groups)
	for i, g := range wanted {
		if i < 5 {
			g.UserIDs = []string{}
		}
		emptied = append(emptied, g)
	}
	tests := []struct {
		name   string
		wanted []groupsync.Group
		opts   groupsync.Options
		detail string
	}{
		{"five groups are gone", wanted[5:], groupsync.Options{Delete: true, MaxChange: 0.23}, "5 of 21 owned groups would be deleted or emptied; 3 are always allowed, else a share of 0.23; if this is meant, raise Options.MaxChange for one run"},
		{"five groups are gone, and are to be emptied", wanted[5:], groupsync.Options{Empty: true, MaxChange: 0.23}, "5 of 21 owned groups would be deleted or emptied"},
		{"five groups have no members any more", emptied, groupsync.Options{}, "5 of 21 owned groups would be deleted or emptied"},
		{"three groups are gone", wanted[3:], groupsync.Options{Delete: true}, ""},
		{"five groups are gone, and that is allowed", wanted[5:], groupsync.Options{Delete: true, MaxChange: 0.5}, ""},
		{"two groups are gone, above the cap", wanted[2:], groupsync.Options{Delete: true, MaxTotal: 1}, "2 of 21 owned groups would be deleted or emptied; at most 1 are allowed, whatever the share"},
		{"five groups are gone, and Delete is off", wanted[5:], groupsync.Options{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.opts.Owner = "hr"
			if tt.opts.MaxChange == 0.23 {
				tt.opts.ChangeFloor = 0
			}
			_, err := groupsync.Compute(tt.wanted, actual, tt.opts)
			if tt.detail == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, groupsync.ErrGuard)
			require.ErrorContains(t, err, string(groupsync.GuardDelete))
			require.ErrorContains(t, err, tt.detail)
		})
	}
	t.Run("all of them are to be emptied", func(t *testing.T) {
		t.Parallel()
		_, err := groupsync.Compute([]groupsync.Group{{Key: "x", Name: "x"}}, actual, groupsync.Options{Owner: "hr", Empty: true, MaxChange: 1})
		guard, ok := errors.AsType[*groupsync.GuardError](err)
		require.True(t, ok)
		assert.Equal(t, groupsync.GuardDeleteAll, guard.Guard)
	})
}

// Roles of deleted groups are removed roles. A big foreign group raises no limit.
func TestCompute_Guards_DeletedRoles(t *testing.T) {
	t.Parallel()
	var wanted []groupsync.Group
	var actual []frontegg.Group
	for i := range 10 {
		key := strconv.Itoa(i)
		actual = append(actual, withRoles(owned("id-"+key, key, key), "ra", "rb"))
		if i > 1 {
			wanted = append(wanted, groupsync.Group{Key: key, Name: key})
		}
	}
	foreign := withRoles(frontegg.Group{ID: "f", Name: "Foreign", Users: usersOf(numbered(5000)...)}, numbered(100)...)
	actual = append(actual, foreign)
	_, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr", Delete: true, MaxChange: 0.19})
	require.ErrorIs(t, err, groupsync.ErrGuard)
	require.ErrorContains(t, err, "would lose 4 of 20 roles, those of deleted groups included")
	_, err = groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr", Delete: true, MaxChange: 0.2})
	require.NoError(t, err)
}

// All guards that refuse a plan are named, so that allowing one for a run does not
// let the others through unseen.
func TestCompute_Guards_AllNamed(t *testing.T) {
	t.Parallel()
	_, err := groupsync.Compute(
		[]groupsync.Group{{Key: "k", Name: "Eng", UserIDs: numbered(10), RoleIDs: letters("r", 6)}},
		[]frontegg.Group{withRoles(owned("1", "k", "Eng", letters("u", 5)...), "rz")},
		groupsync.Options{Owner: "hr", GrantRoles: true})
	for _, guard := range []groupsync.Guard{groupsync.GuardGroup, groupsync.GuardGrant, groupsync.GuardRoles} {
		require.ErrorContains(t, err, strconv.Quote(string(guard)))
	}
}
