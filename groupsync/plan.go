package groupsync

import (
	"fmt"
	"slices"
)

// Plan is what has to be done, in the order in which [Apply] does it: remove
// members and roles, delete, rename, create, adopt, edit, add members and roles.
//
// A plan is whole: [Apply] refuses one that was changed after [Compute] made it,
// also on its way through JSON.
type Plan struct {
	Steps []Step
	// Skipped is what is wanted and not done, and what looks as if there were
	// something to do, sorted by reason.
	Skipped []Skip
	// Warnings are for a person to read: names that are hard to tell apart.
	Warnings []string
	// Names holds the e-mail address or role key of each ID in Steps and Skipped,
	// if it is known. See [Options].
	Names map[string]string

	// The options of the plan.
	owner, prefix, tenant string
	grantRoles            bool

	refused  *GuardError // the guard that refused the plan; nil: none did
	checksum string      // of all the above; empty: not made by Compute
}

// Empty reports whether there is nothing to do. There may still be entries in
// Skipped and Warnings.
func (p *Plan) Empty() bool { return len(p.Steps) == 0 }

// Owner returns the owner that the plan was computed for.
func (p *Plan) Owner() string { return p.owner }

// Tenant returns the tenant that the plan is bound to; empty: it is not.
func (p *Plan) Tenant() string { return p.tenant }

// Refused returns the guard that refused the plan; nil: none did.
func (p *Plan) Refused() *GuardError { return p.refused }

// NameOf returns the e-mail address or role key of an ID, or the ID if that is
// not known.
func (p *Plan) NameOf(id string) string {
	if name := p.Names[id]; name != "" {
		return name
	}
	return id
}

// display returns the name of an ID with the ID, for a sentence.
func (p *Plan) display(id string) string {
	if name := p.Names[id]; name != "" {
		return text(name, maxEmail) + " (" + text(id, maxName) + ")"
	}
	return text(id, maxEmail)
}

// Kind is what a step does.
type Kind string

// The kinds, in the order in which they are done.
const (
	RemoveUsers Kind = "remove users"
	RemoveRoles Kind = "remove roles"
	Delete      Kind = "delete"
	Rename      Kind = "rename"
	Create      Kind = "create"
	Adopt       Kind = "adopt" // writes the owner label into an unowned group
	Edit        Kind = "edit"
	AddUsers    Kind = "add users"
	AddRoles    Kind = "add roles"
)

var kinds = []Kind{RemoveUsers, RemoveRoles, Delete, Rename, Create, Adopt, Edit, AddUsers, AddRoles}

// rank is the place of a kind in the order; -1: it is unknown.
func (k Kind) rank() int { return slices.Index(kinds, k) }

// isRemoval reports whether the kind takes members or roles from a group.
func (k Kind) isRemoval() bool { return k == RemoveUsers || k == RemoveRoles }

// Step is one write.
type Step struct {
	Kind Kind `json:"kind"`
	// GroupID is empty for a group that the plan creates: Key identifies it.
	GroupID string `json:"groupId,omitzero"`
	// Key is the group's in the source.
	Key string `json:"key"`
	// Name is that of the group after the steps of kind Rename and Create.
	Name string `json:"name"`
	// From is the name before a Rename.
	From string `json:"from,omitzero"`
	// Description and Color are what Create and Edit write; nil: not written.
	Description *string `json:"description,omitzero"`
	Color       *string `json:"color,omitzero"`
	// Metadata is what Create and Adopt write: it has the owner label.
	Metadata string `json:"metadata,omitzero"`
	// IDs are the users or roles to add or remove, 500 at most. A longer list is
	// several steps.
	IDs []string `json:"ids,omitzero"`
	// Grants are the IDs of the roles that users who are added get. Apply adds
	// nobody to a group that has other roles by then.
	Grants []string `json:"grants,omitzero"`
	// UserCount and RoleCount are how many members and roles a Delete takes away.
	UserCount int `json:"userCount,omitzero"`
	RoleCount int `json:"roleCount,omitzero"`
	// TraceID identifies the request to Frontegg's support. Only steps that
	// [ApplyOptions.Journal] gets have it.
	TraceID string `json:"traceId,omitzero"`
}

// String describes the step on one line.
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
	ReasonUnowned      = "has no label of this owner"
	ReasonOtherOwner   = "has the label of another owner"
	ReasonUnreadable   = "has a label that cannot be read"
	ReasonInvalidID    = "has an ID, or members or roles with IDs, that cannot be sent"
	ReasonDuplicateKey = "has a key that another group has too"
	ReasonSCIM         = "is managed by SCIM: an identity provider writes it"
	ReasonManaged      = "is managed by another program"
	ReasonOutside      = "is wanted, but was renamed so that it is outside the prefix"
	ReasonNameTaken    = "has a wanted name that is taken"
	ReasonUnwanted     = "is no longer wanted, and Options.Delete and Options.Empty are off"
	ReasonGrant        = "carries roles, and Options.GrantRoles is off"
	ReasonUnknownUser  = "has wanted members who are not users of the tenant"
	ReasonInvalid      = "cannot be made as wanted"
	ReasonFailed       = "was not done because an earlier step of the group failed" // in a Report only
)

// Skip is something that is left alone.
type Skip struct {
	GroupID string   `json:"groupId,omitzero"` // empty: there is no group yet
	Key     string   `json:"key,omitzero"`     // the group's in the source; empty: it has none of this owner
	Name    string   `json:"name"`
	Reason  string   `json:"reason"`          // one of the Reason constants
	Detail  string   `json:"detail,omitzero"` // what is special to this group; may be empty
	IDs     []string `json:"ids,omitzero"`    // the users or roles that are not added, for ReasonGrant
}

// Counts are how much a plan does, or has done.
type Counts struct {
	// Created, Adopted, Renamed, Edited and Deleted count groups, each once. A step
	// that gives a group a temporary name is no rename.
	Created, Adopted, Renamed, Edited, Deleted int
	// UsersAdded and UsersRemoved count members of groups that are not deleted.
	UsersAdded, UsersRemoved int
	RolesAdded, RolesRemoved int
}

// Counts returns how much the plan does.
func (p *Plan) Counts() Counts {
	return p.counts(func(i int) (bool, int) { return true, len(p.Steps[i].IDs) })
}

// counts returns what the steps amount to. done reports whether a step is done,
// and how many of its IDs are.
func (p *Plan) counts(done func(i int) (bool, int)) Counts {
	last := map[string]int{} // the step that gives a group its final name
	for i, s := range p.Steps {
		if s.Kind == Rename {
			last[s.GroupID] = i
		}
	}
	var c Counts
	groups := map[Kind]*int{Create: &c.Created, Adopt: &c.Adopted, Edit: &c.Edited, Delete: &c.Deleted, Rename: &c.Renamed}
	members := map[Kind]*int{AddUsers: &c.UsersAdded, RemoveUsers: &c.UsersRemoved, AddRoles: &c.RolesAdded, RemoveRoles: &c.RolesRemoved}
	for i, s := range p.Steps {
		isDone, ids := done(i)
		switch {
		case members[s.Kind] != nil:
			*members[s.Kind] += ids
		case isDone && groups[s.Kind] != nil && (s.Kind != Rename || last[s.GroupID] == i):
			*groups[s.Kind]++
		}
	}
	return c
}
