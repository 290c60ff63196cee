package groupsync_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

// randomCases is how many cases each property is tried on. A failing test is
// named by its seed.
const randomCases = 150

// aCase is a wanted list and a state to bring to it. Names and keys are few, so
// that swaps, circles and conflicts are common.
type aCase struct {
	wanted []groupsync.Group
	actual []frontegg.Group
	opts   groupsync.Options
}

func randomCase(random *rand.Rand) aCase {
	subset := func(of []string) []string {
		out := []string{}
		for _, s := range of {
			if random.IntN(3) == 0 {
				out = append(out, s)
			}
		}
		return out
	}
	texts := []string{"", "x", "y"}
	c := aCase{opts: groupsync.Options{
		Owner: "hr", Prefix: []string{"", "t-"}[random.IntN(2)], MaxChange: 1,
		Delete: random.IntN(2) == 0, GrantRoles: random.IntN(2) == 0, Adopt: random.IntN(3) == 0, MaxTotal: -1,
	}}
	c.opts.Empty = !c.opts.Delete && random.IntN(3) == 0
	names := letters("t-", 8)
	random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	// The key "z" is always there on both sides: otherwise the guard against
	// deleting all is met.
	c.wanted = append(c.wanted, groupsync.Group{Key: "z", Name: "t-z", Description: new(""), Color: new("")})
	c.actual = append(c.actual, owned("id-z", "z", "t-z"))
	for i, key := range subset(letters("", 8)) {
		g := groupsync.Group{Key: key, Name: names[i], Description: new(texts[random.IntN(3)]), Color: new(texts[random.IntN(3)])}
		if random.IntN(4) > 0 {
			g.UserIDs = subset(letters("u", 10))
		}
		if random.IntN(3) > 0 {
			g.RoleIDs = subset(letters("r", 4))
		}
		c.wanted = append(c.wanted, g)
	}
	for i, name := range append(subset(letters("t-", 8)), subset([]string{"other", "t-a (renaming 1)"})...) {
		key := letters("", 8)[random.IntN(8)]
		g := owned(fmt.Sprintf("id-%d", i), key, name, subset(letters("u", 10))...)
		g.Roles, g.Description, g.Color = rolesOf(subset(letters("r", 4))...), texts[random.IntN(3)], texts[random.IntN(3)]
		switch random.IntN(12) {
		case 0:
			g.Metadata = ""
		case 1:
			g.Metadata = "text"
		case 2:
			g.Metadata = marked("crm", key)
		case 3:
			g.ManagedBy = frontegg.ManagedBySCIM
		case 4:
			g.Metadata = `{"groupsync":{"owner":"hr"}}`
		case 5:
			g.Metadata = `{"a":1.0,` + strings.TrimPrefix(g.Metadata, "{")
		}
		c.actual = append(c.actual, g)
	}
	return c
}

// world returns the case's state as a server.
func (c aCase) world(t *testing.T) *world {
	w := newWorld(t)
	for _, g := range c.actual {
		w.AddGroup(tenant, g)
	}
	return w
}

func property(t *testing.T, check func(t *testing.T, c aCase, random *rand.Rand)) {
	for seed := range uint64(randomCases) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			check(t, randomCase(random), random)
		})
	}
}

func TestProperty_Converges(t *testing.T) {
	t.Parallel()
	property(t, func(t *testing.T, c aCase, _ *rand.Rand) {
		w := c.world(t)
		before := w.Groups(tenant)
		w.ResetRequests()
		p := w.sync(t, c.wanted, c.opts)
		assertOrder(t, w.Requests())
		again := w.compute(t, c.wanted, c.opts)
		require.True(t, again.Empty(), "%s\nthen\n%s", p, again)
		assert.Equal(t, p.Skipped == nil, again.Skipped == nil)
		assertUnmanagedUnchanged(t, c, before, w.Groups(tenant))
		assertReached(t, c, p, w.Groups(tenant))
	})
}

func TestProperty_MaxWrites(t *testing.T) {
	t.Parallel()
	property(t, func(t *testing.T, c aCase, random *rand.Rand) {
		whole := c.world(t)
		steps := len(whole.sync(t, c.wanted, c.opts).Steps)
		w := c.world(t)
		for range steps + 1 {
			p := w.compute(t, c.wanted, c.opts)
			if p.Empty() {
				break
			}
			_, err := groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{MaxWrites: 1 + random.IntN(3)})
			require.NoError(t, err)
		}
		assert.Equal(t, state(whole), state(w))
	})
}

func TestProperty_Faults(t *testing.T) {
	t.Parallel()
	writes := []string{
		"groups.create", "groups.create", "groups.update", "groups.delete", "groups.addUsers", "groups.removeUsers",
		"groups.addRoles", "groups.removeRoles", "groups.listPage", "groups.*",
	}
	property(t, func(t *testing.T, c aCase, random *rand.Rand) {
		whole := c.world(t)
		whole.sync(t, c.wanted, c.opts)
		w := c.world(t)
		before := w.Groups(tenant)
		faults := 1 + random.IntN(8)
		for range faults {
			f := fronteggtest.Fault{Op: writes[random.IntN(len(writes))], After: random.IntN(6)}
			switch random.IntN(4) {
			case 0:
				f.Drop = fronteggtest.DropBeforeApply
			case 1:
				f.Drop = fronteggtest.DropAfterApply
			case 2:
				f.Drop = fronteggtest.DropMidBody
			case 3:
				f.Status, f.Apply = 503, random.IntN(2) == 0
			}
			w.Inject(f)
		}
		isDone := false
		for range faults + 1 { // every failure is one of the faults
			if isDone = w.attempt(t, c, random.IntN(2) == 0); isDone {
				break
			}
		}
		require.True(t, isDone)
		w.ClearFaults()
		assert.Equal(t, state(whole), state(w))
		assertUnmanagedUnchanged(t, c, before, w.Groups(tenant))
		assertOneGroupAKey(t, c, w)
	})
}

// attempt is one run of a program: true if it came to its end. With sticky, a
// plan that failed is applied again as it is before a new one is made.
func (w *world) attempt(t *testing.T, c aCase, sticky bool) bool {
	t.Helper()
	actual, err := w.read(t)
	if err != nil {
		return false
	}
	p, err := groupsync.Compute(c.wanted, actual, c.opts)
	require.NoError(t, err)
	_, err = groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{})
	if err != nil && sticky {
		_, err = groupsync.Apply(t.Context(), w.client.Groups, p, groupsync.ApplyOptions{})
	}
	return err == nil
}

// state is what is in the tenant, apart from IDs and times.
func state(w *world) []string {
	var out []string
	for _, g := range w.Groups(tenant) {
		out = append(out, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s", g.Name, g.Color, g.Description, g.Metadata, g.ManagedBy, userIDs(g), roleIDs(g)))
	}
	return out
}

func userIDs(g frontegg.Group) []string {
	ids := []string{}
	for _, u := range g.Users {
		ids = append(ids, u.ID)
	}
	slices.Sort(ids)
	return ids
}

func roleIDs(g frontegg.Group) []string {
	ids := []string{}
	for _, r := range g.Roles {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}

// isOurs reports whether a group of a random case may be written.
func (c aCase) isOurs(g frontegg.Group, all []frontegg.Group) bool {
	if g.ManagedBy == frontegg.ManagedBySCIM || !strings.HasPrefix(g.Name, c.opts.Prefix) {
		return false
	}
	key := keyOf(g)
	if g.Metadata == "" && c.opts.Adopt {
		i := slices.IndexFunc(c.wanted, func(w groupsync.Group) bool { return w.Name == g.Name })
		return i >= 0 && countKey(all, c.wanted[i].Key) == 0
	}
	return key != "" && countKey(all, key) == 1
}

func countKey(groups []frontegg.Group, key string) int {
	n := 0
	for _, g := range groups {
		if keyOf(g) == key {
			n++
		}
	}
	return n
}

// keyOf returns the key of a group that bears hr's mark; it shares no code with
// the package.
func keyOf(g frontegg.Group) string {
	_, rest, isLabeled := strings.Cut(g.Metadata, `"groupsync":{"owner":"hr","key":"`)
	if !isLabeled {
		return ""
	}
	return strings.TrimSuffix(rest, `"}}`)
}

func assertUnmanagedUnchanged(t *testing.T, c aCase, before, after []frontegg.Group) {
	t.Helper()
	for _, g := range before {
		if !c.isOurs(g, before) {
			assert.Contains(t, after, g, "a group that is not ours was written")
		}
	}
}

// assertReached checks that each wanted group is as it is wanted, unless the plan
// has skipped something.
func assertReached(t *testing.T, c aCase, p *groupsync.Plan, after []frontegg.Group) {
	t.Helper()
	skipped := map[string]bool{}
	for _, s := range p.Skipped {
		skipped[s.Key] = true
	}
	for _, want := range c.wanted {
		if skipped[want.Key] {
			continue
		}
		i := slices.IndexFunc(after, func(g frontegg.Group) bool { return keyOf(g) == want.Key })
		require.GreaterOrEqual(t, i, 0, "key %q is missing", want.Key)
		got := after[i]
		assert.Equal(t, []string{want.Name, *want.Description, *want.Color}, []string{got.Name, got.Description, got.Color})
		if want.UserIDs != nil {
			assert.Equal(t, want.UserIDs, userIDs(got))
		}
		if want.RoleIDs != nil {
			assert.Equal(t, want.RoleIDs, roleIDs(got))
		}
	}
}

// assertOrder checks the order of the writes that arrived.
func assertOrder(t *testing.T, requests []fronteggtest.Request) {
	t.Helper()
	rank := map[string]int{
		"groups.removeUsers": 1, "groups.removeRoles": 1, "groups.delete": 1,
		"groups.update": 2, "groups.create": 3, "groups.addUsers": 4, "groups.addRoles": 4,
	}
	var ranks []int
	for _, r := range requests {
		if n := rank[r.Op]; n > 0 && !strings.Contains(string(r.Body), `"description"`) && !strings.Contains(string(r.Body), `"color"`) { // edits
			ranks = append(ranks, n)
		}
	}
	assert.True(t, slices.IsSorted(ranks), "%v", ranks)
}

// assertOneGroupAKey checks that nothing was created twice.
func assertOneGroupAKey(t *testing.T, c aCase, w *world) {
	t.Helper()
	for _, want := range c.wanted {
		after, before := 0, 0
		for _, g := range w.Groups(tenant) {
			if keyOf(g) == want.Key {
				after++
			}
		}
		for _, g := range c.actual {
			if keyOf(g) == want.Key {
				before++
			}
		}
		assert.LessOrEqual(t, after, max(before, 1), "key %q", want.Key)
	}
}
