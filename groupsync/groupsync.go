package groupsync

import (
	"cmp"
	"slices"

	"github.com/frontegg-go/frontegg"
)

// Group is a wanted group.
type Group struct {
	// Key is the source's own stable id of the group: a group that keeps its key
	// is renamed, not deleted and made anew. Required, unique.
	Key string
	// Name is required, unique, and begins with [Options.Prefix].
	Name string
	// Description and Color are written as they are: empty clears them.
	Description, Color string
	// UserIDs are the members, RoleIDs the roles, by Frontegg's ids. nil: leave
	// them as they are; empty: none.
	UserIDs, RoleIDs []string
}

// Compute returns what has to be done to make the actual groups equal to the
// wanted ones. It sends nothing, and the same input, in any order, gives the same
// plan.
//
// actual is all groups of the account, read with
// frontegg.WithRelations(frontegg.RelationsRolesAndUsers). A group whose members
// or roles are needed and were not read is an error: it is not taken for empty.
//
// Errors: a [*GuardError] where a guard refuses the plan; else
// [*frontegg.ValidationError], joined, one for each of the first 20 things that
// are wrong with the input, and how many more there are. The plan is nil then.
func Compute(wanted []Group, actual []frontegg.Group, opts Options) (*Plan, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	if guard := guardSource(wanted, opts); guard != nil {
		return nil, guard
	}
	if err := validateInput(wanted, actual, opts); err != nil {
		return nil, err
	}
	c := &planner{opts: opts, plan: &Plan{owner: opts.Owner, prefix: opts.Prefix}}
	c.matchByKey(wanted, classify(actual, opts))
	if err := c.validateRelations(actual); err != nil {
		return nil, err
	}
	c.planRenames()
	for _, p := range c.matches {
		c.planGroup(p)
	}
	c.sort()
	if guard := c.guardRemovals(); guard != nil {
		c.plan.refused = guard
		guard.Plan = c.plan
		return nil, guard
	}
	return c.plan, nil
}

// planner is a plan in the making.
type planner struct {
	opts  Options
	plan  *Plan
	matches []*match // all groups, those to create first, each kind sorted
}

// match is a wanted group with the group that it is about. Where one of them is
// missing, the group is to be created, or is not wanted.
type match struct {
	key    string
	wanted *Group
	actual *frontegg.Group
	// name is that of the group at this point of the plan; empty: not created.
	name string
	// stays says that the group keeps its name whatever is wanted.
	stays bool
	// moving says that the group's rename waits for another one.
	moving bool
	// users and roles are what is done to the lists of the group.
	users, roles change
}

// id is the group's; empty: the plan creates it.
func (p *match) id() string {
	if p.actual == nil {
		return ""
	}
	return p.actual.ID
}

// matchByKey brings wanted and owned groups together by their keys.
func (c *planner) matchByKey(wanted []Group, found inventory) {
	for i := range wanted {
		w := &wanted[i]
		p := &match{key: w.Key, wanted: w}
		if g := found.owned[w.Key]; g != nil {
			p.actual, p.name = g, g.Name
		} else if found.claimed[w.Key] {
			continue // by groups that are reported below
		}
		c.matches = append(c.matches, p)
	}
	isWanted := make(map[string]bool, len(wanted))
	for i := range wanted {
		isWanted[wanted[i].Key] = true
	}
	for key, g := range found.owned {
		if !isWanted[key] {
			p := &match{key: key, actual: g, name: g.Name, stays: !c.opts.Delete}
			c.matches = append(c.matches, p)
		}
	}
	for _, u := range found.unmanaged {
		c.matches = append(c.matches, &match{actual: u.group, name: u.group.Name, stays: true})
		if u.reason != ReasonOutside || isWanted[u.key] {
			c.skip(Skip{GroupID: u.group.ID, Key: u.key, Name: u.group.Name, Reason: u.reason, Detail: u.detail})
		}
	}
	slices.SortFunc(c.matches, func(a, b *match) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id(), b.id()))
	})
}

// unmanaged reports whether the group is another's, so that nothing is done to it.
func (p *match) unmanaged() bool { return p.key == "" }

// planGroup plans everything but the name of a group.
func (c *planner) planGroup(p *match) {
	switch {
	case p.unmanaged():
	case p.wanted == nil && c.opts.Delete:
		c.step(Step{Kind: Delete, GroupID: p.id(), Key: p.key, Name: p.name})
	case p.wanted == nil:
		c.skip(Skip{GroupID: p.id(), Key: p.key, Name: p.name, Reason: ReasonUnwanted})
	default:
		if p.actual != nil {
			c.edit(p)
		}
		c.planMembers(p)
	}
}

// edit plans the change of a group's fields other than the name.
func (c *planner) edit(p *match) {
	s := Step{Kind: Edit, GroupID: p.id(), Key: p.key, Name: p.name}
	if p.wanted.Description != p.actual.Description {
		s.Description = new(p.wanted.Description)
	}
	if p.wanted.Color != p.actual.Color {
		s.Color = new(p.wanted.Color)
	}
	if s.Description != nil || s.Color != nil {
		c.step(s)
	}
}

func (c *planner) step(s Step) { c.plan.Steps = append(c.plan.Steps, s) }
func (c *planner) skip(s Skip) { c.plan.Skipped = append(c.plan.Skipped, s) }

// sort puts the steps into the order in which they are done. Renames are in
// order already: one can wait for another.
func (c *planner) sort() {
	slices.SortStableFunc(c.plan.Steps, func(a, b Step) int {
		if a.Kind == Rename && b.Kind == Rename {
			return 0
		}
		return cmp.Or(a.Kind.rank()-b.Kind.rank(), cmp.Compare(a.Name, b.Name), cmp.Compare(a.GroupID, b.GroupID))
	})
	slices.SortStableFunc(c.plan.Skipped, func(a, b Skip) int {
		return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Name, b.Name), cmp.Compare(a.GroupID, b.GroupID))
	})
}
