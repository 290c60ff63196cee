package groupsync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

var adopting = groupsync.Options{Owner: "hr", Adopt: true, GrantRoles: true, MaxChange: 1}

func TestCompute_Adopt(t *testing.T) {
	t.Parallel()
	eng := groupsync.Group{Key: "eng", Name: "Eng", UserIDs: []string{"ua"}}
	taken := "Eng " + groupsync.ReasonNameTaken
	tests := []struct {
		name    string
		actual  frontegg.Group
		opts    groupsync.Options
		steps   []string
		skipped []string
	}{
		{"a group by hand", frontegg.Group{Name: "Eng"}, adopting, []string{`remove users of "Eng" (1)`, `adopt "Eng"`, `add users of "Eng" (1)`}, nil},
		{"managed by Frontegg", frontegg.Group{Name: "Eng", ManagedBy: frontegg.ManagedByFrontegg}, adopting, []string{`remove users of "Eng" (1)`, `adopt "Eng"`, `add users of "Eng" (1)`}, nil},
		{"with metadata", frontegg.Group{Name: "Eng", Metadata: `{"cost":7}`}, adopting, []string{`remove users of "Eng" (1)`, `adopt "Eng"`, `add users of "Eng" (1)`}, nil},
		{"Adopt is off", frontegg.Group{Name: "Eng"}, everything, []string{}, []string{taken, "Eng " + groupsync.ReasonUnowned}},
		{"another name", frontegg.Group{Name: "Ops"}, adopting, []string{`create "Eng"`, `add users of "Eng" (1)`}, []string{"Ops " + groupsync.ReasonUnowned}},
		{"another case", frontegg.Group{Name: "eng"}, adopting, []string{`create "Eng"`, `add users of "Eng" (1)`}, []string{"eng " + groupsync.ReasonUnowned}},
		{"SCIM", frontegg.Group{Name: "Eng", ManagedBy: frontegg.ManagedBySCIM}, adopting, []string{}, []string{taken, "Eng " + groupsync.ReasonSCIM}},
		{"another manager", frontegg.Group{Name: "Eng", ManagedBy: "saml"}, adopting, []string{}, []string{taken, "Eng " + groupsync.ReasonManaged}},
		{"another owner", frontegg.Group{Name: "Eng", Metadata: marked("crm", "eng")}, adopting, []string{}, []string{taken, "Eng " + groupsync.ReasonOtherOwner}},
		{"metadata that is text", frontegg.Group{Name: "Eng", Metadata: "text"}, adopting, []string{}, []string{"Eng " + groupsync.ReasonUnreadable, taken}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.actual.ID, tt.actual.Users, tt.actual.Roles = "1", usersOf("ub"), rolesOf()
			p, err := groupsync.Compute([]groupsync.Group{eng}, []frontegg.Group{tt.actual}, tt.opts)
			require.NoError(t, err)
			assert.Equal(t, tt.steps, texts(p))
			assert.Equal(t, tt.skipped, reasons(p))
		})
	}
}

// Names are unique; if two groups have one all the same, neither is taken.
func TestCompute_Adopt_NameTwice(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{groupsync.ReasonUnowned, groupsync.ReasonSCIM} {
		actual := []frontegg.Group{{ID: "1", Name: "Eng"}, {ID: "2", Name: "Eng"}}
		if reason == groupsync.ReasonSCIM {
			actual[1].ManagedBy = frontegg.ManagedBySCIM
		}
		p, err := groupsync.Compute([]groupsync.Group{{Key: "eng", Name: "Eng"}}, actual, adopting)
		require.NoError(t, err)
		assert.Empty(t, texts(p))
		assert.Contains(t, reasons(p), "Eng "+groupsync.ReasonNameTaken)
		assert.Contains(t, reasons(p), "Eng "+reason)
	}
}

func TestApply_Adopt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddGroup(tenant, frontegg.Group{ID: "1", Name: "Eng", Metadata: `{"cost":7}`, Users: usersOf("ua", "ub")})
	wanted := []groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"ub", "uc"}}}
	p := w.sync(t, wanted, adopting)
	assert.Equal(t, groupsync.Counts{Adopted: 1, UsersAdded: 1, UsersRemoved: 1}, p.Counts())
	g := named(t, w.Server, "Eng")
	assert.JSONEq(t, `{"cost":7,"groupsync":{"owner":"hr","key":"eng"}}`, g.Metadata)
	assert.Equal(t, []string{"ub", "uc"}, userIDs(g))
	assert.True(t, w.compute(t, wanted, hr).Empty(), "it is owned now, without Adopt too")
	_, err := apply(t, w, p)
	require.NoError(t, err, "a second run of the plan")
}

// Metadata that changed since the plan was made is kept; a group that got a label
// since is left alone.
func TestApply_Adopt_ChangedMetadata(t *testing.T) {
	t.Parallel()
	wanted := []groupsync.Group{{Key: "eng", Name: "Eng"}}
	for metadata, want := range map[string]string{
		`{"cost":8}`:         `{"cost":8,"groupsync":{"owner":"hr","key":"eng"}}`,
		marked("crm", "eng"): "",
		marked("hr", "ops"):  "",
		"text":               "",
	} {
		w := newWorld(t)
		w.AddGroup(tenant, frontegg.Group{ID: "1", Name: "Eng", Metadata: `{"cost":7}`})
		p := w.compute(t, wanted, adopting)
		_, err := w.client.Groups.Update(t.Context(), "1", frontegg.UpdateGroupParams{Metadata: &metadata})
		require.NoError(t, err)
		_, err = apply(t, w, p)
		if want == "" {
			require.ErrorIs(t, err, groupsync.ErrIncomplete)
			want = metadata
		} else {
			require.NoError(t, err)
		}
		assert.Equal(t, want, named(t, w.Server, "Eng").Metadata)
	}
}

// The server may take names for equal that differ in case or blanks: the error
// names the group in the way.
func TestApply_ConflictWithSimilarName(t *testing.T) {
	t.Parallel()
	w, gate := newGatedWorld(t, frontegg.Group{ID: "by-hand", Name: "eng "})
	gate.reject(409, func(w write) bool { return w.op == "POST group" })
	p := w.compute(t, []groupsync.Group{{Key: "eng", Name: "Eng"}}, adopting)
	assert.Equal(t, []string{`the wanted name "Eng" and that of group by-hand, "eng ", differ only in case, surrounding blanks or Unicode form`}, p.Warnings)
	_, err := apply(t, w, p)
	require.ErrorIs(t, err, frontegg.ErrConflict)
	require.ErrorContains(t, err, `it may conflict with the name "eng " of group by-hand: the two differ only in case, surrounding blanks or Unicode form`)
}

// A conflict of a rename is explained like one of a create. What the group itself is
// called is not in the way.
func TestApply_RenameConflictsWithSimilarName(t *testing.T) {
	t.Parallel()
	w, gate := newGatedWorld(t, owned("1", "eng", "eng"), owned("2", "ops", "Ops"), owned("3", "it", "IT"), frontegg.Group{ID: "by-hand", Name: "Caf\u00e9"})
	gate.reject(409, func(w write) bool { return w.op == "PATCH group" })
	p := w.compute(t, []groupsync.Group{{Key: "eng", Name: "Eng"}, {Key: "ops", Name: "CAFE\u0301"}, {Key: "it", Name: "Tech"}}, hr)
	r, err := apply(t, w, p)
	require.ErrorIs(t, err, groupsync.ErrIncomplete)
	require.Len(t, r.Failed, 3)
	for _, f := range r.Failed {
		if f.Step.Key == "ops" {
			require.ErrorContains(t, f, "it may conflict with the name \"Caf\u00e9\" of group by-hand: the two differ only in case, surrounding blanks or Unicode form")
		} else {
			assert.NotContains(t, f.Error(), "it may conflict")
		}
	}
	assert.Equal(t, 2, w.Count("groups.listPage"), "one to compute, and one for all conflicts")
}

func TestCompute_Empty(t *testing.T) {
	t.Parallel()
	opts := groupsync.Options{Owner: "hr", Empty: true, MaxChange: 1}
	w := newWorld(t)
	w.AddGroup(tenant, withRoles(owned("1", "old", "Old", "ua", "ub"), "ra"))
	w.AddGroup(tenant, owned("2", "eng", "Eng"))
	wanted := []groupsync.Group{{Key: "eng", Name: "Eng"}}
	p := w.sync(t, wanted, opts)
	assert.Equal(t, []string{`remove users of "Old" (2)`, `remove roles of "Old" (1)`}, texts(p))
	assert.Empty(t, p.Skipped)
	g := named(t, w.Server, "Old")
	assert.Empty(t, g.Users)
	assert.Empty(t, g.Roles)
	assert.True(t, w.compute(t, wanted, opts).Empty())

	_, err := groupsync.Compute(wanted, nil, groupsync.Options{Owner: "hr", Empty: true, Delete: true})
	require.ErrorContains(t, err, "Options.Empty cannot be combined with Options.Delete")
}

// A group that cannot be made as wanted only loses members.
func TestCompute_Invalid(t *testing.T) {
	t.Parallel()
	bad := groupsync.Group{Key: "eng", Name: "Engineers", Description: new("d"), UserIDs: []string{"ua", "uc"}, Invalid: `no role has the key "x"`}
	z := groupsync.Group{Key: "z", Name: "Eng"}
	p, err := groupsync.Compute([]groupsync.Group{bad, z}, []frontegg.Group{withRoles(owned("1", "eng", "Eng", "ua", "ub"), "ra")}, everything)
	require.NoError(t, err)
	assert.Equal(t, []string{`remove users of "Eng" (1)`}, texts(p))
	assert.Equal(t, []groupsync.Skip{
		{GroupID: "1", Key: "eng", Name: "Engineers", Reason: groupsync.ReasonInvalid, Detail: `no role has the key "x"`},
		{Key: "z", Name: "Eng", Reason: groupsync.ReasonNameTaken, Detail: "not created: group 1, which cannot be renamed itself, has the name"},
	}, p.Skipped)

	p, err = groupsync.Compute([]groupsync.Group{bad, z}, []frontegg.Group{{ID: "1", Name: "Engineers"}}, adopting)
	require.NoError(t, err)
	assert.Equal(t, []string{`create "Eng"`}, texts(p), "not adopted, and not created")
}

// What the server lists may be odd: it stays, is reported, and stops nothing else.
func TestCompute_OddIDs(t *testing.T) {
	t.Parallel()
	actual := []frontegg.Group{
		withRoles(owned("1", "eng", "Eng", "ua", "", "a@b.c"), "r\n"),
		owned("../x", "ops", "Ops", "ua"),
	}
	wanted := []groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"ub"}, RoleIDs: []string{}}, {Key: "ops", Name: "Ops", UserIDs: []string{}}}
	p, err := groupsync.Compute(wanted, actual, hr)
	require.NoError(t, err)
	assert.Equal(t, []string{`remove users of "Eng" (1)`}, texts(p), "nobody gets the role that cannot be removed")
	assert.Equal(t, []string{
		"Eng " + groupsync.ReasonGrant, "Eng " + groupsync.ReasonInvalidID, "Eng " + groupsync.ReasonInvalidID, "Ops " + groupsync.ReasonInvalidID,
	}, reasons(p))
}
