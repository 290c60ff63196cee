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

// Guard is a check that keeps a broken source from doing harm.
type Guard string

// The guards.
const (
	// GuardEmpty: the wanted list is empty.
	GuardEmpty Guard = "empty list"
	// GuardPrefix: groups are wanted, but none of them has the prefix.
	GuardPrefix Guard = "prefix"
	// GuardDeleteAll: every owned group would be deleted or emptied, of two or more.
	GuardDeleteAll Guard = "delete all"
	// GuardGroup: a group would lose more members or roles than allowed.
	GuardGroup Guard = "removals from a group"
	// GuardTotal: all groups together would lose more members or roles than allowed.
	GuardTotal Guard = "removals in all"
	// GuardDelete: more groups would be deleted or emptied than allowed.
	GuardDelete Guard = "groups deleted or emptied"
	// GuardGrant: more members would be added to groups with roles than allowed.
	GuardGrant Guard = "members added to groups with roles"
	// GuardRoles: more roles would be added to groups than allowed.
	GuardRoles Guard = "roles added"
	// GuardCreate: more groups would be created than allowed.
	GuardCreate Guard = "groups created"
	// GuardUnknown: more of the wanted people are not users of the tenant than
	// allowed. See [Unresolved.Guard].
	GuardUnknown Guard = "unknown people"
)

// GuardError reports that a guard refused a plan. errors.Is(err, [ErrGuard]) is
// true.
type GuardError struct {
	Guard  Guard
	Detail string // what was found, what is allowed, and how to allow it once
	// Plan is what was refused, for a person to look at; [Apply] refuses it too.
	// nil: the wanted list was refused before there was a plan.
	Plan *Plan
}

// Error returns the guard and the detail.
func (e *GuardError) Error() string {
	return fmt.Sprintf("groupsync: %s: guard %q: %s", ErrGuard, e.Guard, e.Detail)
}

// Is reports whether target equals [ErrGuard].
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

// neverAllowed is how to do what no option allows.
const neverAllowed = "no option allows it: if it is meant, delete the groups in Frontegg"

// allows reports whether n of a list of base may change. The tiny part makes up
// for shares such as 0.1 that a float64 holds as a little less.
func (o Options) allows(n, base int) bool {
	return n <= o.ChangeFloor || o.MaxChange == 1 || float64(n) <= o.MaxChange*float64(base)+1e-9
}

func (o Options) allowed() string {
	share := math.Round(o.MaxChange*1e6) / 1e6
	return fmt.Sprintf("%d are always allowed, else a share of %g; if this is meant, raise Options.MaxChange for one run", o.ChangeFloor, share)
}

// allowsTotal reports whether n is below the absolute limit.
func (o Options) allowsTotal(n int) bool { return o.MaxTotal < 0 || n <= o.MaxTotal }

func (o Options) allowedTotal() string {
	return fmt.Sprintf("at most %d are allowed, whatever the share; if this is meant, raise Options.MaxTotal for one run", o.MaxTotal)
}

// guardChanges returns the first guard that refuses the plan; the detail names
// all that do.
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
