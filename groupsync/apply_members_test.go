package groupsync_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// crowd adds n users to the tenant and returns their IDs, sorted.
func (w *world) crowd(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("user-%04d", i)
		w.AddUser(tenant, frontegg.User{ID: ids[i]})
	}
	return ids
}

func TestApply_SplitsFailedBatches(t *testing.T) {
	t.Parallel()
	every := func(n int) func(i int) bool { return func(i int) bool { return i%n == 0 } }
	tests := []struct {
		name    string
		users   int
		refused func(i int) bool
		writes  int // at most
	}{
		{"the first", 500, func(i int) bool { return i == 0 }, 20},
		{"the last", 500, func(i int) bool { return i == 499 }, 20},
		{"three in one batch", 500, func(i int) bool { return i == 7 || i == 8 || i == 300 }, 50},
		{"one in each of two batches", 700, func(i int) bool { return i == 100 || i == 600 }, 40},
		{"every tenth", 500, every(10), 500},
		{"all but the last", 500, func(i int) bool { return i < 499 }, 1020},
		{"all but one in the middle", 50, func(i int) bool { return i != 27 }, 105},
		{"ten in a row at the start", 500, func(i int) bool { return i < 10 }, 60},
		{"a hundred in a row at the start", 500, func(i int) bool { return i < 100 }, 240},
		{"every other", 500, every(2), 1020},
	}
	for _, status := range []int{400, 403, 404, 422} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s/%d", tt.name, status), func(t *testing.T) {
				t.Parallel()
				w, gate := newGatedWorld(t)
				ids := w.crowd(tt.users)
				var bad, good []string
				for i, id := range ids {
					if tt.refused(i) {
						bad = append(bad, id)
					} else {
						good = append(good, id)
					}
				}
				writes := 0
				gate.decide = func(w write) (int, error) {
					writes++
					if w.op == "POST users" && slices.ContainsFunc(bad, w.has) {
						return status, nil
					}
					return 0, nil
				}
				r, err := groupsync.Sync(t.Context(), w.client.Groups, []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: ids}}, hr, groupsync.ApplyOptions{})
				require.ErrorIs(t, err, groupsync.ErrIncomplete)
				var refused []string
				for _, f := range r.Failed {
					refused = append(refused, f.IDs...)
				}
				assert.Equal(t, bad, refused, "they are named")
				assert.Equal(t, good, userIDs(named(t, w.Server, "Eng")), "the rest is applied")
				assert.Equal(t, len(good), r.UsersAdded)
				assert.LessOrEqual(t, writes, tt.writes)
			})
		}
	}
}

func TestApply_SplitNamesPeople(t *testing.T) {
	t.Parallel()
	w, gate := newGatedWorld(t, owned("1", "k", "Eng", "ua", "ub", "uc"))
	w.AddUser(tenant, frontegg.User{ID: "ub", Email: "ub@example.com"})
	gate.reject(403, func(w write) bool { return w.has("ub") })
	_, err := groupsync.Sync(t.Context(), w.client.Groups, []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{}}}, hr, groupsync.ApplyOptions{})
	require.ErrorContains(t, err, `groupsync: remove users of "Eng" (3): 1 refused, the others are done: ub@example.com (ub): frontegg: groups.removeUsers`)
	assert.Equal(t, []string{"ub"}, userIDs(named(t, w.Server, "Eng")))
}

// A bad ID does not keep the group from its other additions, if some are applied.
func TestApply_AdditionFailsInPart(t *testing.T) {
	t.Parallel()
	w, gate := newGatedWorld(t)
	gate.reject(404, func(w write) bool { return w.has("ub") })
	wanted := []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: []string{"ua", "ub"}, RoleIDs: []string{"ra"}}}
	r, err := groupsync.Sync(t.Context(), w.client.Groups, wanted, everything, groupsync.ApplyOptions{})
	require.ErrorIs(t, err, groupsync.ErrIncomplete)
	assert.Equal(t, []string{`add users of "Eng" (2) ub`}, failures(r))
	assert.Empty(t, notTried(r))
	assert.Equal(t, []string{"ra"}, roleIDs(named(t, w.Server, "Eng")))
}

// A group that may not be written at all does not cost a request for each of its
// members.
func TestApply_SplitEndsSoon(t *testing.T) {
	t.Parallel()
	t.Run("403", func(t *testing.T) {
		t.Parallel()
		w, gate := newGatedWorld(t)
		ids := w.crowd(500)
		sent := 0
		gate.reject(http.StatusForbidden, func(w write) bool {
			sent++
			return w.op == "POST users"
		})
		r, err := groupsync.Sync(t.Context(), w.client.Groups, []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: ids}}, hr, groupsync.ApplyOptions{})
		require.ErrorIs(t, err, frontegg.ErrForbidden)
		assert.Nil(t, r.Failed[0].IDs, "all of them")
		assert.LessOrEqual(t, sent, 40)
	})
	t.Run("the group is gone", func(t *testing.T) {
		t.Parallel()
		w, gate := newGatedWorld(t, owned("1", "k", "Eng"))
		ids := w.crowd(500)
		other, err := w.MemoryClient(frontegg.WithTenant(tenant))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, other.Close()) })
		gate.decide = func(w write) (int, error) {
			if w.op == "POST users" && len(gate.passed) == 0 {
				return 0, other.Groups.Delete(t.Context(), "1") // after the groups were read
			}
			return 0, nil
		}
		_, err = groupsync.Sync(t.Context(), w.client.Groups, []groupsync.Group{{Key: "k", Name: "Eng", UserIDs: ids}}, hr, groupsync.ApplyOptions{})
		require.ErrorIs(t, err, frontegg.ErrNotFound)
		assert.Equal(t, 1, w.Count("groups.addUsers"))
	})
}
