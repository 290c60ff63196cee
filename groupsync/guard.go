package groupsync

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// ErrGuard matches every [*GuardError]: a guard refused a plan.
var ErrGuard = errors.New("refused by a guard")

// Guard is a check that keeps a broken source from emptying groups.
type Guard string

// The guards.
const (
	// GuardEmpty: the wanted list is empty.
	GuardEmpty Guard = "empty list"
	// GuardPrefix: groups are wanted, but none of them has the prefix.
	GuardPrefix Guard = "prefix"
	// GuardDeleteAll: every owned group would be deleted, of two or more.
	GuardDeleteAll Guard = "delete all"
	// GuardGroup: a group would lose more members or roles than allowed.
	GuardGroup Guard = "removals from a group"
	// GuardTotal: all groups together would lose more than allowed.
	GuardTotal Guard = "removals in all"
)

// GuardError is a plan that a guard refused. errors.Is(err, [ErrGuard]) is true.
type GuardError struct {
	Guard  Guard
	Detail string // what was found, what is allowed, and what to do if it is meant
	// Plan is what was refused, for a person to look at; [Apply] refuses it too.
	// nil: the wanted list was refused before there was a plan.
	Plan *Plan
}

// Error reports the guard and the detail.
func (e *GuardError) Error() string {
	return fmt.Sprintf("groupsync: %s: guard %q: %s", ErrGuard, e.Guard, e.Detail)
}

// Is matches [ErrGuard].
func (e *GuardError) Is(target error) bool { return target == ErrGuard }

// guardSource looks at the wanted list alone.
func guardSource(wanted []Group, opts Options) *GuardError {
	if len(wanted) == 0 {
		return &GuardError{Guard: GuardEmpty, Detail: "no group is wanted at all: the source looks broken"}
	}
	for i := range wanted {
		if strings.HasPrefix(wanted[i].Name, opts.Prefix) {
			return nil
		}
	}
	return &GuardError{
		Guard:  GuardPrefix,
		Detail: fmt.Sprintf("none of %s has the prefix %s: check Options.Prefix and the source", count(len(wanted), "wanted group"), quoted(opts.Prefix)),
	}
}

// guardRemovals looks at what the plan takes away.
func (c *planner) guardRemovals() *GuardError {
	var users, roles removalCount
	owned, deleted := 0, 0
	for _, p := range c.matches {
		if p.unmanaged() || p.actual == nil {
			continue
		}
		owned++
		if p.wanted == nil {
			n := difference(nil, userIDs(p.actual)).has
			users.had += n
			if c.opts.Delete {
				deleted++
				users.removed += n
			}
			continue
		}
		users.count(p, p.users, c.opts)
		roles.count(p, p.roles, c.opts)
	}
	if deleted > 1 && deleted == owned {
		return &GuardError{
			Guard:  GuardDeleteAll,
			Detail: fmt.Sprintf("all %d owned groups would be deleted: none of their keys is wanted any more; check that the source's keys are stable", owned),
		}
	}
	for _, t := range []struct {
		removalCount
		what string
	}{{users, "member"}, {roles, "role"}} {
		if len(t.over) > 0 {
			return &GuardError{Guard: GuardGroup, Detail: overGroup(t.over, t.what, c.opts)}
		}
		if !c.opts.allows(t.removed, t.had) {
			return &GuardError{
				Guard: GuardTotal,
				Detail: fmt.Sprintf("all owned groups together would lose %d of %s, those of deleted groups included; %s",
					t.removed, count(t.had, t.what), c.opts.allowed()),
			}
		}
	}
	return nil
}

// removalCount counts what groups have and lose of one kind.
type removalCount struct {
	had, removed int
	over         []string // the groups that lose too much
}

func (t *removalCount) count(p *match, ch change, opts Options) {
	t.had += ch.has
	t.removed += len(ch.remove)
	if !opts.allows(len(ch.remove), ch.has) {
		t.over = append(t.over, fmt.Sprintf("%s would lose %d of %d", quoted(p.name), len(ch.remove), ch.has))
	}
}

// allows reports whether so many of a list may be removed. The tiny part makes up
// for shares such as 0.1 that a float64 holds as a little less.
func (o Options) allows(removed, had int) bool {
	return removed <= o.ChangeFloor || float64(removed) <= o.MaxChange*float64(had)+1e-9
}

func (o Options) allowed() string {
	share := math.Round(o.MaxChange*1e6) / 1e6
	return fmt.Sprintf("%d are always allowed, else a share of %g; if this is meant, raise Options.MaxChange for one run", o.ChangeFloor, share)
}

func overGroup(over []string, what string, opts Options) string {
	const shown = 3
	list := strings.Join(over[:min(shown, len(over))], ", ")
	if n := len(over) - shown; n > 0 {
		list += fmt.Sprintf(" and %d more groups", n)
	}
	return fmt.Sprintf("%ss: %s; %s", what, list, opts.allowed())
}
