package groupsync

import (
	"fmt"
	"slices"
)

// Plan is what has to be done, in the order in which [Apply] does it: create,
// rename, edit, remove members and roles, add members and roles, delete.
type Plan struct {
	Steps []Step
	// Skipped is what is left alone although it looks as if there were something
	// to do, sorted by reason.
	Skipped []Skip

	// owner and prefix are the options of the plan; empty in one that was not made
	// by Compute.
	owner, prefix string
	refused       *GuardError // by which a guard refused the plan
}

// Empty reports whether there is nothing to do. There may still be groups in
// Skipped.
func (p *Plan) Empty() bool { return len(p.Steps) == 0 }

// Kind is what a step does.
type Kind string

// The kinds, in the order in which they are done.
const (
	Create      Kind = "create"
	Rename      Kind = "rename"
	Edit        Kind = "edit"
	RemoveUsers Kind = "remove users"
	RemoveRoles Kind = "remove roles"
	AddUsers    Kind = "add users"
	AddRoles    Kind = "add roles"
	Delete      Kind = "delete"
)

var kinds = []Kind{Create, Rename, Edit, RemoveUsers, RemoveRoles, AddUsers, AddRoles, Delete}

// rank is the place of a kind in the order; -1: it is unknown.
func (k Kind) rank() int { return slices.Index(kinds, k) }

// Step is one write.
type Step struct {
	Kind Kind
	// GroupID is empty for a group that the plan creates: Key names it.
	GroupID string
	// Key is the group's in the source.
	Key string
	// Name is that of the group after the steps of kind Create and Rename.
	Name string
	// From is the name before a Rename.
	From string
	// Description and Color are what Create and Edit write; nil: not written.
	Description, Color *string
	// Metadata is what Create writes: the mark of the owner.
	Metadata string
	// IDs are the users or roles to add or remove, 500 at most. A longer list is
	// several steps.
	IDs []string
}

// String reports what the step does, on one line.
func (s Step) String() string {
	name := quoted(s.Name)
	switch {
	case s.Kind == Rename:
		return fmt.Sprintf("rename %s to %s", quoted(s.From), name)
	case len(s.IDs) > 0:
		return fmt.Sprintf("%s of %s (%d)", s.Kind, name, len(s.IDs))
	}
	return fmt.Sprintf("%s %s", s.Kind, name)
}

// Why a group, or a part of the work on it, is skipped.
const (
	ReasonUnowned      = "has no mark of this owner"
	ReasonOtherOwner   = "has the mark of another owner"
	ReasonUnreadable   = "has a mark that cannot be read"
	ReasonDuplicateKey = "has a key that another group has too"
	ReasonSCIM         = "is managed by SCIM: an identity provider writes it"
	ReasonManaged      = "is managed by another program"
	ReasonOutside      = "is wanted, but was renamed so that it is outside the prefix"
	ReasonNameTaken    = "has a wanted name that is taken"
	ReasonUnwanted     = "is no longer wanted, and Options.Delete is off"
	ReasonGrant        = "carries roles, and Options.GrantRoles is off"
)

// Skip is something that is left alone.
type Skip struct {
	GroupID string // empty: there is no group yet
	Key     string // the group's in the source; empty: it has none of this owner
	Name    string
	Reason  string // one of the Reason constants
	Detail  string // what is special to this group; may be empty
}

// Counts are how much a plan does, or has done.
type Counts struct {
	// Created, Renamed, Edited and Deleted count groups, each once. A step that
	// gives a group a temporary name, or a new group its final one, is no rename.
	Created, Renamed, Edited, Deleted int
	// UsersAdded and UsersRemoved count members of groups that are not deleted.
	UsersAdded, UsersRemoved int
	RolesAdded, RolesRemoved int
}

// Counts returns how much the plan does.
func (p *Plan) Counts() Counts { return p.counts(len(p.Steps)) }

// counts returns how much the first steps of the plan do.
func (p *Plan) counts(done int) Counts {
	last := map[string]int{} // the step that settles the name of a group
	for i, s := range p.Steps {
		if s.Kind == Rename || s.Kind == Delete {
			last[s.GroupID] = i
		}
	}
	var c Counts
	for i, s := range p.Steps[:done] {
		switch s.Kind {
		case Create:
			c.Created++
		case Rename:
			if s.GroupID != "" && last[s.GroupID] == i {
				c.Renamed++
			}
		case Edit:
			c.Edited++
		case Delete:
			c.Deleted++
		case AddUsers:
			c.UsersAdded += len(s.IDs)
		case RemoveUsers:
			c.UsersRemoved += len(s.IDs)
		case AddRoles:
			c.RolesAdded += len(s.IDs)
		case RemoveRoles:
			c.RolesRemoved += len(s.IDs)
		}
	}
	return c
}
