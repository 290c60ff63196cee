package groupsync_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
	"github.com/frontegg-go/frontegg/internal/faults/clock"
)

// A group that gets a role, or a member, after the plan was made: nobody gets a
// role that the plan does not know.
func TestApply_NoUnknownGrants(t *testing.T) {
	t.Parallel()
	granting := groupsync.Options{Owner: "hr", GrantRoles: true, MaxChange: 1}
	members := groupsync.Group{Key: "eng", Name: "Eng", UserIDs: []string{"ua"}}
	both := groupsync.Group{Key: "eng", Name: "Eng", UserIDs: []string{"ua"}, RoleIDs: []string{"ra"}}
	roles := groupsync.Group{Key: "eng", Name: "Eng", RoleIDs: []string{"ra"}}
	addRole := func(id string) func(w *world) error {
		return func(w *world) error { return w.client.Groups.AddRoles(t.Context(), "1", []string{id}) }
	}
	addUser := func(w *world) error { return w.client.Groups.AddUsers(t.Context(), "1", []string{"ub"}) }
	tests := []struct {
		name    string
		wanted  groupsync.Group
		actual  frontegg.Group
		opts    groupsync.Options
		change  func(w *world) error
		message string // empty: the plan is applied
	}{
		{"members, GrantRoles off, a role", members, owned("1", "eng", "Eng"), hr, addRole("rb"), `group "1" now has role rb, which the plan does not grant: compute again`},
		{"members, GrantRoles on, another role", members, withRoles(owned("1", "eng", "Eng"), "ra"), granting, addRole("rb"), "now has role rb"},
		{"members, GrantRoles on, the role it had", members, withRoles(owned("1", "eng", "Eng"), "ra"), granting, addRole("ra"), ""},
		{"members and a role, the role it is to get", both, owned("1", "eng", "Eng"), granting, addRole("ra"), ""},
		{"members and a role, another role", both, owned("1", "eng", "Eng"), granting, addRole("rb"), "now has role rb"},
		{"a role, GrantRoles off, a member", roles, owned("1", "eng", "Eng"), hr, addUser, `group "1" now has 1 member, who would get the roles: compute again`},
		{"a role, GrantRoles on, a member", roles, owned("1", "eng", "Eng"), granting, addUser, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.AddGroup(tenant, tt.actual)
			w.AddGroup(tenant, owned("2", "ops", "Ops"))
			p := w.compute(t, []groupsync.Group{tt.wanted, {Key: "ops", Name: "Ops", UserIDs: []string{"uc"}}}, tt.opts)
			require.NoError(t, tt.change(w))
			before := named(t, w.Server, "Eng")
			_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{})
			assert.Equal(t, []string{"uc"}, userIDs(named(t, w.Server, "Ops")), "the other group")
			if tt.message == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, groupsync.ErrIncomplete)
			require.ErrorContains(t, err, tt.message)
			assert.Equal(t, before, named(t, w.Server, "Eng"))
		})
	}
}

// The roles are read again right before the members are added, not when the run
// begins.
func TestApply_ReadsRolesRightBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddGroup(tenant, owned("1", "eng", "Eng", "ua"))
	p := w.compute(t, []groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"ub"}}}, hr)
	_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Progress: func(done, _ int, _ groupsync.Step) {
		if done == 1 { // the removal
			require.NoError(t, w.client.Groups.AddRoles(t.Context(), "1", []string{"ra"}))
		}
	}})
	require.ErrorContains(t, err, "now has role ra")
	assert.Empty(t, userIDs(named(t, w.Server, "Eng")))
}

// Nor when another group of the same phase is written.
func TestApply_ReadsRolesOfEachGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddGroup(tenant, owned("1", "eng", "Eng"))
	w.AddGroup(tenant, owned("2", "ops", "Ops"))
	p := w.compute(t, []groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"ua"}}, {Key: "ops", Name: "Ops", UserIDs: []string{"ub"}}}, hr)
	r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{
		Concurrency: 1,
		Journal: func(step groupsync.Step, _ error) {
			if step.Key == "eng" {
				require.NoError(t, w.client.Groups.AddRoles(t.Context(), "2", []string{"ra"}))
			}
		},
	})
	require.ErrorContains(t, err, "now has role ra")
	assert.Equal(t, 1, r.Done)
	assert.Empty(t, userIDs(named(t, w.Server, "Ops")))
}

// What was read is not used long after: here a callback takes its time.
func TestApply_ReadsAgainAfterAWait(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *fronteggtest.Server, groups *frontegg.GroupsService) {
		var wanted []groupsync.Group
		for _, key := range []string{"a", "b", "c"} {
			s.AddUser(tenant, frontegg.User{ID: "u" + key})
			s.AddGroup(tenant, owned("id-"+key, key, key))
			wanted = append(wanted, groupsync.Group{Key: key, Name: key, UserIDs: []string{"ua"}})
		}
		s.AddRole(tenant, frontegg.Role{ID: "ra"})
		r, err := groupsync.Sync(t.Context(), groups, wanted, groupsync.Options{Owner: "hr", GrantRoles: true}, groupsync.ApplyOptions{
			Concurrency: 1,
			Progress: func(done, _ int, _ groupsync.Step) {
				if done == 1 {
					clock.Pass(6 * time.Second)
					require.NoError(t, groups.AddRoles(t.Context(), "id-c", []string{"ra"}))
				}
			},
		})
		require.ErrorIs(t, err, groupsync.ErrIncomplete)
		require.ErrorContains(t, err, "now has role ra")
		assert.Equal(t, 2, r.Done)
		assert.Equal(t, 3, s.Count("groups.bulkGet"), "all of them, then the second and the third alone")
	})
}

func TestApply_RolesNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddGroup(tenant, owned("1", "eng", "Eng"))
	p := w.compute(t, []groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"ub"}}}, hr)
	w.Inject(fronteggtest.Fault{Op: "groups.bulkGet", Respond: func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(rw, `{"groups":[{"id":"1","name":"Eng","metadata":%q}]}`, marked("hr", "eng"))
	}})
	_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{})
	require.ErrorContains(t, err, `the server did not send the roles or members of group "1"`)
	assert.Zero(t, w.Count("groups.addUsers"))
}

func TestApply_Renamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddGroup(tenant, owned("1", "eng", "Eng", "ua"))
	p := w.compute(t, []groupsync.Group{{Key: "eng", Name: "Engineers", UserIDs: []string{}}}, hr)
	_, err := w.client.Groups.Update(t.Context(), "1", frontegg.UpdateGroupParams{Name: new("Board")})
	require.NoError(t, err)
	r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{})
	require.ErrorContains(t, err, `group "1" changed after the plan was computed and is not written: it was renamed to "Board"; compute again`)
	assert.Zero(t, r.Done)
	assert.Equal(t, []string{"ua"}, userIDs(named(t, w.Server, "Board")))
}
