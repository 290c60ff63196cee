package groupsync

import (
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg"
)

// batch is how many ids a step has at most, so that each step is one request.
const batch = 500

// change is what is done to one list of a group. The ids are sorted.
type change struct {
	has         int // before
	add, remove []string
}

// left is how many remain after the removals.
func (c *change) left() int { return c.has - len(c.remove) }

// difference returns how a list that has some ids becomes the wanted one. nil:
// it stays.
func difference(wanted, has []string) change {
	there := make(map[string]bool, len(has))
	for _, id := range has {
		there[id] = true
	}
	c := change{has: len(there)}
	if wanted == nil {
		return c
	}
	for _, id := range wanted {
		if !there[id] {
			c.add = append(c.add, id)
		}
		delete(there, id)
	}
	for id := range there {
		c.remove = append(c.remove, id)
	}
	slices.Sort(c.add)
	slices.Sort(c.remove)
	return c
}

// planMembers plans the members and roles of a group.
func (c *planner) planMembers(p *match) {
	var users, roles []string
	if p.actual != nil {
		users, roles = userIDs(p.actual), roleIDs(p.actual)
	}
	p.users, p.roles = difference(p.wanted.UserIDs, users), difference(p.wanted.RoleIDs, roles)
	if !c.opts.GrantRoles {
		c.skipGrants(p)
	}
	c.members(p, RemoveUsers, p.users.remove)
	c.members(p, RemoveRoles, p.roles.remove)
	c.members(p, AddUsers, p.users.add)
	c.members(p, AddRoles, p.roles.add)
}

// skipGrants takes out of a group's changes what would give someone a role:
// first roles for the members that it has, then members where it has roles.
func (c *planner) skipGrants(p *match) {
	withhold := func(detail string) {
		c.skip(Skip{GroupID: p.id(), Key: p.key, Name: p.name, Reason: ReasonGrant, Detail: detail})
	}
	if n := len(p.roles.add); n > 0 && p.users.left() > 0 {
		withhold(fmt.Sprintf("%s not added: %s would get them", count(n, "role"), count(p.users.left(), "member")))
		p.roles.add = nil
	}
	if n := len(p.users.add); n > 0 && p.roles.left()+len(p.roles.add) > 0 {
		withhold(fmt.Sprintf("%s not added: they would get %s", count(n, "member"), count(p.roles.left()+len(p.roles.add), "role")))
		p.users.add = nil
	}
}

func (c *planner) members(p *match, kind Kind, ids []string) {
	for part := range slices.Chunk(ids, batch) {
		c.step(Step{Kind: kind, GroupID: p.id(), Key: p.key, Name: p.name, IDs: part})
	}
}

// validateRelations refuses groups whose members or roles are needed and were not read.
func (c *planner) validateRelations(actual []frontegg.Group) error {
	row := make(map[string]int, len(actual))
	for i := range actual {
		row[actual[i].ID] = i
	}
	var wrong validationErrs
	for _, p := range c.matches {
		if p.unmanaged() || p.actual == nil {
			continue
		}
		users, roles := c.needs(p)
		field := fmt.Sprintf("actual[%d] (id %s)", row[p.id()], quoted(p.id()))
		if users {
			wrong.validateList(field+".Users", p.actual.Users == nil, userIDs(p.actual))
		}
		if roles {
			wrong.validateList(field+".Roles", p.actual.Roles == nil, roleIDs(p.actual))
		}
	}
	return wrong.err()
}

// needs says which lists of an owned group must be known.
func (c *planner) needs(p *match) (users, roles bool) {
	if p.wanted == nil {
		return c.opts.Delete, false // how many members lose the group
	}
	hasUsers, hasRoles := p.wanted.UserIDs != nil, p.wanted.RoleIDs != nil
	return hasUsers || hasRoles && !c.opts.GrantRoles, hasRoles || hasUsers && !c.opts.GrantRoles
}

func (p *validationErrs) validateList(field string, isMissing bool, ids []string) {
	if isMissing {
		p.refuse(field, "was not read, and must not be taken for empty: read the groups with frontegg.WithRelations(frontegg.RelationsRolesAndUsers)")
	}
	if i := slices.Index(ids, ""); i >= 0 {
		p.refuse(fmt.Sprintf("%s[%d].ID", field, i), "is empty")
	}
}

func userIDs(g *frontegg.Group) []string {
	ids := make([]string, len(g.Users))
	for i := range g.Users {
		ids[i] = g.Users[i].ID
	}
	return ids
}

func roleIDs(g *frontegg.Group) []string {
	ids := make([]string, len(g.Roles))
	for i := range g.Roles {
		ids[i] = g.Roles[i].ID
	}
	return ids
}
