package groupsync_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// rule is a permanent refusal: of an operation on a group, or of a member.
type rule struct {
	op, target string
	status     int
}

// hostile is a server that refuses some things for good, loses responses, and a
// program that is killed at any request.
type hostile struct {
	*world
	gate   *gate
	c      aCase
	before []frontegg.Group
	rules  []rule
	random *rand.Rand
}

func newHostile(t *testing.T, c aCase, random *rand.Rand) *hostile {
	t.Helper()
	w, gate := newGatedWorld(t, c.actual...)
	h := &hostile{world: w, gate: gate, c: c, before: w.Groups(tenant), random: random}
	ops := []string{"POST users", "DELETE users", "POST roles", "DELETE roles", "PATCH group", "DELETE group", "POST group"}
	targets := append(letters("u", 10), letters("r", 4)...)
	for _, g := range c.actual {
		targets = append(targets, g.ID, g.ID, g.ID)
	}
	for _, g := range c.wanted {
		targets = append(targets, g.Name)
	}
	for range random.IntN(6) {
		h.rules = append(h.rules, rule{ops[random.IntN(len(ops))], targets[random.IntN(len(targets))], []int{400, 403, 404, 409, 413, 422}[random.IntN(6)]})
	}
	gate.decide = func(w write) (int, error) {
		for _, r := range h.rules {
			// A 404 for a deletion means that the group is gone, and a 409 for a create
			// that its name is taken: they are no refusals.
			isTrue := r.op == "DELETE group" && r.status == 404 || r.op == "POST group" && r.status == 409
			if w.op == r.op && w.has(r.target) && !isTrue {
				return r.status, nil
			}
		}
		return 0, nil
	}
	gate.lose = func() error {
		h.checkGrants(t)
		return nil
	}
	return h
}

// run is one run, which is killed or loses a response if so wanted.
func (h *hostile) run(t *testing.T, kill, lose bool) (groupsync.Report, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	at := 1 + h.random.IntN(12)
	h.gate.mu.Lock()
	h.gate.interrupt = func() error {
		if at--; kill && at == 0 {
			cancel()
			return context.Canceled
		}
		return nil
	}
	writes := 1 + h.random.IntN(6)
	h.gate.lose = func() error {
		h.checkGrants(t)
		writes--
		switch {
		case lose && writes == 0:
			return io.ErrUnexpectedEOF
		case kill && at <= 0:
			return context.Canceled
		}
		return nil
	}
	h.gate.mu.Unlock()
	return groupsync.Sync(ctx, h.client.Groups, h.c.wanted, h.c.opts, groupsync.ApplyOptions{Concurrency: 1 + h.random.IntN(8)})
}

func (h *hostile) wanted(key string) *groupsync.Group {
	i := slices.IndexFunc(h.c.wanted, func(g groupsync.Group) bool { return g.Key == key })
	if i < 0 {
		return nil
	}
	return &h.c.wanted[i]
}

// checkGrants checks that nobody has a role through a group unless he had it, or
// he and the role are wanted there and roles may be granted.
func (h *hostile) checkGrants(t *testing.T) {
	for _, g := range h.Groups(tenant) {
		had := func(_, _ string) bool { return false }
		users, roles := []string{}, []string{}
		if i := slices.IndexFunc(h.before, func(b frontegg.Group) bool { return b.ID == g.ID }); i >= 0 {
			users, roles = userIDs(h.before[i]), roleIDs(h.before[i])
			beforeUsers, beforeRoles := users, roles
			had = func(user, role string) bool {
				return slices.Contains(beforeUsers, user) && slices.Contains(beforeRoles, role)
			}
		}
		if want := h.wanted(keyOf(g)); want != nil {
			if want.UserIDs != nil {
				users = want.UserIDs
			}
			if want.RoleIDs != nil {
				roles = want.RoleIDs
			}
		}
		for _, u := range userIDs(g) {
			for _, r := range roleIDs(g) {
				isWanted := h.c.opts.GrantRoles && slices.Contains(users, u) && slices.Contains(roles, r)
				if !had(u, r) && !isWanted {
					t.Errorf("group %s: %s got %s, which was not wanted; rules %v", g.Name, u, r, h.rules)
				}
			}
		}
	}
}

// checkRevocations checks that whatever an ideal run revokes is revoked, unless
// that very thing is refused.
func (h *hostile) checkRevocations(t *testing.T, ideal []frontegg.Group) {
	t.Helper()
	isRejected := func(op string, ids ...string) bool {
		return slices.ContainsFunc(h.rules, func(r rule) bool { return r.op == op && slices.Contains(ids, r.target) })
	}
	now := byID(h.Groups(tenant))
	then := byID(ideal)
	for id, before := range byID(h.before) {
		after, exists := now[id]
		want, stays := then[id]
		if !stays {
			assert.True(t, !exists || isRejected("DELETE group", id), "group %s is not deleted; rules %v", id, h.rules)
			continue
		}
		for _, list := range []struct {
			op  string
			ids func(frontegg.Group) []string
		}{{"DELETE users", userIDs}, {"DELETE roles", roleIDs}} {
			for _, member := range list.ids(before) {
				if !slices.Contains(list.ids(want), member) && slices.Contains(list.ids(after), member) {
					assert.True(t, isRejected(list.op, id, member), "%s of group %s is not removed; rules %v", member, id, h.rules)
				}
			}
		}
	}
}

func byID(groups []frontegg.Group) map[string]frontegg.Group {
	out := map[string]frontegg.Group{}
	for _, g := range groups {
		out[g.ID] = g
	}
	return out
}

// Permanent refusals, lost responses and kills: in the end, every group that
// nothing was refused of is as after an ideal run, every possible revocation is
// done, and at no moment was there a grant that was not wanted.
func TestProperty_Hostile(t *testing.T) {
	t.Parallel()
	property(t, func(t *testing.T, c aCase, random *rand.Rand) {
		perfect := c.world(t)
		perfect.sync(t, c.wanted, c.opts)
		ideal := perfect.Groups(tenant)

		h := newHostile(t, c, random)
		for range random.IntN(4) {
			_, _ = h.run(t, random.IntN(2) == 0, random.IntN(2) == 0)
		}
		r, err := h.run(t, false, false)
		failed := map[string]bool{}
		for _, f := range r.Failed {
			failed[f.Step.Key], failed[f.Step.GroupID] = true, true
			if !errors.Is(f.Err, frontegg.ErrConflict) { // a name that a group in front has still
				assert.True(t, h.isRejected(f), "%v; rules %v", f.Error(), h.rules)
			}
		}
		if len(r.Failed) == 0 {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, groupsync.ErrIncomplete)
		}
		assert.Equal(t, without(ideal, failed), without(h.Groups(tenant), failed), "rules %v", h.rules)
		h.checkRevocations(t, ideal)
		h.checkGrants(t)
		assertUnmanagedUnchanged(t, c, h.before, h.Groups(tenant))
		assertOneGroupAKey(t, c, h.world)

		before := without(h.Groups(tenant), nil)
		_, _ = h.run(t, false, false)
		assert.Equal(t, before, without(h.Groups(tenant), nil), "one more run changes nothing")
	})
}

// isRejected reports whether a rule is about what failed.
func (h *hostile) isRejected(f groupsync.StepError) bool {
	targets := append([]string{f.Step.GroupID, f.Step.Name}, f.Step.IDs...)
	return slices.ContainsFunc(h.rules, func(r rule) bool { return slices.Contains(targets, r.target) })
}

// without describes the groups but those with the keys or IDs.
func without(groups []frontegg.Group, keys map[string]bool) []string {
	out := []string{}
	for _, g := range groups {
		if key := keyOf(g); !keys[g.ID] && (key == "" || !keys[key]) {
			out = append(out, fmt.Sprintf("%s|%s|%s|%s|%v|%v", g.Name, g.Color, g.Description, g.Metadata, userIDs(g), roleIDs(g)))
		}
	}
	slices.Sort(out)
	return out
}
