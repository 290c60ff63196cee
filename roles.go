package frontegg

import (
	"context"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
)

// Role is a role that a group gives to its members.
//
// A field that the server left out or sent as null is the zero value.
type Role struct {
	// ID is what AddRoles and RemoveRoles take.
	ID string `json:"id"`
	// VendorID is the environment the role belongs to.
	VendorID string `json:"vendorId"`
	// TenantID is the account that owns the role; empty for a role of the
	// environment, which every account can use.
	TenantID string `json:"tenantId"`
	// Key is the name that code checks for, unlike Name, which people read.
	Key         string `json:"key"`
	Name        string `json:"name"`
	Description string `json:"description"`
	// IsDefault says that a new user gets the role without being given it.
	IsDefault bool `json:"isDefault"`
	// FirstUserRole says that the first user of an account gets the role.
	FirstUserRole bool `json:"firstUserRole"`
	// Level orders roles by rank, 0 being the highest. A caller can only
	// assign roles below its own.
	Level     int       `json:"level"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
	// Permissions are the IDs of the permissions that the role grants.
	Permissions []string `json:"permissions"`
}

// AddRoles gives the roles with the ids roleIDs to the group: every member has
// them from then on.
//
// A role that the group already has is no error, so the call is safe to
// repeat. Duplicate ids are sent once. No ids is nothing to do: nil, nothing
// sent. More than 500 ids go in several requests, one after the other; when
// one fails, the error is a [*BatchError] that says which ids were applied.
//
// [ErrNotFound]: the group or a role does not exist. [ErrForbidden]: a role is
// not below the caller's own.
//
// POST /identity/resources/groups/v1/{groupId}/roles.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_addrolestogroup.
func (s *GroupsService) AddRoles(ctx context.Context, groupID string, roleIDs []string, opts ...RequestOption) error {
	c := newCall(s, op.AddRoles, opts)
	c.setGroup("groupID", groupID)
	return c.sendMembers(ctx, roleList, roleIDs)
}

// RemoveRoles takes the roles with the ids roleIDs from the group.
//
// A role that the group does not have is no error, so the call is safe to
// repeat. Ids are handled as by [GroupsService.AddRoles].
//
// [ErrNotFound]: the group or a role does not exist.
//
// DELETE /identity/resources/groups/v1/{groupId}/roles, with the ids in the body.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_removerolesfromgroup.
func (s *GroupsService) RemoveRoles(ctx context.Context, groupID string, roleIDs []string, opts ...RequestOption) error {
	c := newCall(s, op.RemoveRoles, opts)
	c.setGroup("groupID", groupID)
	return c.sendMembers(ctx, roleList, roleIDs)
}
