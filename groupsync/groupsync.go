package groupsync

import (
	"github.com/frontegg-go/frontegg"
)

// Group is a wanted group.
type Group struct {
	// Key is the source's own stable ID of the group: a group that keeps its key
	// is renamed, not deleted and created again. Required, unique.
	Key string
	// Name is required, unique, and begins with [Options.Prefix].
	Name string
	// Description and Color: nil leaves the field as it is, new("") clears it.
	Description, Color *string
	// UserIDs are the members, RoleIDs the roles, by Frontegg's IDs. nil leaves
	// them as they are; empty means none.
	UserIDs, RoleIDs []string

	// UnknownUsers are the wanted members who were not found as users of the tenant,
	// by address or ID. [Resolve] sets it. Those who are members of the group stay;
	// the others are reported in [Plan.Skipped].
	UnknownUsers []string
	// Invalid is why the group cannot be made as wanted, such as a role key that
	// does not exist. [Resolve] sets it. If it is not empty, the group is reported
	// in [Plan.Skipped], and members and roles are only removed from it.
	Invalid string
}

// Compute returns what has to be done to make the actual groups equal to the
// wanted ones. It sends nothing. The same input, in any order, gives the same
// plan.
//
// actual must be all groups of the tenant with their roles and users, as [Read]
// returns them. A group whose members or roles are needed and were not read is an
// error: it is not taken for empty.
//
// The plan is nil if there is an error: a [*GuardError] if a guard refuses the
// plan, else [*frontegg.ValidationError] values, joined, for the first 20 invalid
// arguments, and how many more there are.
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
