package groupsync_test

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

// latency is that of each request in a bubble.
const latency = 50 * time.Millisecond

// bubble runs f in a synctest bubble, with a client of a server that takes a while.
func bubble(t *testing.T, f func(t *testing.T, s *fronteggtest.Server, groups *frontegg.GroupsService)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := fronteggtest.NewServer()
		client, err := s.MemoryClient(frontegg.WithTenant(tenant))
		require.NoError(t, err)
		defer s.Close()
		defer client.Close()
		s.Inject(fronteggtest.Fault{Op: "groups.*", Delay: latency, Times: -1})
		f(t, s, client.Groups)
	})
}

func TestApply_Concurrency_Time(t *testing.T) {
	t.Parallel()
	const concurrency = 8
	bubble(t, func(t *testing.T, s *fronteggtest.Server, groups *frontegg.GroupsService) {
		everybody := make([]string, 2_000)
		for i := range everybody {
			everybody[i] = "user-" + strconv.Itoa(i)
			s.AddUser(tenant, frontegg.User{ID: everybody[i]})
		}
		var wanted []groupsync.Group
		for i := range 200 {
			g := groupsync.Group{Key: strconv.Itoa(i), Name: fmt.Sprintf("Team %03d", i), UserIDs: everybody[i*9 : i*9+40]}
			if i%50 == 49 {
				g.UserIDs = everybody
			}
			wanted = append(wanted, g)
		}
		opts := groupsync.Options{Owner: "hr"}
		began := time.Now()
		r, err := groupsync.Sync(t.Context(), groups, wanted, opts, groupsync.ApplyOptions{Concurrency: concurrency})
		took := time.Since(began)
		require.NoError(t, err)
		require.Equal(t, 200+196+4*4, r.Done)
		bound := time.Duration(r.Done) * latency / concurrency
		assert.LessOrEqual(t, took, bound*5/4, "%d writes: %.2f of the bound", r.Done, float64(took)/float64(bound))

		s.ResetRequests()
		_, err = groupsync.Sync(t.Context(), groups, wanted, opts, groupsync.ApplyOptions{Concurrency: concurrency})
		require.NoError(t, err)
		assert.LessOrEqual(t, s.Count("groups.*"), 6, "pages of what did not change")
	})
}

// A group with many batches begins first, whatever its name: the phase does not
// end with one busy worker.
func TestApply_Concurrency_LongUnitsFirst(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s *fronteggtest.Server, groups *frontegg.GroupsService) {
		everybody := numbered(5_000)
		for _, id := range everybody {
			s.AddUser(tenant, frontegg.User{ID: id})
		}
		wanted := []groupsync.Group{{Key: "z", Name: "z", UserIDs: everybody}}
		for i := range 20 {
			wanted = append(wanted, groupsync.Group{Key: strconv.Itoa(i), Name: strconv.Itoa(i), UserIDs: everybody[:1]})
		}
		for _, g := range wanted {
			s.AddGroup(tenant, owned("id-"+g.Key, g.Key, g.Name))
		}
		began := time.Now()
		r, err := groupsync.Sync(t.Context(), groups, wanted, groupsync.Options{Owner: "hr"}, groupsync.ApplyOptions{})
		require.NoError(t, err)
		require.Equal(t, 30, r.Done)
		assert.LessOrEqual(t, time.Since(began), 15*latency, "10 batches one after the other, and reads")
	})
}

func TestSync_UnchangedIsOneRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, engAndOps, hr)
	w.ResetRequests()
	r, err := groupsync.Sync(t.Context(), w.client.Groups, engAndOps, hr, groupsync.ApplyOptions{})
	require.NoError(t, err)
	assert.Zero(t, r.Total)
	assert.Equal(t, 1, w.Count(""))
}

// The steps of one group are never done at once, and phases do not overlap.
func TestApply_Concurrency_Limits(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{0, 1, 3} {
		bubble(t, func(t *testing.T, s *fronteggtest.Server, groups *frontegg.GroupsService) {
			var wanted []groupsync.Group
			for i := range 12 {
				wanted = append(wanted, groupsync.Group{Key: strconv.Itoa(i), Name: strconv.Itoa(100 + i)})
			}
			r, err := groupsync.Sync(t.Context(), groups, wanted, groupsync.Options{Owner: "hr"}, groupsync.ApplyOptions{Concurrency: concurrency})
			require.NoError(t, err)
			require.Equal(t, 12, r.Created)
			at := map[time.Time]int{}
			for _, req := range s.Requests() {
				if req.Op == "groups.create" {
					at[req.Time]++
				}
			}
			workers := map[int]int{0: 4, 1: 1, 3: 3}[concurrency]
			assert.Len(t, at, 12/workers)
		})
	}
}

// The result does not depend on how many groups are written at once.
func TestApply_Concurrency_SameResult(t *testing.T) {
	t.Parallel()
	var reports []groupsync.Report
	var states [][]string
	for _, concurrency := range []int{1, 2, 16, math.MaxInt} {
		actual, wanted := mixed()
		w, gate := newGatedWorld(t, actual...)
		gate.reject(403, func(w write) bool { return w.has("id-join") || w.has("Made") })
		r, err := groupsync.Sync(t.Context(), w.client.Groups, wanted, everything, groupsync.ApplyOptions{Concurrency: concurrency})
		require.ErrorIs(t, err, groupsync.ErrIncomplete)
		for i := range r.Failed { // the errors have trace IDs
			r.Failed[i].Err = nil
		}
		reports, states = append(reports, r), append(states, state(w))
	}
	for i := range reports {
		assert.Equal(t, reports[0], reports[i])
		assert.Equal(t, states[0], states[i])
	}
}

func TestApply_CancelInFlight(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, _ *fronteggtest.Server, groups *frontegg.GroupsService) {
		var wanted []groupsync.Group
		for i := range 100 {
			wanted = append(wanted, groupsync.Group{Key: strconv.Itoa(i), Name: strconv.Itoa(100 + i)})
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*latency+latency/2)
		defer cancel()
		began := time.Now()
		r, err := groupsync.Sync(ctx, groups, wanted, groupsync.Options{Owner: "hr"}, groupsync.ApplyOptions{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 10*latency+latency/2, time.Since(began), "at once")
		assert.Equal(t, 32, r.Done, "two reads, and eight rounds of four creates")
	})
}
