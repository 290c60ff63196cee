package groupsync

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// batch is the maximum number of IDs of a step, so that each step is one request.
const batch = 500

// change is the change of one list of a group. The IDs are sorted.
type change struct {
	has         int // length of the list before
	add, remove []string
	keep        []string // in the list before and after
	odd         int      // number of entries in keep that are unwanted but have an ID that cannot be sent
}

// difference returns the change that turns the list has into wanted. If wanted is nil,
// nothing changes.
func difference(wanted, has []string) change {
	there := make(map[string]bool, len(has))
	for _, id := range has {
		there[id] = true
	}
	c := change{has: len(there)}
	for _, id := range wanted {
		if there[id] {
			c.keep = append(c.keep, id)
			delete(there, id)
		} else {
			c.add = append(c.add, id)
		}
	}
	for id := range there {
		switch {
		case wanted == nil:
			c.keep = append(c.keep, id)
		case validate.MemberID(id) != "":
			c.keep = append(c.keep, id)
			c.odd++
		default:
			c.remove = append(c.remove, id)
		}
	}
	slices.Sort(c.keep)
	slices.Sort(c.add)
	slices.Sort(c.remove)
	return c
}

// planMembers plans the members and roles of a group.
func (p *planner) planMembers(m *match, users, roles []string) {
	var hasUsers, hasRoles []string
	var unknown []string
	if m.actual != nil {
		hasUsers, hasRoles = userIDs(m.actual), roleIDs(m.actual)
	}
	if m.wanted != nil {
		var members []string
		members, unknown = m.unknownMembers()
		if users != nil {
			users = append(slices.Clip(users), members...)
		}
	}
	m.users, m.roles = difference(users, hasUsers), difference(roles, hasRoles)
	p.skipOdd(m, m.users.odd, "member")
	p.skipOdd(m, m.roles.odd, "role")
	switch {
	case m.wanted == nil:
	case m.wanted.Invalid != "":
		m.users.add, m.roles.add = nil, nil
	case !p.opts.GrantRoles:
		p.skipGrants(m)
	}
	p.skipUnknown(m, unknown)
	p.members(m, RemoveUsers, m.users.remove)
	p.members(m, RemoveRoles, m.roles.remove)
	p.members(m, AddUsers, m.users.add)
	p.members(m, AddRoles, m.roles.add)
}

// grants returns the IDs of the roles that added members get.
func (m *match) grants() []string {
	ids := slices.Concat(m.roles.keep, m.roles.add)
	slices.Sort(ids)
	return ids
}

// skipOdd reports n members or roles that are kept because their IDs cannot be sent.
func (p *planner) skipOdd(m *match, n int, what string) {
	if n > 0 {
		p.skip(Skip{GroupID: m.id(), Key: m.key, Name: m.name, Reason: ReasonInvalidID, Detail: count(n, what) + " not removed"})
	}
}

// unknownMembers returns the IDs of the wanted people who are not known as users but are
// members of the group: they stay. others are the wanted people who are not members.
func (m *match) unknownMembers() (ids, others []string) {
	byID, byEmail := map[string]string{}, map[string]string{}
	if m.actual != nil && len(m.wanted.UnknownUsers) > 0 {
		for _, u := range m.actual.Users {
			byID[u.ID], byEmail[foldEmail(u.Email)] = u.ID, u.ID
		}
	}
	delete(byEmail, "")
	isWanted := map[string]bool{}
	for _, id := range m.wanted.UserIDs {
		isWanted[id] = true
	}
	for _, person := range m.wanted.UnknownUsers {
		id := cmp.Or(byID[person], byEmail[foldEmail(person)])
		switch {
		case id == "":
			others = append(others, person)
		case !isWanted[id]:
			ids = append(ids, id)
			isWanted[id] = true
		}
	}
	return ids, others
}

// skipUnknown reports the wanted members who are not users of the tenant.
func (p *planner) skipUnknown(m *match, unknown []string) {
	if n := len(unknown); n > 0 {
		p.skip(Skip{
			GroupID: m.id(), Key: m.key, Name: m.name, Reason: ReasonUnknownUser,
			Detail: count(n, "member") + " not added: " + strings.Join(unknown, ", "),
		})
	}
}

// skipGrants removes from a group's changes what would grant a role: first roles if the
// group has members, then members if it has roles.
func (p *planner) skipGrants(m *match) {
	withhold := func(ids []string, detail string) {
		p.skip(Skip{GroupID: m.id(), Key: m.key, Name: m.name, Reason: ReasonGrant, Detail: detail, IDs: ids})
	}
	if n := len(m.roles.add); n > 0 && len(m.users.keep) > 0 {
		withhold(m.roles.add, fmt.Sprintf("%s not added: %s would get them", count(n, "role"), count(len(m.users.keep), "member")))
		m.roles.add = nil
	}
	if n, roles := len(m.users.add), len(m.grants()); n > 0 && roles > 0 {
		withhold(m.users.add, fmt.Sprintf("%s not added: they would get %s", count(n, "member"), count(roles, "role")))
		m.users.add = nil
	}
}

func (p *planner) members(m *match, kind Kind, ids []string) {
	for part := range slices.Chunk(ids, batch) {
		s := Step{Kind: kind, GroupID: m.id(), Key: m.key, Name: m.name, IDs: part}
		if kind == AddUsers {
			s.Grants = m.grants()
		}
		p.step(s)
	}
}

// validateRelations returns an error for groups whose members or roles are
// needed and were not read.
func (p *planner) validateRelations(actual []frontegg.Group) error {
	row := make(map[string]int, len(actual))
	for i := range actual {
		row[actual[i].ID] = i
	}
	var wrong validationErrs
	for _, m := range p.matches {
		if m.unmanaged() || m.actual == nil {
			continue
		}
		users, roles := p.needs(m)
		field := fmt.Sprintf("actual[%d] (id %s)", row[m.id()], quoted(m.id()))
		if users {
			wrong.wasRead(field+".Users", m.actual.Users != nil)
		}
		if roles {
			wrong.wasRead(field+".Roles", m.actual.Roles != nil)
		}
	}
	return wrong.err()
}

// needs reports which lists of an owned group must be known.
func (p *planner) needs(m *match) (users, roles bool) {
	if m.wanted == nil {
		all := p.opts.Delete || p.opts.Empty
		return all, all // how many are removed
	}
	wantsUsers, wantsRoles := m.wanted.UserIDs != nil, m.wanted.RoleIDs != nil
	return wantsUsers || wantsRoles, wantsRoles || wantsUsers
}

func (e *validationErrs) wasRead(field string, isRead bool) {
	if !isRead {
		e.add(field, "was not read, and must not be taken for empty: read the groups with groupsync.Read, or with frontegg.WithRelations(frontegg.RelationsRolesAndUsers)")
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
