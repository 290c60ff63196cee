package groupsync_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

func lines(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }

func TestAPlanIsShownInColumns(t *testing.T) {
	t.Parallel()
	ops := owned("2", "ops", "Operations", "ua")
	p, err := groupsync.Compute([]groupsync.Group{
		{Key: "eng", Name: "Eng", UserIDs: letters("u", 5)},
		{Key: "ops", Name: "Ops", Description: "on call", UserIDs: []string{}},
	}, []frontegg.Group{ops, owned("3", "old", "Old"), {ID: "4", Name: "By hand"}}, groupsync.Options{Owner: "hr", Delete: true})
	require.NoError(t, err)
	assert.Equal(t, strings.Join([]string{
		"6 steps in all",
		"   groups  1 create  1 rename  1 edit  1 delete",
		"  members     5 add  1 remove",
		"    roles     0 add  0 remove",
		"",
		"create        Eng  key eng",
		"rename        Ops  was Operations",
		`edit          Ops  description "on call"`,
		"remove users  Ops     1: ua",
		"add users     Eng     5: ua, ub, uc and 2 more",
		"delete        Old",
		"",
		"skipped, 1 in all",
		"1  has no mark of this owner  By hand",
		"",
	}, "\n"), p.String())
}

func TestSkippedGroupsAreShownByReason(t *testing.T) {
	t.Parallel()
	copied := []frontegg.Group{owned("1", "eng", "Eng"), owned("2", "eng", "Copy of Eng")}
	p, err := groupsync.Compute([]groupsync.Group{
		{Key: "eng", Name: "Eng"}, {Key: "ops", Name: "Ops", UserIDs: []string{"ua"}, RoleIDs: []string{"ra"}},
	}, append(copied, frontegg.Group{ID: "3", Name: "By hand"}), hr)
	require.NoError(t, err)
	_, skipped, _ := strings.Cut(p.String(), "skipped, ")
	assert.Equal(t, []string{
		"4 in all",
		"1  carries roles, and Options.GrantRoles is off  Ops",
		"     1 member not added: they would get 1 role",
		"2  has a key that another group has too          Copy of Eng, Eng",
		`     e.g. Copy of Eng: 2 groups bear key "eng"; take the mark from the metadata of all but one`,
		"1  has no mark of this owner                     By hand",
	}, lines(skipped))
}

func TestAnEmptyPlanSaysSo(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Nothing to do.\n", new(groupsync.Plan).String())
}

func TestNamesAreMadeSafeForATerminal(t *testing.T) {
	t.Parallel()
	p, err := groupsync.Compute([]groupsync.Group{{Key: "k", Name: "\x1b[31mred\nnext\tcolumn"}}, nil, hr)
	require.NoError(t, err)
	assert.NotContains(t, p.String(), "\x1b")
	assert.Contains(t, p.String(), `\x1b[31mred\nnext\tcolumn`)
}

func TestLongPlansAreCutWithCounts(t *testing.T) {
	t.Parallel()
	var wanted []groupsync.Group
	var actual []frontegg.Group
	for _, id := range numbered(100) {
		wanted = append(wanted, groupsync.Group{Key: id, Name: id, UserIDs: []string{"ua"}})
		actual = append(actual, frontegg.Group{ID: id, Name: "by hand " + id})
	}
	p, err := groupsync.Compute(wanted, actual, hr)
	require.NoError(t, err)
	shown := p.String()
	assert.Contains(t, shown, "create     … 89 more")
	assert.Contains(t, shown, "100  has no mark of this owner  by hand user-0, by hand user-1, by hand user-10 and 97 more")
	assert.LessOrEqual(t, len(lines(shown)), 35)
}
