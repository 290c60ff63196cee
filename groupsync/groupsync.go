package groupsync

import (
	"github.com/frontegg-go/frontegg"
)

// Group is a wanted group.
type Group struct {
	// Key is the stable ID of the group in the source: a group that keeps its key
	// is renamed, not deleted and created again. Required, unique.
	Key string
	// Name is required, unique, and begins with [Options.Prefix].
	Name string
	// Description and Color: nil leaves the field as it is, new("") clears it.
	Description, Color *string
	// UserIDs are the members, RoleIDs the roles, by Frontegg's IDs. nil leaves
	// them as they are; empty means none.
	UserIDs, RoleIDs []string

	// UnknownUsers are the addresses or IDs of wanted members who are not users of the
	// tenant. [Resolve] sets it. Those who are members of the group stay; the others
	// are reported in [Plan.Skipped].
	UnknownUsers []string
	// Invalid is why the group cannot be set as wanted, such as a role key that does
	// not exist. [Resolve] sets it. If it is not empty, the group is reported in
	// [Plan.Skipped], and members and roles are removed from it but not added.
	Invalid string
}

// Compute returns the plan that makes the actual groups equal to the wanted ones.
// It sends nothing. The same input, in any order, gives the same plan.
//
// actual must be all groups of the tenant with their roles and users, as [Read]
// returns them. If the members or roles of a group are needed and were not read,
// that is an error: the group is not taken for empty.
//
// The plan is nil if there is an error: a [*GuardError] if a guard refuses the
// plan, or [*frontegg.ValidationError] values, joined, for the first 20 invalid
// arguments.
func Compute(wanted []Group, actual []frontegg.Group, opts Options) (*Plan, error) {
	if err := validateWanted(wanted, &opts); err != nil {
		return nil, err
	}
	if err := validateActual(actual); err != nil {
		return nil, err
	}
	p := &planner{opts: opts, plan: &Plan{owner: opts.Owner, prefix: opts.Prefix, tenant: opts.Tenant, grantRoles: opts.GrantRoles}}
	p.matchByKey(wanted, classify(actual, opts))
	if err := p.validateRelations(actual); err != nil {
		return nil, err
	}
	p.planRenames()
	for _, m := range p.matches {
		p.planGroup(m)
	}
	p.sort()
	p.addWarnings(wanted, actual)
	p.addNames(actual)
	guard := p.guardChanges()
	if guard != nil {
		guard.Plan, p.plan.refused = p.plan, guard
	}
	p.plan.checksum = p.plan.sum()
	if guard != nil {
		return nil, guard
	}
	return p.plan, nil
}

// validateWanted checks everything that can be checked before the actual groups
// are known, and fills in the defaults of opts.
func validateWanted(wanted []Group, opts *Options) error {
	if err := opts.validate(); err != nil {
		return err
	}
	if guard := guardSource(wanted, *opts); guard != nil {
		return guard
	}
	in := &inputValidator{seen: make(map[[2]string]int, 2*len(wanted))}
	for i := range wanted {
		in.validateGroup(i, &wanted[i], *opts)
	}
	return in.err()
}
