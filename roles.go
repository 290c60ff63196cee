package frontegg

import (
	"context"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// Role is a role that users have, or that a group gives to its members.
//
// A field that is missing or null in the response is the zero value.
type Role struct {
	// ID is what AddRoles and RemoveRoles take.
	ID string `json:"id"`
	// VendorID is the environment of the role.
	VendorID string `json:"vendorId"`
	// TenantID is the tenant of the role. It is empty for a role of the environment,
	// which every tenant can use.
	TenantID string `json:"tenantId"`
	// Key is the name that programs use. Name is for people.
	Key         string `json:"key"`
	Name        string `json:"name"`
	Description string `json:"description"`
	// IsDefault is whether new users have the role.
	IsDefault bool `json:"isDefault"`
	// FirstUserRole is whether the first user of a tenant has the role.
	FirstUserRole bool `json:"firstUserRole"`
	// Level is the rank of the role; 0 is the highest. A caller can only assign roles
	// below its own.
	Level     int       `json:"level"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`

	// Permissions are the IDs of the permissions that the role has.
	Permissions []string `json:"permissions,omitzero"`
}

// roleRow is a [Role] as it is decoded.
type roleRow struct {
	Role
	Level     wire.Int  `json:"level"`
	CreatedAt wire.Time `json:"createdAt"`
	UpdatedAt wire.Time `json:"updatedAt"`
}

func (r *roleRow) role() Role {
	v := r.Role
	v.Level, v.CreatedAt, v.UpdatedAt = int(r.Level), r.CreatedAt.Time, r.UpdatedAt.Time
	return v
}

// AddRoles adds the roles with the given IDs to the group: every member has them.
//
// A role that the group already has is not an error, so the call is safe to retry.
// Duplicates are sent once. If there are no IDs, it returns nil and sends nothing. More
// than 500 IDs are sent in several requests, one after the other. If one fails, the
// error is a [*BatchError] with the IDs that were applied.
//
// [ErrNotFound]: the group or a role does not exist. [ErrForbidden]: a role is not
// below the caller's own.
//
// POST /identity/resources/groups/v1/{groupId}/roles.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_addrolestogroup.
func (s *GroupsService) AddRoles(ctx context.Context, groupID string, roleIDs []string, opts ...RequestOption) error {
	c := newCall((*service)(s), op.AddRoles, opts)
	c.setGroupID("groupID", groupID)
	return c.sendMembers(ctx, roleList, roleIDs)
}

// RemoveRoles removes the roles with the given IDs from the group.
//
// A role that the group does not have is not an error, so the call is safe to retry.
// IDs are handled as by [GroupsService.AddRoles].
//
// [ErrNotFound]: the group or a role does not exist.
//
// DELETE /identity/resources/groups/v1/{groupId}/roles, with the IDs in the body.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_removerolesfromgroup.
func (s *GroupsService) RemoveRoles(ctx context.Context, groupID string, roleIDs []string, opts ...RequestOption) error {
	c := newCall((*service)(s), op.RemoveRoles, opts)
	c.setGroupID("groupID", groupID)
	return c.sendMembers(ctx, roleList, roleIDs)
}

// SetRoles makes roleIDs the roles of the group: it reads the group, removes the roles
// that are not in roleIDs, and then adds those that are missing. No IDs mean no roles.
//
// The Change has what was done, also if there is an error. Calling SetRoles again
// completes the work. There is no lock: of two callers who set different lists at once,
// each may win in part.
//
// The errors are those of [GroupsService.Get], [GroupsService.AddRoles] and
// [GroupsService.RemoveRoles].
//
// GET /identity/resources/groups/v1/{id}, then DELETE and POST
// /identity/resources/groups/v1/{groupId}/roles if something is different.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_addrolestogroup.
func (s *GroupsService) SetRoles(ctx context.Context, groupID string, roleIDs []string, opts ...RequestOption) (Change, error) {
	c := newCall((*service)(s), op.Get, opts)
	c.name = "groups.setRoles"
	return c.setMembers(ctx, roleList, groupID, roleIDs)
}
