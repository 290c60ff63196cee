package groupsync_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

func lines(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }

func TestPlan_String(t *testing.T) {
	t.Parallel()
	ops := owned("2", "ops", "Operations", "ua")
	p, err := groupsync.Compute([]groupsync.Group{
		{Key: "eng", Name: "Eng", UserIDs: letters("u", 5)},
		{Key: "ops", Name: "Ops", Description: new("on call"), UserIDs: []string{}},
	}, []frontegg.Group{ops, owned("3", "old", "Old"), {ID: "4", Name: "By hand"}}, groupsync.Options{Owner: "hr", Delete: true})
	require.NoError(t, err)
	assert.Equal(t, strings.Join([]string{
		"6 steps in all",
		"   groups  1 create  1 rename  1 edit  1 delete",
		"  members     5 add  1 remove",
		"    roles     0 add  0 remove",
		"",
		"remove users  Ops     1: ua",
		"delete        Old  0 members, 0 roles",
		"rename        Ops  was Operations",
		"create        Eng  key eng",
		`edit          Ops  description "on call"`,
		"add users     Eng     5: ua, ub, uc and 2 more",
		"",
		"skipped, 1 in all",
		"1  has no label of this owner  By hand",
		"",
	}, "\n"), p.String())
}

func TestCompute_SkippedAreShownByReason(t *testing.T) {
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
		`     e.g. Copy of Eng: 2 groups have key "eng": remove the label from the metadata of all but one`,
		"1  has no label of this owner                    By hand",
	}, lines(skipped))
}

// The longest of everything: all kinds of steps, all reasons to skip that one plan
// can have, IDs and names as long as those of a real tenant.
func TestPlan_String_LongNames(t *testing.T) {
	t.Parallel()
	uuid := func(i int) string { return fmt.Sprintf("6ba7b810-9dad-11d1-80b4-%012d", i) }
	uuids := func(from, to int) []string {
		out := []string{}
		for i := from; i < to; i++ {
			out = append(out, uuid(i))
		}
		return out
	}
	var wanted []groupsync.Group
	var actual []frontegg.Group
	for i := range 60 {
		key := uuid(1000 + i)
		name := fmt.Sprintf("Engineering / Platform and Infrastructure / Team %d", i)
		g := owned(uuid(i), key, name, uuids(0, 50)...)
		g.Roles = rolesOf(uuids(0, 5)...)
		actual = append(actual, g)
		switch i % 8 {
		case 0:
			wanted = append(wanted, groupsync.Group{Key: key, Name: name + "x", Description: new(strings.Repeat("d", 99)), Color: new(strings.Repeat("c", 99)), UserIDs: uuids(5, 55), RoleIDs: uuids(1, 7)})
		case 1:
		default:
			wanted = append(wanted, groupsync.Group{Key: key, Name: name, UserIDs: uuids(3, 50)})
		}
		wanted = append(wanted, groupsync.Group{Key: "new " + key, Name: "New " + name})
	}
	duplicate := owned("d1", "d", "Engineering / Platform and Infrastructure / One")
	again := owned("d2", "d", "Engineering / Platform and Infrastructure / Two")
	actual = append(actual, duplicate, again,
		frontegg.Group{ID: uuid(90), Name: "Engineering / Platform and Infrastructure / By hand"},
		frontegg.Group{ID: uuid(91), Name: "other", Metadata: marked("crm", "x")},
		frontegg.Group{ID: uuid(92), Name: "broken", Metadata: "x"},
		frontegg.Group{ID: uuid(93), Name: "scim", ManagedBy: frontegg.ManagedBySCIM},
		frontegg.Group{ID: uuid(94), Name: "saml", ManagedBy: "saml"})
	wanted = append(wanted, groupsync.Group{Key: "taken", Name: "Engineering / Platform and Infrastructure / By hand"})
	for _, opts := range []groupsync.Options{
		{Owner: "hr", MaxChange: 1, Delete: true, GrantRoles: true},
		{Owner: "hr", MaxChange: 1, Delete: true},
		{Owner: "hr", MaxChange: 1},
		{Owner: "hr", Delete: true, GrantRoles: true, ChangeFloor: 1, MaxChange: 0.01},
	} {
		p, err := groupsync.Compute(wanted, actual, opts)
		if guard, ok := errors.AsType[*groupsync.GuardError](err); ok {
			p, err = guard.Plan, nil
		}
		require.NoError(t, err)
		shown := p.String()
		removals := 0
		for _, s := range p.Steps {
			if s.Kind == groupsync.RemoveUsers || s.Kind == groupsync.RemoveRoles || s.Kind == groupsync.Delete {
				removals += 1 + len(s.IDs)
			}
		}
		assert.LessOrEqual(t, len(lines(shown)), 40+removals, "what is removed is there in full")
		long := 0
		for _, line := range lines(shown) {
			assert.LessOrEqual(t, utf8.RuneCountInString(line), 100, line)
			if utf8.RuneCountInString(line) > 80 {
				long++
			}
		}
		assert.LessOrEqual(t, long, 20+removals, "most rows are for 80 columns")
		for _, kind := range []groupsync.Kind{groupsync.Create, groupsync.Rename, groupsync.RemoveUsers} {
			assert.Contains(t, shown, "\n"+string(kind)+" ", "each kind has a row")
		}
		assert.Contains(t, shown, "New Engineering …ucture / Team 0", "names that differ are told apart")
	}
}

func TestPlan_String_WideCharacters(t *testing.T) {
	t.Parallel()
	p, err := groupsync.Compute([]groupsync.Group{
		{Key: "1", Name: "日本語チーム"}, {Key: "2", Name: "Ze\u0301ro"}, {Key: "3", Name: "short"}, {Key: "4", Name: strings.Repeat("長", 40)},
	}, nil, hr)
	require.NoError(t, err)
	half := strings.Repeat("長", 7)
	assert.Equal(t, []string{
		"create  Ze\u0301ro                             key 2",
		"create  short                            key 3",
		"create  日本語チーム                     key 1",
		"create  " + half + "長…" + half + "  key 4",
	}, lines(p.String())[5:])
}

func TestPlan_String_Empty(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Nothing to do.\n", new(groupsync.Plan).String())
}

func TestPlan_String_ControlCharacters(t *testing.T) {
	t.Parallel()
	p, err := groupsync.Compute([]groupsync.Group{{Key: "k", Name: "\x1b[31mred\nnext\tcolumn"}}, nil, hr)
	require.NoError(t, err)
	assert.NotContains(t, p.String(), "\x1b")
	const safe = `\x1b[31mred\nnext\tcolumn`
	assert.Contains(t, p.String(), safe)
	assert.Equal(t, []string{`create "` + safe + `"`}, texts(p), "escaped once")
	_, err = groupsync.Compute([]groupsync.Group{{Key: "k", Name: "\x1b[31mred\nnext\tcolumn"}}, nil, groupsync.Options{Owner: "hr", Prefix: "x"})
	require.ErrorIs(t, err, groupsync.ErrGuard)
	_, err = groupsync.Compute([]groupsync.Group{{Key: "k", Name: "\x1b[31mred\nnext\tcolumn"}, {Key: "l", Name: "x"}}, nil, groupsync.Options{Owner: "hr", Prefix: "x"})
	require.ErrorContains(t, err, `"`+safe+`" is outside the prefix "x"`)
}

func TestPlan_String_Truncated(t *testing.T) {
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
	assert.Contains(t, shown, "create     … 85 more")
	assert.Contains(t, shown, "100  has no label of this owner  by hand user-0, by hand user-1, by hand user-10 and 97 more")
	assert.LessOrEqual(t, len(lines(shown)), 40)
}

// Whoever approves a plan sees everybody who is removed, and how many members and
// roles a deletion takes away.
func TestPlan_String_RemovalsInFull(t *testing.T) {
	t.Parallel()
	var users []frontegg.User
	for _, id := range numbered(700) {
		users = append(users, frontegg.User{ID: id, Email: id + "@example.com"})
	}
	eng := withRoles(owned("1", "eng", "Eng"), "ra")
	eng.Users, eng.Roles[0].Key = users, "admin"
	old := withRoles(owned("2", "old", "Old", "ua", "ub"), "ra")
	p, err := groupsync.Compute(
		[]groupsync.Group{{Key: "eng", Name: "Eng", UserIDs: []string{}, RoleIDs: []string{}}},
		[]frontegg.Group{eng, old}, groupsync.Options{Owner: "hr", Delete: true, MaxChange: 1})
	require.NoError(t, err)
	shown := p.String()
	for _, u := range users {
		assert.Contains(t, shown, " "+u.Email)
	}
	assert.Contains(t, shown, "remove roles  Eng     1: admin\n")
	assert.Contains(t, shown, "delete        Old  2 members, 1 role\n")
	for _, line := range lines(shown) {
		assert.LessOrEqual(t, len(line), 80)
	}
	last := p.Steps[len(p.Steps)-1]
	assert.Equal(t, groupsync.Step{Kind: groupsync.Delete, GroupID: "2", Key: "old", Name: "Old", UserCount: 2, RoleCount: 1}, last)
}
