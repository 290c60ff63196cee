package groupsync_test

import (
	"errors"
	"fmt"
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

// change makes a group other than it was, as somebody else may.
func (w *world) change(t *testing.T, name string, how func(*frontegg.Group)) frontegg.Group {
	t.Helper()
	g := named(t, w.Server, name)
	require.NoError(t, w.client.Groups.Delete(t.Context(), g.ID))
	how(&g)
	g = w.AddGroup(tenant, g)
	w.ResetRequests()
	return g
}

// Each story is of what happened to a group after the plan was made. Nothing of
// the plan is then done to it.
var meanwhile = []struct {
	name    string
	how     func(*frontegg.Group)
	message string
}{
	{"an identity provider took it over", func(g *frontegg.Group) { g.ManagedBy = frontegg.ManagedBySCIM }, groupsync.ReasonSCIM},
	{"another program took it over", func(g *frontegg.Group) { g.ManagedBy = "saml" }, groupsync.ReasonManaged},
	{"it lost its mark", func(g *frontegg.Group) { g.Metadata = `{"a":1}` }, groupsync.ReasonUnowned},
	{"its metadata is text", func(g *frontegg.Group) { g.Metadata = "cost centre 7" }, groupsync.ReasonUnreadable},
	{"it got another owner", func(g *frontegg.Group) { g.Metadata = marked("crm", "eng") }, groupsync.ReasonOtherOwner},
	{"it got another key", func(g *frontegg.Group) { g.Metadata = marked("hr", "dev") }, "has the label of another key"},
	{"it left the prefix", func(g *frontegg.Group) { g.Name = "Developers" }, "was renamed so that it is outside the prefix"},
}

func TestApply_OwnershipChanged(t *testing.T) {
	t.Parallel()
	before := []groupsync.Group{{Key: "eng", Name: "E-Eng", UserIDs: []string{"ua"}, RoleIDs: []string{"ra"}}, {Key: "z", Name: "E-z"}}
	z := before[1]
	wanted := map[string][]groupsync.Group{
		"rename":       {z, {Key: "eng", Name: "E-Dev"}},
		"edit":         {z, {Key: "eng", Name: "E-Eng", Description: new("d")}},
		"remove users": {z, {Key: "eng", Name: "E-Eng", UserIDs: []string{}}},
		"add users":    {z, {Key: "eng", Name: "E-Eng", UserIDs: []string{"ua", "ub"}}},
		"remove roles": {z, {Key: "eng", Name: "E-Eng", RoleIDs: []string{}}},
		"add roles":    {z, {Key: "eng", Name: "E-Eng", RoleIDs: []string{"ra", "rb"}}},
		"delete":       {z},
	}
	opts := groupsync.Options{Owner: "hr", Prefix: "E-", Delete: true, GrantRoles: true}
	for kind, want := range wanted {
		for _, tt := range meanwhile {
			t.Run(kind+", but "+tt.name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.sync(t, before, opts)
				p := w.compute(t, want, opts)
				require.Len(t, p.Steps, 1)
				require.Equal(t, kind, string(p.Steps[0].Kind))
				now := w.change(t, "E-Eng", tt.how)
				r, err := apply(t, w, p)
				require.ErrorContains(t, err, tt.message)
				require.ErrorContains(t, err, "compute again")
				assert.Zero(t, r.Done)
				assert.Equal(t, now, named(t, w.Server, now.Name))
			})
		}
	}
}

func TestApply_Create_OwnershipChanged(t *testing.T) {
	t.Parallel()
	opts := groupsync.Options{Owner: "hr", Prefix: "E-"}
	wanted := []groupsync.Group{{Key: "eng", Name: "E-Eng", UserIDs: []string{"ua"}}}
	for _, tt := range meanwhile {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.compute(t, wanted, opts)
			_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{MaxWrites: 1})
			require.NoError(t, err)
			now := w.change(t, "E-Eng", tt.how)
			_, err = apply(t, w, p)
			if tt.name == "it left the prefix" || now.ManagedBy != frontegg.ManagedByFrontegg {
				require.ErrorContains(t, err, tt.message)
			} else {
				require.ErrorContains(t, err, "which does not have the owner label, now has the name")
			}
			assert.Equal(t, now, named(t, w.Server, now.Name))
		})
	}
}

func TestApply_Create_OtherName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps[:1], hr)
	other := w.AddGroup(tenant, frontegg.Group{Name: "Other", Metadata: marked("hr", "eng")})
	_, err := apply(t, w, p)
	require.ErrorContains(t, err, `was renamed to "Other"; compute again`)
	assert.Equal(t, []frontegg.Group{other}, w.Groups(tenant))
}

func TestApply_Create_Race(t *testing.T) {
	t.Parallel()
	for _, managedBy := range []frontegg.ManagedBy{frontegg.ManagedByFrontegg, frontegg.ManagedBySCIM} {
		w := newWorld(t)
		p := w.compute(t, engAndOps, hr)
		var other frontegg.Group
		_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Concurrency: 1, Progress: func(done, _ int, _ groupsync.Step) {
			if done == 1 { // the groups have been read
				other = w.AddGroup(tenant, frontegg.Group{Name: "Ops", Metadata: marked("hr", "ops"), ManagedBy: managedBy})
			}
		}})
		if managedBy == frontegg.ManagedByFrontegg {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, groupsync.ReasonSCIM)
		assert.Equal(t, other, named(t, w.Server, "Ops"))
	}
}

func TestApply_Create_TemporaryNames(t *testing.T) {
	t.Parallel()
	before := []groupsync.Group{{Key: "1", Name: "A"}}
	after := []groupsync.Group{{Key: "1", Name: "B"}, {Key: "2", Name: "A", UserIDs: []string{"ua"}}}
	for steps := 1; steps <= 3; steps++ {
		w := newWorld(t)
		w.sync(t, before, hr)
		p := w.compute(t, after, hr)
		require.Equal(t, []string{`rename "A" to "B"`, `create "A"`, `add users of "A" (1)`}, texts(p))
		_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{MaxWrites: steps})
		require.NoError(t, err)
		r, err := apply(t, w, p)
		require.NoError(t, err, "after %d steps", steps)
		assert.Equal(t, groupsync.Counts{Created: 1, Renamed: 1, UsersAdded: 1}, r.Counts)
		assert.Equal(t, 2, w.Applied("groups.create"), "one of them before the plan")
		assert.True(t, w.compute(t, after, hr).Empty())
	}
}

// What changed since the run began counts too.
func TestApply_ReadsGroupsAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wanted []groupsync.Group
	for i := range 150 {
		wanted = append(wanted, groupsync.Group{Key: strconv.Itoa(i), Name: strconv.Itoa(1000 + i)})
	}
	w.sync(t, wanted, hr)
	for i := range wanted {
		wanted[i].Description = new("d")
	}
	p := w.compute(t, wanted, hr)
	w.ResetRequests()
	r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Concurrency: 1, Progress: func(done, _ int, _ groupsync.Step) {
		if done == 100 {
			w.change(t, "1120", func(g *frontegg.Group) { g.ManagedBy = frontegg.ManagedBySCIM })
		}
	}})
	require.ErrorContains(t, err, groupsync.ReasonSCIM)
	assert.Equal(t, 149, r.Done)
	assert.Equal(t, 3, w.Count("groups.bulkGet"), "after the change; one read is for 16 groups")
	assert.Empty(t, named(t, w.Server, "1120").Description)
}

func TestApply_RequestCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, engAndOps, hr)
	p := w.compute(t, []groupsync.Group{engAndOps[0], {Key: "ops", Name: "Operations"}}, hr)
	w.ResetRequests()
	_, err := apply(t, w, p)
	require.NoError(t, err)
	assert.Equal(t, 1, w.Count("groups.bulkGet"))
	assert.Equal(t, 1, w.Count("groups.update"))
	assert.Equal(t, 2, w.Count(""))
}

func TestApply_GroupNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync(t, engAndOps, hr)
	p := w.compute(t, []groupsync.Group{engAndOps[0], {Key: "ops", Name: "Operations"}}, hr)
	require.NoError(t, w.client.Groups.Delete(t.Context(), named(t, w.Server, "Ops").ID))
	_, err := apply(t, w, p)
	require.ErrorIs(t, err, frontegg.ErrNotFound)
}

func TestApply_NameTakenMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	other := w.AddGroup(tenant, frontegg.Group{Name: "Eng", Metadata: marked("crm", "eng")})
	var journal []string
	r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Concurrency: 1, Journal: func(s groupsync.Step, err error) {
		if s.Kind == groupsync.Create {
			journal = append(journal, fmt.Sprintf("%s %t", s.Name, errors.Is(err, frontegg.ErrConflict)))
			assert.NotEqual(t, other.ID, s.GroupID)
		}
	}})
	require.ErrorIs(t, err, frontegg.ErrConflict)
	require.ErrorContains(t, err, "which does not have the owner label, now has the name: compute again")
	assert.Equal(t, []string{"Eng true", "Ops false"}, journal)
	assert.Equal(t, other, named(t, w.Server, "Eng"))
	assert.Equal(t, []string{`create "Eng"`}, failures(r))
	assert.Equal(t, []string{`add users of "Eng" (2)`}, notTried(r))
	assert.Equal(t, []string{"ub"}, userIDs(named(t, w.Server, "Ops")))
}

func TestApply_KeyTwiceMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.compute(t, engAndOps, hr)
	w.AddGroup(tenant, frontegg.Group{Name: "one", Metadata: marked("hr", "eng")})
	w.AddGroup(tenant, frontegg.Group{Name: "two", Metadata: marked("hr", "eng")})
	_, err := apply(t, w, p)
	require.ErrorContains(t, err, `2 groups now have key "eng": compute again`)
	assert.Equal(t, 1, w.Count("groups.create"), "only that of the other group")
}

// A group that the service refuses to send fails alone; the groups that are read
// with it go on. Too much in one response is no refusal.
func TestApply_ReadIsRefused(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fronteggtest.Fault{
		"403":                    {Status: 403},
		"404":                    {Status: 404},
		"a response too large":   {Status: 200, Body: `"` + strings.Repeat("x", 33<<20) + `"`},
		"none can be read":       {Status: 403},
		"an outage":              {Status: 503},
		"none is named, an hour": {Status: 429, Header: http.Header{"Retry-After": {"3600"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			var wanted []groupsync.Group
			for i := range 40 {
				id := fmt.Sprintf("id-%02d", i)
				w.AddGroup(tenant, owned(id, id, id, "ua"))
				wanted = append(wanted, groupsync.Group{Key: id, Name: id, UserIDs: []string{}})
			}
			p := w.compute(t, wanted, everything)
			f.Op, f.Times = "groups.bulkGet", -1
			isOne := name == "403" || name == "404" || name == "a response too large"
			if isOne {
				f.Mentions = "id-07"
			}
			w.Inject(f)
			r, err := apply(t, w, p)
			if !isOne {
				require.ErrorContains(t, err, "reading the groups of the next steps")
				require.NotErrorIs(t, err, groupsync.ErrIncomplete)
				assert.Zero(t, r.Done)
				assert.LessOrEqual(t, w.Count("groups.bulkGet"), 16)
				return
			}
			require.ErrorIs(t, err, groupsync.ErrIncomplete)
			require.ErrorContains(t, err, "reading the group: ")
			assert.Equal(t, []string{`remove users of "id-07" (1)`}, failures(r))
			assert.Equal(t, 39, r.Done)
			assert.LessOrEqual(t, w.Count("groups.bulkGet"), 12, "three reads of 16 groups, and the halves of one")
		})
	}
}

// Groups that cannot be read may be neighbors: the others go on all the same.
func TestApply_ManyReadsAreRefused(t *testing.T) {
	t.Parallel()
	const groups = 40
	for _, concurrency := range []int{1, 4} {
		for _, first := range []int{0, 14, groups - 10} {
			t.Run(fmt.Sprintf("10 from %d, concurrency %d", first, concurrency), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				var wanted []groupsync.Group
				for i := range groups {
					id := fmt.Sprintf("id-%02d", i)
					w.AddGroup(tenant, owned(id, id, id, "ua"))
					wanted = append(wanted, groupsync.Group{Key: id, Name: id, UserIDs: []string{}})
				}
				p := w.compute(t, wanted, everything)
				for i := range 10 {
					w.Inject(fronteggtest.Fault{Op: "groups.bulkGet", Times: -1, Mentions: fmt.Sprintf("id-%02d", first+i), Status: 403})
				}
				r, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{Concurrency: concurrency})
				require.ErrorIs(t, err, groupsync.ErrIncomplete)
				assert.Len(t, r.Failed, 10)
				assert.Equal(t, groups-10, r.Done)
			})
		}
	}
}
