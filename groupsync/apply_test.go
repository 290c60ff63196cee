package groupsync_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

var engAndOps = []groupsync.Group{
	{Key: "eng", Name: "Eng", UserIDs: []string{"ua", "ub"}},
	{Key: "ops", Name: "Ops", UserIDs: []string{"ub"}},
}

// apply applies a plan, one group at a time.
func apply(t *testing.T, w *world, p *groupsync.Plan) (groupsync.Report, error) {
	t.Helper()
	return groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Concurrency: 1})
}

func TestApply_Progress(t *testing.T) {
	t.Parallel()
	var wanted []groupsync.Group
	for i := range 40 {
		g := groupsync.Group{Key: strconv.Itoa(i), Name: strconv.Itoa(100 + i), UserIDs: []string{"ua"}}
		if i%5 == 0 {
			g.UserIDs = letters("u", 10)
		}
		wanted = append(wanted, g)
	}
	for _, concurrency := range []int{0, 1, 16} {
		w := newWorld(t)
		p := w.compute(t, wanted, hr)
		var steps []groupsync.Step
		_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{
			Concurrency: concurrency,
			Progress: func(done, total int, s groupsync.Step) {
				steps = append(steps, s)
				assert.Equal(t, len(steps), done)
				assert.Equal(t, 80, total)
			},
		})
		require.NoError(t, err)
		assert.Equal(t, p.Steps, steps, "in the order of the plan")
	}
}

func TestApply_MaxWrites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{MaxWrites: 3, Concurrency: 8})
	require.NoError(t, err)
	assert.Equal(t, groupsync.Report{Done: 3, Total: 4, Counts: groupsync.Counts{Created: 2, UsersAdded: 2}}, r)
	assert.Equal(t, 2, w.Applied("groups.create"))
	assert.Equal(t, 1, w.Applied("groups.addUsers"))
}

func TestApply_Cancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := groupsync.Apply(ctx, w.client.Groups, p, groupsync.ApplyOptions{Concurrency: 1, Progress: func(done, _ int, _ groupsync.Step) {
		if done == 2 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, groupsync.ErrIncomplete, "the other steps are not done")
	assert.Equal(t, 2, r.Done)
	w.sync(t, engAndOps, hr)
	assert.True(t, w.compute(t, engAndOps, hr).Empty())
}

// After a callback that does not return, no other phase begins: what the step that
// it was called for has done is not known.
func TestApply_CallbackDoesNotReturn(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(){"Goexit": runtime.Goexit, "panic": func() { panic("boom") }} {
		for _, callback := range []string{"Journal", "Progress"} {
			t.Run(name+" in "+callback, func(t *testing.T) {
				t.Parallel()
				w, gate := newGatedWorld(t, withRoles(owned("1", "eng", "Eng", "ua", "ub"), "ra"))
				gate.reject(403, func(w write) bool { return callback == "Journal" && w.op == "DELETE users" })
				p := w.compute(t, []groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"uc"}, RoleIDs: []string{"ra", "rb"}}}, everything)
				opts := groupsync.ApplyOptions{Journal: func(groupsync.Step, error) { end() }}
				if callback == "Progress" {
					opts = groupsync.ApplyOptions{Progress: func(int, int, groupsync.Step) { end() }}
				}
				apply := func() (groupsync.Report, error) { return groupsync.Apply(t.Context(), w.client.Groups, p, opts) }
				if name == "panic" {
					assert.PanicsWithValue(t, "boom", func() { _, _ = apply() })
				} else {
					r, err := apply()
					require.ErrorContains(t, err, "a callback ended its goroutine")
					assert.Less(t, r.Done, r.Total)
				}
				assert.NotContains(t, gate.ops(), "POST users", "nobody is added after it")
			})
		}
	}
}

func TestApply_CreateSendsLabel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, engAndOps, hr)
	for _, r := range w.Requests() {
		if r.Op == "groups.create" {
			assert.Contains(t, string(r.Body), `{\"groupsync\":{\"owner\":\"hr\",\"key\":\"`)
		}
	}
	assert.Zero(t, w.Count("groups.update"), "no second request writes it")
}

// A create is processed, its response is lost, and so is every lookup.
func TestApply_LostCreateResponse_NextRun(t *testing.T) {
	t.Parallel()
	for _, again := range []string{"the same plan", "a new plan"} {
		t.Run(again, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.compute(t, engAndOps, hr)
			w.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})
			w.Inject(fronteggtest.Fault{Op: "groups.listPage", After: 1, Status: 503})
			r, err := apply(t, w, p)
			require.ErrorIs(t, err, frontegg.ErrOutcomeUnknown)
			require.Zero(t, r.Done)
			if again == "a new plan" {
				p = w.compute(t, engAndOps, hr)
				require.Equal(t, []string{`create "Ops"`, `add users of "Eng" (2)`, `add users of "Ops" (1)`}, texts(p))
			}
			_, err = apply(t, w, p)
			require.NoError(t, err)
			assert.Equal(t, 2, w.Applied("groups.create"))
			assert.True(t, w.compute(t, engAndOps, hr).Empty())
		})
	}
}

func TestApply_LostCreateResponse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject(fronteggtest.Fault{Op: "groups.create", Drop: fronteggtest.DropAfterApply})
	w.sync(t, engAndOps, hr)
	assert.Equal(t, 2, w.Applied("groups.create"))
}

func TestApply_DeleteOfDeletedGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, engAndOps, hr)
	opts := groupsync.Options{Owner: "hr", Delete: true}
	p := w.compute(t, engAndOps[:1], opts)
	w.Inject(fronteggtest.Fault{Op: "groups.delete", Drop: fronteggtest.DropAfterApply})
	_, err := apply(t, w, p)
	require.Error(t, err)
	r, err := apply(t, w, p)
	require.NoError(t, err)
	assert.Equal(t, 1, r.Deleted)
	assert.Len(t, w.Groups(tenant), 1)
}

func TestApply_Journal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, []groupsync.Group{{Key: "old", Name: "Old", UserIDs: []string{"ua"}}}, hr)
	p := w.compute(t, []groupsync.Group{
		{Key: "old", Name: "Older", UserIDs: []string{}},
		{Key: "eng", Name: "Eng", UserIDs: []string{"ub", "nobody"}},
	}, hr)
	type entry struct{ step, ids, result string }
	var entries []entry
	_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{
		Concurrency: 1,
		Journal: func(s groupsync.Step, err error) {
			result := "ok"
			if api, ok := errors.AsType[*frontegg.APIError](err); ok {
				result = strconv.Itoa(api.StatusCode)
				assert.Equal(t, api.TraceID, s.TraceID)
			}
			assert.NotEmpty(t, s.GroupID, "also of a group that was just created")
			assert.NotEmpty(t, s.TraceID)
			ids := ""
			for _, id := range s.IDs {
				ids += id + " "
			}
			entries = append(entries, entry{string(s.Kind) + " " + s.Name, ids, result})
		},
	})
	require.ErrorIs(t, err, groupsync.ErrIncomplete)
	assert.Equal(t, []entry{
		{"remove users Older", "ua ", "ok"},
		{"rename Older", "", "ok"},
		{"create Eng", "", "ok"},
		{"add users Eng", "nobody ub ", "404"},
		{"add users Eng", "nobody ", "404"},
		{"add users Eng", "ub ", "ok"},
	}, entries, "one entry for each write")
}

func TestApply_InvalidArguments(t *testing.T) {
	t.Parallel()
	step := func(s groupsync.Step) *groupsync.Plan { return &groupsync.Plan{Steps: []groupsync.Step{s}} }
	tests := []struct {
		name    string
		plan    *groupsync.Plan
		opts    groupsync.ApplyOptions
		message string
	}{
		{"no plan", nil, groupsync.ApplyOptions{}, "p is nil"},
		{"a negative limit", &groupsync.Plan{}, groupsync.ApplyOptions{MaxWrites: -1}, "ApplyOptions.MaxWrites is negative"},
		{"negative concurrency", &groupsync.Plan{}, groupsync.ApplyOptions{Concurrency: -1}, "ApplyOptions.Concurrency is negative"},
		{"an unknown kind", step(groupsync.Step{Kind: "merge", GroupID: "1"}), groupsync.ApplyOptions{}, `p.Steps[0].Kind "merge" is unknown`},
		{"a create without a label", step(groupsync.Step{Kind: groupsync.Create, Key: "k", Name: "Eng"}), groupsync.ApplyOptions{}, "p.Steps[0].Metadata does not have the owner label"},
		{"a create with the label of another key", step(groupsync.Step{Kind: groupsync.Create, Key: "k", Name: "Eng", Metadata: marked("hr", "l")}), groupsync.ApplyOptions{}, "p.Steps[0].Metadata does not have the owner label"},
		{"a step about no group", step(groupsync.Step{Kind: groupsync.AddUsers, Key: "k", IDs: []string{"ua"}}), groupsync.ApplyOptions{}, "p.Steps[0].GroupID is empty"},
		{"a plan made by hand", step(groupsync.Step{Kind: groupsync.Delete, GroupID: "1", Key: "k"}), groupsync.ApplyOptions{}, "p was not made by Compute"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			_, err := groupsync.Apply(t.Context(), w.client.Groups, tt.plan, tt.opts)
			var invalid *frontegg.ValidationError
			require.ErrorAs(t, err, &invalid)
			assert.Contains(t, err.Error(), tt.message)
			assert.Empty(t, w.Requests())
		})
	}
}
