package groupsync_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// A first run in parts needs no other options than one in a piece, wherever the parts
// end.
func TestGuards_FirstRunInParts(t *testing.T) {
	t.Parallel()
	const groups = 12
	for _, adopted := range []int{0, 6} {
		t.Run(strconv.Itoa(adopted)+" adopted", func(t *testing.T) {
			t.Parallel()
			opts := groupsync.Options{Owner: "hr", GrantRoles: true, Adopt: true}
			var wanted []groupsync.Group
			for i := range groups {
				key := strconv.Itoa(i)
				wanted = append(wanted, groupsync.Group{Key: key, Name: key, UserIDs: letters("u", 9), RoleIDs: []string{"ra"}})
			}
			for end := range 3 * groups {
				w := newWorld(t)
				for i := range adopted {
					w.AddGroup(tenant, frontegg.Group{Name: strconv.Itoa(i), Users: usersOf(letters("u", 9)...), Roles: rolesOf("ra")})
				}
				_, err := groupsync.Sync(t.Context(), w.client.Groups, wanted, opts, groupsync.ApplyOptions{MaxWrites: end + 1})
				require.NoError(t, err)
				_, err = groupsync.Sync(t.Context(), w.client.Groups, wanted, opts, groupsync.ApplyOptions{})
				require.NoError(t, err, "after %d writes", end+1)
			}
		})
	}
}

// Nor do many small parts: each begins with the groups that the one before left half
// made, also those of which only some members are there.
func TestGuards_FirstRunInManyParts(t *testing.T) {
	t.Parallel()
	opts := groupsync.Options{Owner: "hr", GrantRoles: true, MaxTotal: -1}
	for _, members := range []int{9, 510} {
		for _, writes := range []int{1, 3} {
			t.Run(fmt.Sprintf("%d members, %d writes", members, writes), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				people := w.crowd(members)
				var wanted []groupsync.Group
				for i := range 12 {
					key := strconv.Itoa(i)
					wanted = append(wanted, groupsync.Group{Key: key, Name: key, UserIDs: people, RoleIDs: []string{"ra"}})
				}
				for part := 0; ; part++ {
					require.Less(t, part, 60)
					r, err := groupsync.Sync(t.Context(), w.client.Groups, wanted, opts, groupsync.ApplyOptions{MaxWrites: writes})
					require.NoError(t, err, "part %d", part)
					if r.Done == r.Total {
						break
					}
				}
				assert.Len(t, roleIDs(named(t, w.Server, "11")), 1)
			})
		}
	}
}

// Nor does a first run that is canceled again and again, up to the last groups: four may
// be half made, and then as many must still be empty.
func TestGuards_FirstRunCanceledOften(t *testing.T) {
	t.Parallel()
	const groups, workers = 24, 4
	opts := groupsync.Options{Owner: "hr", GrantRoles: true, MaxTotal: -1}
	for _, members := range []int{9, 510} {
		for _, writes := range []int{3, 11} {
			t.Run(fmt.Sprintf("%d members, %d writes", members, writes), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				people := w.crowd(members)
				var wanted []groupsync.Group
				for i := range groups {
					key := strconv.Itoa(i)
					wanted = append(wanted, groupsync.Group{Key: key, Name: key, UserIDs: people, RoleIDs: []string{"ra"}})
				}
				complete := func() (n int) {
					for _, g := range w.Groups(tenant) {
						n += len(g.Roles)
					}
					return n
				}
				for complete() <= groups-2*workers {
					ctx, cancel := context.WithCancel(t.Context())
					sent := 0
					_, err := groupsync.Sync(ctx, w.client.Groups, wanted, opts, groupsync.ApplyOptions{Concurrency: workers, Journal: func(groupsync.Step, error) {
						if sent++; sent == writes {
							cancel()
						}
					}})
					cancel()
					require.NotErrorIs(t, err, groupsync.ErrGuard, "%d are complete", complete())
				}
			})
		}
	}
}

// A first run that was killed has left some groups half made, each with its members
// and without its roles.
func TestCompute_Guards_HalfMade(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                  string
		whole, halfMade, none int // groups
		roles                 []string
		change                func(g *frontegg.Group) // of the half-made groups
		refused               bool
	}{
		{"four workers were busy", 1, 4, 5, []string{"ra"}, nil, false},
		{"eight workers were busy", 1, 8, 8, []string{"ra"}, nil, false},
		{"more than a run leaves: a source that grants a role", 1, 9, 9, []string{"ra"}, nil, true},
		{"many roles", 1, 1, 1, letters("r", 26), nil, false},
		{"more than are empty still", 1, 4, 3, []string{"ra"}, nil, true},
		{"none is empty: a source that grants a role to everybody", 1, 4, 0, []string{"ra"}, nil, true},
		{"not half made: members leave, too", 1, 4, 4, []string{"ra"}, func(g *frontegg.Group) { g.Users = usersOf("ua", "ub", "uz") }, true},
		{"not half made: there is a role", 1, 4, 4, []string{"ra"}, func(g *frontegg.Group) { g.Roles = rolesOf("rb") }, true},
		{"most members are missing, too", 1, 4, 4, []string{"ra"}, func(g *frontegg.Group) { g.Users = usersOf("ua") }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var wanted []groupsync.Group
			var actual []frontegg.Group
			for i := range tt.whole + tt.halfMade + tt.none {
				key := strconv.Itoa(i)
				wanted = append(wanted, groupsync.Group{Key: key, Name: key, UserIDs: letters("u", 9), RoleIDs: tt.roles})
				g := owned("id-"+key, key, key)
				switch {
				case i < tt.whole:
					g = withRoles(owned("id-"+key, key, key, letters("u", 9)...), tt.roles...)
				case i < tt.whole+tt.halfMade:
					g = owned("id-"+key, key, key, letters("u", 9)...)
					if tt.change != nil {
						tt.change(&g)
					}
				}
				actual = append(actual, g)
			}
			_, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr", GrantRoles: true})
			if tt.refused {
				require.ErrorIs(t, err, groupsync.ErrGuard)
			} else {
				require.NoError(t, err)
			}
		})
	}
}

// A group that is new counts, too: until there are groups to compare with, only
// against the cap.
func TestCompute_Guards_NewGroup(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name           string
		teams          int // with ten members and a role each
		members, roles int // of the new group
		guard          groupsync.Guard
		detail         string
	}{
		{"the first group", 0, 450, 26, "", ""},
		{"a new team", 10, 20, 1, "", ""},
		{"a new team with everybody in it", 10, 21, 1, groupsync.GuardGrant, "groups with roles would get 21 members in all, and have 100; 3 are always allowed, else a share of 0.2"},
		{"a new team with everybody in it, without roles", 10, 450, 0, "", ""},
		{"a new team with every role", 10, 1, 26, groupsync.GuardRoles, "groups would get 26 roles in all, and have 10"},
		{"a small new team of few", 1, 3, 1, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wanted := []groupsync.Group{{Key: "new", Name: "new", UserIDs: numbered(tt.members), RoleIDs: letters("r", tt.roles)}}
			var actual []frontegg.Group
			for i := range tt.teams {
				key := strconv.Itoa(i)
				wanted = append(wanted, groupsync.Group{Key: key, Name: key})
				actual = append(actual, withRoles(owned("id-"+key, key, key, letters("u", 10)...), "ra"))
			}
			_, err := groupsync.Compute(wanted, actual, groupsync.Options{Owner: "hr", GrantRoles: true})
			if tt.guard == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, groupsync.ErrGuard)
			require.ErrorContains(t, err, strconv.Quote(string(tt.guard)))
			require.ErrorContains(t, err, tt.detail)
		})
	}
}
