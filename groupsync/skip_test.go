package groupsync_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// Each test is a story of a group that is left alone, and why.
func TestCompute_Skipped(t *testing.T) {
	t.Parallel()
	with := func(g frontegg.Group, change func(*frontegg.Group)) frontegg.Group {
		change(&g)
		return g
	}
	eng := groupsync.Group{Key: "eng", Name: "Eng", UserIDs: []string{"ua"}}
	ops := groupsync.Group{Key: "ops", Name: "Ops"}
	engGroup, opsGroup := owned("1", "eng", "Eng"), owned("2", "ops", "Ops")
	withRoles := with(owned("1", "eng", "Eng", "ub"), func(g *frontegg.Group) { g.Roles = rolesOf("ra") })
	prefixed := groupsync.Options{Owner: "hr", Prefix: "Eng"}
	tests := []struct {
		name    string
		wanted  []groupsync.Group
		actual  []frontegg.Group
		opts    groupsync.Options
		steps   []string
		reasons []string
	}{
		{
			"someone made a group of the wanted name by hand: it is not taken over",
			[]groupsync.Group{eng},
			[]frontegg.Group{{ID: "1", Name: "Eng"}},
			hr, nil,
			[]string{"Eng " + groupsync.ReasonNameTaken, "Eng " + groupsync.ReasonUnowned},
		},
		{
			"a group that nobody marked stays, with Delete too",
			[]groupsync.Group{ops},
			[]frontegg.Group{opsGroup, {ID: "1", Name: "Eng"}},
			groupsync.Options{Owner: "hr", Delete: true},
			nil,
			[]string{"Eng " + groupsync.ReasonUnowned},
		},
		{
			"another program's group stays, with the same key too",
			[]groupsync.Group{eng},
			[]frontegg.Group{with(engGroup, func(g *frontegg.Group) { g.Metadata = marked("crm", "eng"); g.Name = "Eng crm" })},
			hr,
			[]string{`create "Eng"`, `add users of "Eng" (1)`},
			[]string{"Eng crm " + groupsync.ReasonOtherOwner},
		},
		{
			"an identity provider took the group over",
			[]groupsync.Group{eng, ops},
			[]frontegg.Group{with(engGroup, func(g *frontegg.Group) { g.ManagedBy = frontegg.ManagedBySCIM }), opsGroup},
			hr, nil,
			[]string{"Eng " + groupsync.ReasonSCIM},
		},
		{
			"a manager that is not known yet took the group over",
			[]groupsync.Group{eng},
			[]frontegg.Group{with(engGroup, func(g *frontegg.Group) { g.ManagedBy = "saml" })},
			hr, nil,
			[]string{"Eng " + groupsync.ReasonManaged},
		},
		{
			"a server that does not say who manages the group",
			[]groupsync.Group{eng},
			[]frontegg.Group{with(engGroup, func(g *frontegg.Group) { g.ManagedBy = "" })},
			hr,
			[]string{`add users of "Eng" (1)`},
			nil,
		},
		{
			"someone wrote text into the metadata",
			[]groupsync.Group{eng},
			[]frontegg.Group{with(engGroup, func(g *frontegg.Group) { g.Metadata = "cost centre 7" })},
			hr, nil,
			[]string{"Eng " + groupsync.ReasonUnreadable, "Eng " + groupsync.ReasonNameTaken},
		},
		{
			"the mark lost its key",
			[]groupsync.Group{ops},
			[]frontegg.Group{opsGroup, with(engGroup, func(g *frontegg.Group) { g.Metadata = `{"groupsync":{"owner":"hr"}}` })},
			groupsync.Options{Owner: "hr", Delete: true},
			nil,
			[]string{"Eng " + groupsync.ReasonUnreadable},
		},
		{
			"someone copied a group with its metadata",
			[]groupsync.Group{eng, ops},
			[]frontegg.Group{engGroup, with(engGroup, func(g *frontegg.Group) { g.ID = "3"; g.Name = "Copy of Eng" }), opsGroup},
			groupsync.Options{Owner: "hr", Delete: true},
			nil,
			[]string{"Copy of Eng " + groupsync.ReasonDuplicateKey, "Eng " + groupsync.ReasonDuplicateKey},
		},
		{
			"the copy is outside the prefix",
			[]groupsync.Group{eng},
			[]frontegg.Group{engGroup, with(engGroup, func(g *frontegg.Group) { g.ID = "3"; g.Name = "Copy of Eng" })},
			prefixed, nil,
			[]string{"Copy of Eng " + groupsync.ReasonDuplicateKey, "Eng " + groupsync.ReasonDuplicateKey},
		},
		{
			"someone renamed a wanted group out of the prefix: it is not made again",
			[]groupsync.Group{eng},
			[]frontegg.Group{with(engGroup, func(g *frontegg.Group) { g.Name = "Developers" })},
			prefixed, nil,
			[]string{"Developers " + groupsync.ReasonOutside},
		},
		{
			"what is outside the prefix is no concern",
			[]groupsync.Group{eng},
			[]frontegg.Group{engGroup, opsGroup, {ID: "3", Name: "Sales"}},
			groupsync.Options{Owner: "hr", Prefix: "Eng", Delete: true},
			[]string{`add users of "Eng" (1)`},
			nil,
		},
		{
			"a team is gone from the source, and Delete is off",
			[]groupsync.Group{ops},
			[]frontegg.Group{engGroup, opsGroup},
			hr, nil,
			[]string{"Eng " + groupsync.ReasonUnwanted},
		},
		{
			"a team got a new key and its old group has the name, and Delete is off",
			[]groupsync.Group{{Key: "eng2", Name: "Eng"}},
			[]frontegg.Group{engGroup},
			hr, nil,
			[]string{"Eng " + groupsync.ReasonNameTaken, "Eng " + groupsync.ReasonUnwanted},
		},
		{
			"a rename to a taken name is left out, the members are written",
			[]groupsync.Group{{Key: "ops", Name: "Eng", UserIDs: []string{"ua"}}},
			[]frontegg.Group{opsGroup, {ID: "1", Name: "Eng"}},
			hr,
			[]string{`add users of "Ops" (1)`},
			[]string{"Eng " + groupsync.ReasonNameTaken, "Eng " + groupsync.ReasonUnowned},
		},
		{
			"whoever wants the name of a group that cannot be renamed waits, too",
			[]groupsync.Group{{Key: "ops", Name: "Eng"}, {Key: "new", Name: "Ops"}},
			[]frontegg.Group{opsGroup, {ID: "1", Name: "Eng"}},
			hr, nil,
			[]string{"Eng " + groupsync.ReasonNameTaken, "Ops " + groupsync.ReasonNameTaken, "Eng " + groupsync.ReasonUnowned},
		},
		{
			"a member of a group with roles would get them; leaving it takes them away",
			[]groupsync.Group{eng},
			[]frontegg.Group{withRoles},
			hr,
			[]string{`remove users of "Eng" (1)`},
			[]string{"Eng " + groupsync.ReasonGrant},
		},
		{
			"a role for a group with members would be theirs",
			[]groupsync.Group{{Key: "eng", Name: "Eng", RoleIDs: []string{"ra"}}},
			[]frontegg.Group{owned("1", "eng", "Eng", "ua")},
			hr, nil,
			[]string{"Eng " + groupsync.ReasonGrant},
		},
		{
			"a new group with roles gets no members",
			[]groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"ua"}, RoleIDs: []string{"ra"}}},
			nil, hr,
			[]string{`create "Eng"`, `add roles of "Eng" (1)`},
			[]string{"Eng " + groupsync.ReasonGrant},
		},
		{
			"a new group with roles and GrantRoles gets all",
			[]groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"ua"}, RoleIDs: []string{"ra"}}},
			nil,
			groupsync.Options{Owner: "hr", GrantRoles: true},
			[]string{`create "Eng"`, `add users of "Eng" (1)`, `add roles of "Eng" (1)`},
			nil,
		},
		{
			"a group that loses its roles may get members",
			[]groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{"ua"}, RoleIDs: []string{}}},
			[]frontegg.Group{withRoles},
			hr,
			[]string{`remove users of "Eng" (1)`, `remove roles of "Eng" (1)`, `add users of "Eng" (1)`},
			nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := groupsync.Compute(tt.wanted, tt.actual, tt.opts)
			require.NoError(t, err)
			assert.ElementsMatch(t, tt.steps, texts(p))
			assert.Equal(t, tt.reasons, reasons(p))
		})
	}
}

func TestCompute_SkipFields(t *testing.T) {
	t.Parallel()
	p, err := groupsync.Compute([]groupsync.Group{{Key: "eng", Name: "Eng"}}, []frontegg.Group{{ID: "9", Name: "Eng"}}, hr)
	require.NoError(t, err)
	assert.Equal(t, []groupsync.Skip{
		{Key: "eng", Name: "Eng", Reason: groupsync.ReasonNameTaken, Detail: "not created: group 9, which is not this owner's, has the name"},
		{GroupID: "9", Name: "Eng", Reason: groupsync.ReasonUnowned},
	}, p.Skipped)
}

// Somebody who is wanted and was not found, such as a user of a sub-tenant, is no
// leaver.
func TestCompute_UnknownMembersStay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		unknown []string
		steps   []string
		detail  string
	}{
		{"by address, in any case", []string{" X@example.com"}, []string{`remove users of "Eng" (2)`}, ""},
		{"by ID", []string{"ux"}, []string{`remove users of "Eng" (2)`}, ""},
		{"twice", []string{"ux", "x@example.com"}, []string{`remove users of "Eng" (2)`}, ""},
		{"found, too", []string{"a@example.com"}, []string{`remove users of "Eng" (3)`}, ""},
		{"beside a new hire", []string{"new@example.com", "x@example.com"}, []string{`remove users of "Eng" (2)`}, "1 member not added: new@example.com"},
		{"another ID", []string{"UX"}, []string{`remove users of "Eng" (3)`}, "1 member not added: UX"},
		{"a letter that only looks alike", []string{"\u212a@example.com"}, []string{`remove users of "Eng" (3)`}, "1 member not added: \u212a@example.com"},
		{"an empty address", []string{""}, []string{`remove users of "Eng" (3)`}, "1 member not added: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := owned("1", "k", "Eng")
			g.Users = []frontegg.User{{ID: "ua", Email: "a@example.com"}, {ID: "ux", Email: "x@Example.com"}, {ID: "uk", Email: "k@example.com"}, {ID: "un"}}
			wanted := groupsync.Group{Key: "k", Name: "Eng", UserIDs: []string{"ua"}, UnknownUsers: tt.unknown}
			p, err := groupsync.Compute([]groupsync.Group{wanted}, []frontegg.Group{g}, hr)
			require.NoError(t, err)
			assert.Equal(t, tt.steps, texts(p))
			var skipped []groupsync.Skip
			if tt.detail != "" {
				skipped = []groupsync.Skip{{GroupID: "1", Key: "k", Name: "Eng", Reason: groupsync.ReasonUnknownUser, Detail: tt.detail}}
			}
			assert.Equal(t, skipped, p.Skipped)
		})
	}
}
