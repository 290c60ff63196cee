package groupsync_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// Each test is a story of a broken source, or of a change that only looks like one.
func TestGuards(t *testing.T) {
	t.Parallel()
	users := numbered(100)
	team := func(key string, ids ...string) groupsync.Group {
		return groupsync.Group{Key: key, Name: key, UserIDs: append([]string{}, ids...)}
	}
	group := func(key string, ids ...string) frontegg.Group { return owned("id-"+key, key, key, ids...) }
	roles := func(key string, ids ...string) frontegg.Group {
		g := group(key)
		g.Roles = rolesOf(ids...)
		return g
	}
	small := func(make func(key string, from, to int)) {
		for i := range 10 {
			make(string(rune('a'+i)), 5*i, 5*i+5)
		}
	}
	var shrunk, full []groupsync.Group
	var tens []frontegg.Group
	small(func(key string, from, to int) {
		shrunk = append(shrunk, team(key, users[from:to-2]...))
		full = append(full, team(key, users[from:to]...))
		tens = append(tens, group(key, users[from:to]...))
	})
	var bare []groupsync.Group
	var withRoles []frontegg.Group
	small(func(key string, _, _ int) {
		bare = append(bare, groupsync.Group{Key: key, Name: key, RoleIDs: []string{}})
		withRoles = append(withRoles, roles(key, "ra", "rb"))
	})
	deleting := groupsync.Options{Owner: "hr", Delete: true}
	tests := []struct {
		name   string
		wanted []groupsync.Group
		actual []frontegg.Group
		opts   groupsync.Options
		guard  groupsync.Guard // empty: the plan passes
		detail string
	}{
		{"the export is empty", nil, []frontegg.Group{group("a", users[:9]...)}, hr, groupsync.GuardEmpty, "no group is wanted at all: the source looks broken; no option allows it: if it is meant, delete the groups in Frontegg"},
		{"the export is empty on the first run", nil, nil, hr, groupsync.GuardEmpty, "no group is wanted at all"},
		{"the prefix has a typing error", []groupsync.Group{team("a"), team("b")}, nil, groupsync.Options{Owner: "hr", Prefix: "tema-"}, groupsync.GuardPrefix, `none of 2 wanted groups has the prefix "tema-"`},
		{"the source has new keys for all", []groupsync.Group{team("x"), team("y")}, []frontegg.Group{group("a"), group("b")}, deleting, groupsync.GuardDeleteAll, "check that the source's keys are stable; no option allows it"},
		{"the only group is replaced", []groupsync.Group{team("x")}, []frontegg.Group{group("a", "ua")}, deleting, "", ""},
		{"the source has new keys for all, and Delete is off", []groupsync.Group{team("x"), team("y")}, []frontegg.Group{group("a"), group("b")}, hr, "", ""},
		{"a team's members were not exported", []groupsync.Group{team("a"), team("b", users[10:90]...)}, []frontegg.Group{group("a", users[:10]...), group("b", users[10:90]...)}, hr, groupsync.GuardGroup, `members: "a" would lose 10 of 10; 3 are always allowed, else a share of 0.2`},
		{"three of a small team left", []groupsync.Group{team("a", users[0])}, []frontegg.Group{group("a", users[:4]...)}, hr, "", ""},
		{"four of a small team left", []groupsync.Group{team("a")}, []frontegg.Group{group("a", users[:4]...)}, hr, groupsync.GuardGroup, "would lose 4 of 4"},
		{"four of a small team left, and the floor is four", []groupsync.Group{team("a")}, []frontegg.Group{group("a", users[:4]...)}, groupsync.Options{Owner: "hr", ChangeFloor: 4}, "", ""},
		{"a fifth of a large team left", []groupsync.Group{team("a", users[:80]...)}, []frontegg.Group{group("a", users...)}, hr, "", ""},
		{"one more than a fifth left", []groupsync.Group{team("a", users[:79]...)}, []frontegg.Group{group("a", users...)}, hr, groupsync.GuardGroup, "would lose 21 of 100"},
		{"half of a team left, and that is allowed", []groupsync.Group{team("a", users[:50]...)}, []frontegg.Group{group("a", users...)}, groupsync.Options{Owner: "hr", MaxChange: 0.5}, "", ""},
		{"a share of almost nothing leaves the floor", []groupsync.Group{team("a", users[4:]...)}, []frontegg.Group{group("a", users...)}, groupsync.Options{Owner: "hr", MaxChange: math.SmallestNonzeroFloat64}, groupsync.GuardGroup, "would lose 4 of 100; 3 are always allowed, else a share of 0;"},
		{"a share that is not exact in binary", []groupsync.Group{team("a", users[:71]...)}, []frontegg.Group{group("a", users...)}, groupsync.Options{Owner: "hr", MaxChange: 0.29}, "", ""},
		{"every team lost two of five", shrunk, tens, hr, groupsync.GuardTotal, "would lose 20 of 50 members"},
		{"two teams in ten are gone", full[:8], tens, deleting, "", ""},
		{"three teams in ten are gone", full[:7], tens, deleting, groupsync.GuardTotal, "would lose 15 of 50 members"},
		{"most teams are gone", shrunk[:2], tens, groupsync.Options{Owner: "hr", Delete: true, MaxChange: 0.5}, groupsync.GuardTotal, "would lose 44 of 50 members, those of deleted groups included"},
		{"most teams are gone, and Delete is off", shrunk[:1], tens, hr, "", ""},
		{"the roles were not exported", bare, withRoles, hr, groupsync.GuardTotal, "would lose 20 of 20 roles"},
		{"the roles of a group were not exported", []groupsync.Group{bare[0]}, []frontegg.Group{roles("a", "ra", "rb", "rc", "rd")}, hr, groupsync.GuardGroup, `roles: "a" would lose 4 of 4`},
		{"the first run is large", []groupsync.Group{team("a", users...)}, []frontegg.Group{{ID: "1", Name: "other", Users: usersOf(users...)}}, deleting, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := groupsync.Compute(tt.wanted, tt.actual, tt.opts)
			if tt.guard == "" {
				require.NoError(t, err)
				require.NotNil(t, p)
				return
			}
			assert.Nil(t, p)
			require.ErrorIs(t, err, groupsync.ErrGuard)
			var guard *groupsync.GuardError
			require.ErrorAs(t, err, &guard)
			assert.Equal(t, tt.guard, guard.Guard)
			assert.Contains(t, guard.Detail, tt.detail)
			assert.Contains(t, err.Error(), tt.detail)
		})
	}
}

func TestApply_RefusedPlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: letters("u", 10)}}, hr)
	actual, err := w.read(t)
	require.NoError(t, err)
	_, err = groupsync.Compute([]groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{}}}, actual, hr)
	var guard *groupsync.GuardError
	require.ErrorAs(t, err, &guard)
	assert.Contains(t, guard.Plan.String(), `REFUSED by guard "removals from a group"`)
	assert.Equal(t, []string{`remove users of "Eng" (10)`}, texts(guard.Plan))

	w.ResetRequests()
	_, err = groupsync.Apply(t.Context(), w.client.Groups, guard.Plan, groupsync.ApplyOptions{})
	require.ErrorIs(t, err, groupsync.ErrGuard)
	assert.Empty(t, w.Requests())
}
