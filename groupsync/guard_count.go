package groupsync

import (
	"fmt"
	"strings"
)

// changeCount counts the changes of a plan, and what the owned groups have.
type changeCount struct {
	owned, established                  int  // before: all, and those with members or roles
	isFilling                           bool // a first run was interrupted while it filled the groups
	unwanted, deleted, emptied, created int
	usersRemoved, rolesRemoved          listCount
	usersGranted, rolesAdded            listCount
}

// listCount counts the changes of one list of all groups.
type listCount struct {
	what      string
	base, all int      // before, and changed
	created   int      // additions to groups that are created
	fresh     int      // additions to groups that had nothing to compare with
	over      []string // the groups that change too much
}

// add counts n changes of a list of length base. over describes the group if it changes
// too much.
func (c *listCount) add(n, base int, over string, opts Options) {
	c.base += base
	c.all += n
	if !opts.allows(n, base) {
		c.over = append(c.over, over)
	}
}

func (p *planner) countChanges() *changeCount {
	c := &changeCount{
		usersRemoved: listCount{what: "member"}, rolesRemoved: listCount{what: "role"},
		usersGranted: listCount{what: "member"}, rolesAdded: listCount{what: "role"},
	}
	empty, halfMade := 0, 0
	for _, m := range p.matches {
		switch {
		case m.actual == nil:
		case m.isEmpty() && len(m.users.add)+len(m.roles.add) > 0:
			empty++
		case m.isHalfMade():
			halfMade++
		}
	}
	c.isFilling = halfMade <= min(empty, maxHalfMade)
	for _, m := range p.matches {
		switch {
		case m.unmanaged():
		case m.actual == nil:
			c.created++
			c.usersGranted.created += m.granted()
			c.rolesAdded.created += len(m.roles.add)
		case m.wanted == nil:
			c.countUnwanted(m, p.opts)
		default:
			c.countWanted(m, p.opts)
		}
	}
	return c
}

func (c *changeCount) countUnwanted(m *match, opts Options) {
	users, roles := difference(nil, userIDs(m.actual)).has, difference(nil, roleIDs(m.actual)).has
	c.owned++
	c.unwanted++
	c.usersRemoved.base += users
	c.rolesRemoved.base += roles
	if users+roles > 0 {
		c.established++
	}
	switch {
	case opts.Delete:
		c.deleted++
	case opts.Empty && users+roles > 0:
		c.emptied++
	default:
		return
	}
	c.usersRemoved.all += users
	c.rolesRemoved.all += roles
}

func (c *changeCount) countWanted(m *match, opts Options) {
	if !m.adopt {
		c.owned++
		if m.users.has+m.roles.has > 0 {
			c.established++
		}
	}
	if m.users.has > 0 && len(m.users.keep)+len(m.users.add) == 0 {
		c.emptied++
	}
	lose := func(ch change) string {
		return fmt.Sprintf("%s would lose %d of %d", quoted(m.name), len(ch.remove), ch.has)
	}
	c.usersRemoved.add(len(m.users.remove), m.users.has, lose(m.users), opts)
	c.rolesRemoved.add(len(m.roles.remove), m.roles.has, lose(m.roles), opts)
	c.countAdditions(m, opts)
}

// isEmpty reports whether a group has neither members nor roles.
func (m *match) isEmpty() bool { return m.users.has+m.roles.has == 0 }

// maxHalfMade is how many groups a run can leave half made: with Concurrency 8, one for
// each worker. If more are, roles are being given to groups that had none.
const maxHalfMade = 8

// isHalfMade reports whether a group looks as if a run had ended after adding its
// members and before adding its roles.
func (m *match) isHalfMade() bool {
	return m.users.has > 0 && m.roles.has == 0 && len(m.users.remove) == 0 && len(m.roles.add) > 0
}

// granted returns the number of added members who get roles.
func (m *match) granted() int {
	if len(m.grants()) == 0 {
		return 0
	}
	return len(m.users.add)
}

// countAdditions counts the additions that grant roles. In a group without members and
// roles there is nothing to compare with: a first run may have ended just after it was
// created.
func (c *changeCount) countAdditions(m *match, opts Options) {
	granted := m.granted()
	if m.isEmpty() || c.isFilling && m.isHalfMade() {
		c.usersGranted.fresh += granted
		c.rolesAdded.fresh += len(m.roles.add)
		return
	}
	get := func(n, has int) string { return fmt.Sprintf("%s would get %d and has %d", quoted(m.name), n, has) }
	if granted > 0 || len(m.grants()) > 0 {
		c.usersGranted.add(granted, m.users.has, get(granted, m.users.has), opts)
	}
	c.rolesAdded.add(len(m.roles.add), m.roles.has, get(len(m.roles.add), m.roles.has), opts)
}

// guardRemovals returns the errors of the guards of removals and deletions.
func (c *changeCount) guardRemovals(opts Options) []*GuardError {
	var errs []*GuardError
	refuse := func(g Guard, detail string) { errs = append(errs, &GuardError{Guard: g, Detail: detail}) }
	if c.unwanted > 1 && c.unwanted == c.owned && (c.deleted > 0 || c.emptied > 0) {
		refuse(GuardDeleteAll, fmt.Sprintf("all %d owned groups would be deleted or emptied: none of their keys is wanted any more; check that the source's keys are stable; %s", c.owned, neverAllowed))
	}
	for _, l := range []listCount{c.usersRemoved, c.rolesRemoved} {
		if len(l.over) > 0 {
			refuse(GuardGroup, l.groups(opts))
		} else if !opts.allows(l.all, l.base) {
			refuse(GuardTotal, fmt.Sprintf("all owned groups together would lose %d of %s, those of deleted groups included; %s",
				l.all, count(l.base, l.what), opts.allowed()))
		}
	}
	n := c.deleted + c.emptied
	if !opts.allows(n, c.owned) {
		refuse(GuardDelete, fmt.Sprintf("%d of %s would be deleted or emptied; %s", n, count(c.owned, "owned group"), opts.allowed()))
	} else if !opts.allowsTotal(n) {
		refuse(GuardDelete, fmt.Sprintf("%d of %s would be deleted or emptied; %s", n, count(c.owned, "owned group"), opts.allowedTotal()))
	}
	return errs
}

// guardAdditions returns the errors of the guards of additions and creates. Until an
// owner has groups with members or roles, there is nothing to compare new groups with.
func (c *changeCount) guardAdditions(opts Options) []*GuardError {
	created := listCount{what: "group", created: c.created, base: c.owned}
	var errs []*GuardError
	for _, l := range []struct {
		listCount
		guard  Guard
		detail string
	}{
		{c.usersGranted, GuardGrant, "groups with roles would get %s in all, and have %d"},
		{c.rolesAdded, GuardRoles, "groups would get %s in all, and have %d"},
		{created, GuardCreate, "%s would be created, and %d are owned"},
	} {
		if c.established > 0 {
			l.all += l.created
		} else {
			l.fresh += l.created
		}
		detail := fmt.Sprintf(l.detail, count(l.all+l.fresh, l.what), l.base)
		switch {
		case len(l.over) > 0:
			detail = l.groups(opts)
		case !opts.allows(l.all, l.base):
			detail += "; " + opts.allowed()
		case !opts.allowsTotal(l.all + l.fresh):
			detail += "; " + opts.allowedTotal()
		default:
			continue
		}
		errs = append(errs, &GuardError{Guard: l.guard, Detail: detail})
	}
	return errs
}

// groups describes the groups that change too much.
func (c *listCount) groups(opts Options) string {
	const shown = 3
	list := strings.Join(c.over[:min(shown, len(c.over))], ", ")
	if n := len(c.over) - shown; n > 0 {
		list += fmt.Sprintf(" and %d more groups", n)
	}
	return fmt.Sprintf("%ss: %s; %s", c.what, list, opts.allowed())
}
