package groupsync

import (
	"cmp"
	"slices"

	"github.com/frontegg-go/frontegg"
)

// planner makes a plan.
type planner struct {
	opts    Options
	plan    *Plan
	matches []*match // all groups, those to create first, each kind sorted
}

// match is a wanted group and the actual group with its key. If one of them is
// missing, the group is to be created, or is not wanted.
type match struct {
	key    string // empty if the group is unmanaged
	wanted *Group
	actual *frontegg.Group
	// adopt: the actual group has no owner label yet.
	adopt bool
	// name is the name at this point of the plan. Empty if the group does not exist.
	name string
	// keepsName: the group keeps its name, even if another one is wanted.
	keepsName bool
	// renaming: the rename of the group waits for the rename of another group.
	renaming bool
	// users and roles are the changes to the lists of the group.
	users, roles change
}

// id returns the ID of the group, or "" if the plan creates it.
func (m *match) id() string {
	if m.actual == nil {
		return ""
	}
	return m.actual.ID
}

// unmanaged reports whether the group belongs to nobody or to another owner: it must
// not be written.
func (m *match) unmanaged() bool { return m.key == "" }

// isDeleted reports whether the plan deletes the group.
func (p *planner) isDeleted(m *match) bool {
	return !m.unmanaged() && m.wanted == nil && p.opts.Delete
}

// matchByKey finds the actual group of each wanted one.
func (p *planner) matchByKey(wanted []Group, found inventory) {
	isWanted := make(map[string]bool, len(wanted))
	for i := range wanted {
		w := &wanted[i]
		isWanted[w.Key] = true
		m := &match{key: w.Key, wanted: w}
		switch g := found.owned[w.Key]; {
		case g != nil:
			m.actual, m.name, m.keepsName = g, g.Name, w.Invalid != ""
		case found.labeled[w.Key]:
			continue // reported below, as unmanaged groups
		case w.Invalid != "":
			p.skipInvalid(m)
			continue
		case p.opts.Adopt:
			if g := found.takeUnowned(w.Name); g != nil {
				m.actual, m.name, m.adopt = g, g.Name, true
			}
		}
		p.matches = append(p.matches, m)
	}
	for key, g := range found.owned {
		if !isWanted[key] {
			m := &match{key: key, actual: g, name: g.Name}
			m.keepsName = !p.opts.Delete
			p.matches = append(p.matches, m)
		}
	}
	for _, u := range found.unmanaged {
		p.matches = append(p.matches, &match{actual: u.group, name: u.group.Name, keepsName: true})
		if u.reason != ReasonOutside || isWanted[u.key] {
			p.skip(Skip{GroupID: u.group.ID, Key: u.key, Name: u.group.Name, Reason: u.reason, Detail: u.detail})
		}
	}
	slices.SortFunc(p.matches, func(a, b *match) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id(), b.id()))
	})
}

func (p *planner) skipInvalid(m *match) {
	p.skip(Skip{GroupID: m.id(), Key: m.key, Name: m.wanted.Name, Reason: ReasonInvalid, Detail: m.wanted.Invalid})
}

// planGroup plans everything except the name of a group.
func (p *planner) planGroup(m *match) {
	switch {
	case m.unmanaged():
	case p.isDeleted(m):
		p.step(Step{
			Kind: Delete, GroupID: m.id(), Key: m.key, Name: m.name,
			UserCount: len(m.actual.Users), RoleCount: len(m.actual.Roles),
		})
	case m.wanted == nil && p.opts.Empty:
		p.planMembers(m, []string{}, []string{})
	case m.wanted == nil:
		p.skip(Skip{GroupID: m.id(), Key: m.key, Name: m.name, Reason: ReasonUnwanted})
	case m.wanted.Invalid != "":
		p.skipInvalid(m)
		p.planMembers(m, m.wanted.UserIDs, m.wanted.RoleIDs)
	default:
		if m.actual != nil {
			p.planEdit(m)
		}
		p.planMembers(m, m.wanted.UserIDs, m.wanted.RoleIDs)
	}
}

// planEdit plans the change of a group's fields other than the name.
func (p *planner) planEdit(m *match) {
	if m.adopt {
		p.step(Step{Kind: Adopt, GroupID: m.id(), Key: m.key, Name: m.name, Metadata: p.label(m)})
	}
	s := Step{Kind: Edit, GroupID: m.id(), Key: m.key, Name: m.name}
	if d := m.wanted.Description; d != nil && *d != m.actual.Description {
		s.Description = d
	}
	if c := m.wanted.Color; c != nil && *c != m.actual.Color {
		s.Color = c
	}
	if s.Description != nil || s.Color != nil {
		p.step(s)
	}
}

// label returns the metadata of a group with the owner label.
func (p *planner) label(m *match) string {
	before := ""
	if m.actual != nil {
		before = m.actual.Metadata
	}
	metadata, err := Label(before, p.opts.Owner, m.key)
	if err != nil {
		panic("groupsync: owner, key and metadata were validated: " + err.Error())
	}
	return metadata
}

func (p *planner) step(s Step) { p.plan.Steps = append(p.plan.Steps, s) }
func (p *planner) skip(s Skip) { p.plan.Skipped = append(p.plan.Skipped, s) }

// sort puts the steps into the order in which they are done. The order of renames is
// kept: one can wait for another.
func (p *planner) sort() {
	slices.SortStableFunc(p.plan.Steps, func(a, b Step) int {
		if a.Kind == Rename && b.Kind == Rename {
			return 0
		}
		return cmp.Or(a.Kind.rank()-b.Kind.rank(), cmp.Compare(a.Name, b.Name), cmp.Compare(a.GroupID, b.GroupID))
	})
	slices.SortStableFunc(p.plan.Skipped, func(a, b Skip) int {
		return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Name, b.Name), cmp.Compare(a.GroupID, b.GroupID))
	})
}

// addNames sets the names of the IDs in the plan.
func (p *planner) addNames(actual []frontegg.Group) {
	known := map[string]string{}
	for _, g := range actual {
		for i := range g.Users {
			known[g.Users[i].ID] = cmp.Or(g.Users[i].Email, known[g.Users[i].ID])
		}
		for i := range g.Roles {
			known[g.Roles[i].ID] = cmp.Or(g.Roles[i].Key, known[g.Roles[i].ID])
		}
	}
	names := map[string]string{}
	add := func(ids []string) {
		for _, id := range ids {
			if name := cmp.Or(p.opts.Names[id], known[id]); name != "" {
				names[id] = name
			}
		}
	}
	for _, s := range p.plan.Steps {
		add(s.IDs)
		add(s.Grants)
	}
	for _, s := range p.plan.Skipped {
		add(s.IDs)
	}
	if len(names) > 0 {
		p.plan.Names = names
	}
}
