package groupsync

import (
	"fmt"
	"slices"
)

// Plan is a list of steps, sorted by kind: remove members and roles, delete, rename,
// create, adopt, edit, add members and roles. [Apply] does the steps of each group in
// this order, and all removals and deletions before anything else.
//
// [Apply] refuses a plan that was changed after [Compute] returned it, also if it
// was changed as JSON.
type Plan struct {
	Steps []Step
	// Skipped are the groups, or parts of the work on them, that the plan leaves as
	// they are, sorted by reason.
	Skipped []Skip
	// Warnings are about names that are hard to tell apart.
	Warnings []string
	// Names has the e-mail address or role key of each ID in Steps and Skipped, if
	// it is known. See [Options].
	Names map[string]string

	// The options of the plan.
	owner, prefix, tenant string
	grantRoles            bool

	refused  *GuardError // by which a guard refused the plan; may be nil
	checksum string      // of all the above; empty if the plan is not from Compute
}

// Empty reports whether the plan has no steps. Skipped and Warnings may have
// entries.
func (p *Plan) Empty() bool { return len(p.Steps) == 0 }

// Owner returns the owner that the plan was computed for.
func (p *Plan) Owner() string { return p.owner }

// Tenant returns the tenant that the plan is bound to, or "" if it is not bound.
func (p *Plan) Tenant() string { return p.tenant }

// Refused returns the error of the guard that refused the plan, or nil.
func (p *Plan) Refused() *GuardError { return p.refused }

// NameOf returns the e-mail address or role key of an ID, or the ID if neither is
// known.
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

// The kinds, in the order in which they are done to a group.
const (
	// RemoveUsers removes members from a group.
	RemoveUsers Kind = "remove users"
	// RemoveRoles removes roles from a group.
	RemoveRoles Kind = "remove roles"
	// Delete deletes a group.
	Delete Kind = "delete"
	// Rename changes the name of a group, possibly to a temporary one.
	Rename Kind = "rename"
	// Create creates a group with its owner label.
	Create Kind = "create"
	// Adopt writes the owner label into a group without one.
	Adopt Kind = "adopt"
	// Edit changes the description or the color of a group.
	Edit Kind = "edit"
	// AddUsers adds members to a group.
	AddUsers Kind = "add users"
	// AddRoles adds roles to a group.
	AddRoles Kind = "add roles"
)

var kinds = []Kind{RemoveUsers, RemoveRoles, Delete, Rename, Create, Adopt, Edit, AddUsers, AddRoles}

// rank returns the position of a kind in the order, or -1 if it is unknown.
func (k Kind) rank() int { return slices.Index(kinds, k) }

// isRemoval reports whether the kind takes members or roles from a group.
func (k Kind) isRemoval() bool { return k == RemoveUsers || k == RemoveRoles }

// Step is one write.
type Step struct {
	Kind Kind `json:"kind"`
	// GroupID is empty for a group that the plan creates: Key identifies it.
	GroupID string `json:"groupId,omitzero"`
	// Key is the key of the group in the source.
	Key string `json:"key"`
	// Name is the name of the group after the steps of kind Rename and Create.
	Name string `json:"name"`
	// From is the name before a Rename.
	From string `json:"from,omitzero"`
	// Description and Color are what Create and Edit write. nil: not written.
	Description *string `json:"description,omitzero"`
	Color       *string `json:"color,omitzero"`
	// Metadata is what Create and Adopt write. It has the owner label.
	Metadata string `json:"metadata,omitzero"`
	// IDs are the users or roles to add or remove, at most 500. A longer list is
	// several steps.
	IDs []string `json:"ids,omitzero"`
	// Grants are the IDs of the roles that users get who are added. Apply adds nobody
	// to a group that has got other roles since.
	Grants []string `json:"grants,omitzero"`
	// UserCount and RoleCount are the numbers of members and roles of a group that is
	// deleted.
	UserCount int `json:"userCount,omitzero"`
	RoleCount int `json:"roleCount,omitzero"`
	// TraceID identifies the request for Frontegg's support. It is set only in the
	// steps that [ApplyOptions.Journal] is called with.
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
	// ReasonUnowned is for a group without an owner label.
	ReasonUnowned = "has no label of this owner"
	// ReasonOtherOwner is for a group of another owner.
	ReasonOtherOwner = "has the label of another owner"
	// ReasonUnreadable is for a group whose metadata or label is damaged.
	ReasonUnreadable = "has a label that cannot be read"
	// ReasonInvalidID is for an ID from the server that the client would not send.
	ReasonInvalidID = "has an ID, or members or roles with IDs, that cannot be sent"
	// ReasonDuplicateKey is for groups of the owner that have the same key.
	ReasonDuplicateKey = "has a key that another group has too"
	// ReasonSCIM is for a group of [frontegg.ManagedBySCIM].
	ReasonSCIM = "is managed by SCIM: an identity provider writes it"
	// ReasonManaged is for a group with another ManagedBy.
	ReasonManaged = "is managed by another program"
	// ReasonOutside is for a group of the owner without [Options].Prefix.
	ReasonOutside = "is wanted, but was renamed so that it is outside the prefix"
	// ReasonNameTaken is for a group that cannot be created or renamed.
	ReasonNameTaken = "has a wanted name that is taken"
	// ReasonUnwanted is for a group that is no longer wanted but kept.
	ReasonUnwanted = "is no longer wanted, and Options.Delete and Options.Empty are off"
	// ReasonGrant is for members or roles that are not added. [Skip].IDs has them.
	ReasonGrant = "carries roles, and Options.GrantRoles is off"
	// ReasonUnknownUser is for [Group].UnknownUsers.
	ReasonUnknownUser = "has wanted members who are not users of the tenant"
	// ReasonInvalid is for [Group].Invalid.
	ReasonInvalid = "cannot be made as wanted"
	// ReasonFailed is for steps that were not tried. Only a [Report] has it.
	ReasonFailed = "was not done because an earlier step of the group failed"
)

// Skip is a group, or a part of the work on it, that is left as it is.
type Skip struct {
	GroupID string   `json:"groupId,omitzero"` // empty if the group does not exist
	Key     string   `json:"key,omitzero"`     // in the source; empty if the group has no key of this owner
	Name    string   `json:"name"`
	Reason  string   `json:"reason"`          // one of the Reason constants
	Detail  string   `json:"detail,omitzero"` // about this group; may be empty
	IDs     []string `json:"ids,omitzero"`    // the users or roles that are not added, for ReasonGrant
}

// Counts are the numbers of changes of a plan or a run.
type Counts struct {
	// Created, Adopted, Renamed, Edited and Deleted count groups, each once. A rename
	// to a temporary name is not counted.
	Created, Adopted, Renamed, Edited, Deleted int
	// UsersAdded and UsersRemoved count members, RolesAdded and RolesRemoved roles,
	// without those of deleted groups.
	UsersAdded, UsersRemoved int
	RolesAdded, RolesRemoved int
}

// Counts returns the numbers of changes of the plan.
func (p *Plan) Counts() Counts {
	return p.counts(func(i int) (bool, int) { return true, len(p.Steps[i].IDs) })
}

// counts counts the changes of the steps that are done. done reports whether a step
// is done, and how many of its IDs are.
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
