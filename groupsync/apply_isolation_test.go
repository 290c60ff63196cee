package groupsync_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

// mixed is a world with one group for each kind of step, and what is wanted of it.
func mixed() (actual []frontegg.Group, wanted []groupsync.Group) {
	actual = []frontegg.Group{
		withRoles(owned("id-leave", "leave", "Leave", "ua", "ub"), "ra"),
		owned("id-gone", "gone", "Gone", "ua"),
		owned("id-old", "old", "Old"),
		owned("id-text", "text", "Text"),
		withRoles(owned("id-join", "join", "Join", "ua"), "ra"),
	}
	wanted = []groupsync.Group{
		{Key: "leave", Name: "Leave", UserIDs: []string{"ua"}, RoleIDs: []string{}},
		{Key: "old", Name: "New"},
		{Key: "text", Name: "Text", Description: new("d")},
		{Key: "join", Name: "Join", UserIDs: []string{"ua", "ub"}, RoleIDs: []string{"ra", "rb"}},
		{Key: "made", Name: "Made", UserIDs: []string{"uc"}, RoleIDs: []string{"rc"}},
	}
	return actual, wanted
}

var everything = groupsync.Options{Owner: "hr", Delete: true, GrantRoles: true, MaxChange: 1}

func TestApply_RevocationsFirst(t *testing.T) {
	t.Parallel()
	actual, wanted := mixed()
	w, gate := newGatedWorld(t, actual...)
	w.sync(t, wanted, everything)
	ops := gate.ops()
	require.Len(t, ops, 10)
	assert.ElementsMatch(t, []string{"DELETE users", "DELETE roles", "DELETE group"}, ops[:3])
	assert.Equal(t, []string{"PATCH group", "POST group", "PATCH group"}, ops[3:6], "rename, create, edit")
	assert.ElementsMatch(t, []string{"POST users", "POST users", "POST roles", "POST roles"}, ops[6:])
}

// Whatever the write at which a run ends, all revocations before it are done.
func TestApply_RevocationsFirst_EveryEnd(t *testing.T) {
	t.Parallel()
	for end := 3; end < 10; end++ {
		actual, wanted := mixed()
		w, gate := newGatedWorld(t, actual...)
		gate.decide = func(write) (int, error) {
			if len(gate.passed) >= end {
				return 0, errors.New("outage")
			}
			return 0, nil
		}
		_, err := groupsync.Sync(t.Context(), w.client.Groups, wanted, everything, groupsync.ApplyOptions{})
		require.Error(t, err)
		leave := named(t, w.Server, "Leave")
		assert.Equal(t, []string{"ua"}, userIDs(leave))
		assert.Empty(t, leave.Roles)
		assert.NotContains(t, keys(w.Groups(tenant)), "gone")
	}
}

func TestApply_FailureIsPerGroup(t *testing.T) {
	t.Parallel()
	steps := []struct {
		name, op, has string
		failed        string
		notTried      []string
	}{
		{"remove users", "DELETE users", "id-leave", `remove users of "Leave" (1)`, nil},
		{"remove roles", "DELETE roles", "id-leave", `remove roles of "Leave" (1)`, nil},
		{"delete", "DELETE group", "id-gone", `delete "Gone"`, nil},
		{"rename", "PATCH group", "id-old", `rename "Old" to "New"`, nil},
		{"create", "POST group", "Made", `create "Made"`, []string{`add roles of "Made" (1)`, `add users of "Made" (1)`}},
		{"edit", "PATCH group", "id-text", `edit "Text"`, nil},
		{"add users", "POST users", "id-join", `add users of "Join" (1)`, []string{`add roles of "Join" (1)`}},
		{"add roles", "POST roles", "id-join", `add roles of "Join" (1)`, nil},
	}
	for _, status := range []int{400, 403, 404, 409, 413, 422} {
		for _, tt := range steps {
			t.Run(tt.name+"/"+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()
				actual, wanted := mixed()
				w, gate := newGatedWorld(t, actual...)
				gate.reject(status, func(w write) bool { return w.op == tt.op && w.has(tt.has) })
				p := w.compute(t, wanted, everything)
				r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{})
				if tt.name == "delete" && status == http.StatusNotFound {
					require.NoError(t, err, "it is deleted already")
					return
				}
				require.ErrorIs(t, err, groupsync.ErrIncomplete)
				step, ok := errors.AsType[*groupsync.StepError](err)
				require.True(t, ok)
				assert.Equal(t, tt.failed, step.Step.String())
				api, ok := errors.AsType[*frontegg.APIError](err)
				require.True(t, ok)
				assert.Equal(t, status, api.StatusCode)
				assert.Equal(t, []string{tt.failed}, failures(r))
				assert.Equal(t, tt.notTried, notTried(r))
				assert.Equal(t, 10-1-len(tt.notTried), r.Done)
				assert.Len(t, gate.ops(), r.Done, "all other steps are done, and no other is tried")
			})
		}
	}
}

// What ends a run at once, so that nothing is sent afterwards.
func TestApply_EndsAtOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		err    error
		target error
	}{
		{"no access token", 401, nil, frontegg.ErrUnauthorized},
		{"a rate limit that is too long", 429, nil, frontegg.ErrRateLimited},
		{"an outage", 503, nil, frontegg.ErrServer},
		{"no connection", 0, errors.New("connection refused"), nil},
		{"a context that is done", 0, context.Canceled, nil},
		{"a status that is about no group", 405, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			actual, wanted := mixed()
			w, gate := newGatedWorld(t, actual...)
			sent := 0
			gate.decide = func(write) (int, error) {
				if sent++; sent > 4 {
					return tt.status, tt.err
				}
				return 0, nil
			}
			p := w.compute(t, wanted, everything)
			r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Concurrency: 1})
			require.Error(t, err)
			require.NotErrorIs(t, err, groupsync.ErrIncomplete)
			if tt.target != nil {
				require.ErrorIs(t, err, tt.target)
			}
			require.ErrorContains(t, err, `groupsync: step 5 of 10, create "Made": `)
			assert.Equal(t, 4, r.Done)
			assert.Empty(t, r.Failed)
			assert.Len(t, gate.ops(), 4)
		})
	}
}

// Errors with a status that is about one group, and with a cause that is not.
func TestApply_EndsAtOnce_WithStatus(t *testing.T) {
	t.Parallel()
	t.Run("the login is refused", func(t *testing.T) {
		t.Parallel()
		for _, status := range []int{400, 403, 404} {
			actual, wanted := mixed()
			w, gate := newGatedWorld(t, actual...)
			p := w.compute(t, wanted, everything)
			gate.reject(401, func(write) bool {
				w.Inject(fronteggtest.Fault{Op: "auth.vendor", Status: status, Times: -1})
				return true
			})
			r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Concurrency: 1})
			require.ErrorIs(t, err, frontegg.ErrAuthentication)
			require.NotErrorIs(t, err, groupsync.ErrIncomplete)
			assert.Empty(t, r.Failed)
		}
	})
	t.Run("canceled after a conflict", func(t *testing.T) {
		t.Parallel()
		w, gate := newGatedWorld(t)
		p := w.compute(t, engAndOps[:1], everything)
		ctx, cancel := context.WithCancel(t.Context())
		gate.reject(409, func(write) bool {
			cancel()
			return true
		})
		r, err := groupsync.Apply(ctx, w.client.Groups, p, groupsync.ApplyOptions{})
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, groupsync.ErrIncomplete)
		assert.Empty(t, r.Failed)
	})
}

func TestApply_EndsAfterFailures(t *testing.T) {
	t.Parallel()
	actual, wanted := mixed()
	w, gate := newGatedWorld(t, actual...)
	gate.decide = func(w write) (int, error) {
		switch w.op {
		case "DELETE group":
			return 403, nil
		case "POST group":
			return 503, nil
		}
		return 0, nil
	}
	r, err := groupsync.Sync(t.Context(), w.client.Groups, wanted, everything, groupsync.ApplyOptions{Concurrency: 1})
	require.ErrorIs(t, err, frontegg.ErrServer)
	require.ErrorIs(t, err, frontegg.ErrForbidden, "the failures before are in the chain, too")
	require.NotErrorIs(t, err, groupsync.ErrIncomplete)
	assert.Equal(t, []string{`delete "Gone"`}, failures(r))
}

// A removal that is refused forbids additions that would grant what was to be
// removed, or grant something to someone who was to be removed.
func TestApply_FailedRemovalPreventsAdditions(t *testing.T) {
	t.Parallel()
	actual := []frontegg.Group{withRoles(owned("id-a", "a", "A", "ua", "uc"), "ra", "rc")}
	wanted := []groupsync.Group{{Key: "a", Name: "A", UserIDs: []string{"ub"}, RoleIDs: []string{"rb"}}}
	for _, tt := range []struct {
		op, has string
		passed  int
	}{
		{"DELETE users", "ua", 2}, // the other user, and the roles
		{"DELETE roles", "rc", 2},
		{"DELETE users", "id-a", 1},
		{"DELETE roles", "id-a", 1},
	} {
		w, gate := newGatedWorld(t, actual...)
		gate.reject(403, func(w write) bool { return w.op == tt.op && w.has(tt.has) })
		_, err := groupsync.Sync(t.Context(), w.client.Groups, wanted, everything, groupsync.ApplyOptions{})
		require.ErrorIs(t, err, groupsync.ErrIncomplete)
		assert.Len(t, gate.ops(), tt.passed)
		for _, op := range gate.ops() {
			assert.True(t, strings.HasPrefix(op, "DELETE"), op)
		}
	}
}

func TestStepError_As(t *testing.T) {
	t.Parallel()
	actual, wanted := mixed()
	w, gate := newGatedWorld(t, actual...)
	gate.reject(403, func(w write) bool { return w.op == "DELETE group" || w.op == "POST roles" })
	r, err := groupsync.Sync(t.Context(), w.client.Groups, wanted, everything, groupsync.ApplyOptions{})
	require.Len(t, r.Failed, 3)
	var value groupsync.StepError
	require.ErrorAs(t, err, &value)
	assert.Equal(t, r.Failed[0], value)
	var pointer *groupsync.StepError
	require.ErrorAs(t, err, &pointer)
	assert.Equal(t, r.Failed[0], *pointer)
	require.ErrorIs(t, value, frontegg.ErrForbidden)
	for _, f := range r.Failed {
		assert.Contains(t, err.Error(), f.Error())
	}
}
