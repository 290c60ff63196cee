package groupsync_test

import (
	"context"
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

func apply(t *testing.T, w *world, p *groupsync.Plan) (groupsync.Report, error) {
	t.Helper()
	return groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{})
}

func TestApply_Progress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	var steps []groupsync.Step
	_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Progress: func(done, total int, s groupsync.Step) {
		steps = append(steps, s)
		assert.Equal(t, len(steps), done)
		assert.Equal(t, 4, total)
	}})
	require.NoError(t, err)
	assert.Equal(t, p.Steps, steps)
}

func TestApply_MaxWrites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{MaxWrites: 3})
	require.NoError(t, err)
	assert.Equal(t, groupsync.Report{Done: 3, Total: 4, Counts: groupsync.Counts{Created: 2, UsersAdded: 2}}, r)
	assert.Equal(t, 2, w.Applied("groups.create"))
	assert.Equal(t, 1, w.Applied("groups.addUsers"))
}

func TestApply_Refused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	w.Inject(fronteggtest.Fault{Op: "groups.addUsers", Status: 403, Times: -1})
	r, err := apply(t, w, p)
	require.ErrorIs(t, err, frontegg.ErrForbidden)
	require.ErrorContains(t, err, `groupsync: add users of "Eng" (2)`)
	require.ErrorIs(t, err, groupsync.ErrIncomplete)
	assert.Equal(t, 2, r.Done)
	assert.Len(t, r.Failed, 2)
}

func TestApply_Cancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	ctx, cancel := context.WithCancel(t.Context())
	r, err := groupsync.Apply(ctx, w.client.Groups, p, groupsync.ApplyOptions{Progress: func(done, _ int, _ groupsync.Step) {
		if done == 2 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 2, r.Done)
	w.sync(t, engAndOps, hr)
	assert.True(t, w.compute(t, engAndOps, hr).Empty())
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
	assert.Zero(t, w.Count("groups.update"), "no second request marks it")
}

// A create is carried out, its response is lost, and so is every look for it.
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

func TestApply_NameTakenMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	other := w.AddGroup(tenant, frontegg.Group{Name: "Eng", Metadata: marked("crm", "eng")})
	_, err := apply(t, w, p)
	require.ErrorIs(t, err, frontegg.ErrConflict)
	require.ErrorContains(t, err, "which does not have the owner label, has the name by now: compute again")
	assert.Equal(t, other, named(t, w.Server, "Eng"))
}

func TestApply_KeyTwiceMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	w.AddGroup(tenant, frontegg.Group{Name: "one", Metadata: marked("hr", "eng")})
	w.AddGroup(tenant, frontegg.Group{Name: "two", Metadata: marked("hr", "eng")})
	_, err := apply(t, w, p)
	require.ErrorContains(t, err, `2 groups have key "eng" by now: compute again`)
	assert.Equal(t, 1, w.Count("groups.create"), "only that of the other group")
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
		{"an unknown kind", step(groupsync.Step{Kind: "merge", GroupID: "1"}), groupsync.ApplyOptions{}, `p.Steps[0].Kind "merge" is unknown`},
		{"a create without a mark", step(groupsync.Step{Kind: groupsync.Create, Key: "k", Name: "Eng"}), groupsync.ApplyOptions{}, "p.Steps[0].Metadata does not have the owner label"},
		{"a create with the mark of another key", step(groupsync.Step{Kind: groupsync.Create, Key: "k", Name: "Eng", Metadata: marked("hr", "l")}), groupsync.ApplyOptions{}, "p.Steps[0].Metadata does not have the owner label"},
		{"a step about no group", step(groupsync.Step{Kind: groupsync.AddUsers, Key: "k", IDs: []string{"ua"}}), groupsync.ApplyOptions{}, "p.Steps[0].GroupID is empty"},
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
