package groupsync

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// ErrGuard reports that a guard refused a plan: errors.Is(err, ErrGuard) is true
// for every [*GuardError].
var ErrGuard = errors.New("refused by a guard")

// Guard is a check that limits the damage of a broken source.
type Guard string

// The guards.
const (
	// GuardEmpty refuses an empty wanted list.
	GuardEmpty Guard = "empty list"
	// GuardPrefix refuses a wanted list in which no group has the prefix.
	GuardPrefix Guard = "prefix"
	// GuardDeleteAll refuses to delete or empty all owned groups, if there are two or more.
	GuardDeleteAll Guard = "delete all"
	// GuardGroup limits the members and roles removed from one group.
	GuardGroup Guard = "removals from a group"
	// GuardTotal limits the members and roles removed from all groups together.
	GuardTotal Guard = "removals in all"
	// GuardDelete limits the groups deleted or emptied.
	GuardDelete Guard = "groups deleted or emptied"
	// GuardGrant limits the members added to groups with roles.
	GuardGrant Guard = "members added to groups with roles"
	// GuardRoles limits the roles added to groups.
	GuardRoles Guard = "roles added"
	// GuardCreate limits the groups created.
	GuardCreate Guard = "groups created"
	// GuardUnknown limits the wanted people who are not users of the tenant. See
	// [Unresolved.Guard].
	GuardUnknown Guard = "unknown people"
)

// GuardError reports that a guard refused a plan. errors.Is(err, [ErrGuard]) is
// true.
type GuardError struct {
	Guard  Guard
	Detail string // what was found, what is allowed, and how to allow it once
	// Plan is the refused plan, to be shown. [Apply] refuses it. It is nil if the
	// wanted list was refused.
	Plan *Plan
}

// Error returns the guard and the detail.
func (e *GuardError) Error() string {
	return fmt.Sprintf("groupsync: %s: guard %q: %s", ErrGuard, e.Guard, e.Detail)
}

// Is matches [ErrGuard].
func (e *GuardError) Is(target error) bool { return target == ErrGuard }

// guardSource checks the wanted list alone.
func guardSource(wanted []Group, opts Options) *GuardError {
	if len(wanted) == 0 {
		return &GuardError{Guard: GuardEmpty, Detail: "no group is wanted at all: the source looks broken; " + neverAllowed}
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

// neverAllowed is the advice for what no option allows.
const neverAllowed = "no option allows it: if it is meant, delete the groups in Frontegg"

// allows reports whether n of base may change. The tiny addend compensates for shares
// that a float64 rounds down.
func (o Options) allows(n, base int) bool {
	return n <= o.ChangeFloor || o.MaxChange == 1 || float64(n) <= o.MaxChange*float64(base)+1e-9
}

func (o Options) allowed() string {
	share := math.Round(o.MaxChange*1e6) / 1e6
	return fmt.Sprintf("%d are always allowed, else a share of %g; if this is meant, raise Options.MaxChange for one run", o.ChangeFloor, share)
}

// allowsTotal reports whether n is within MaxTotal.
func (o Options) allowsTotal(n int) bool { return o.MaxTotal < 0 || n <= o.MaxTotal }

func (o Options) allowedTotal() string {
	return fmt.Sprintf("at most %d are allowed, whatever the share; if this is meant, raise Options.MaxTotal for one run", o.MaxTotal)
}

// guardChanges returns the error of the first guard that refuses the plan. Its detail
// includes the others.
func (p *planner) guardChanges() *GuardError {
	c := p.countChanges()
	errs := c.guardRemovals(p.opts)
	errs = append(errs, c.guardAdditions(p.opts)...)
	if len(errs) == 0 {
		return nil
	}
	first := errs[0]
	for _, e := range errs[1:] {
		first.Detail += fmt.Sprintf("; also refused by guard %q: %s", e.Guard, e.Detail)
	}
	return first
}
