package frontegg

import (
	"context"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// User is a user: a member of a group, or of a tenant.
//
// A field that is missing or null in the response is the zero value. The members of a
// group have fewer fields.
type User struct {
	// ID is what AddUsers and RemoveUsers take. An e-mail address is not an ID.
	ID                string `json:"id"`
	Email             string `json:"email"`
	Name              string `json:"name"`
	ProfilePictureURL string `json:"profilePictureUrl"`
	// ActivatedForTenant is whether the user has accepted the invitation to the
	// tenant of the group.
	ActivatedForTenant bool      `json:"activatedForTenant"`
	CreatedAt          time.Time `json:"createdAt"`

	// ExternalID is the user's ID at the customer's identity provider.
	ExternalID string `json:"externalId,omitzero"`
	// TenantIDs are the tenants that the user is a member of.
	TenantIDs []string `json:"tenantIds,omitzero"`
	// Verified is whether the e-mail address is verified.
	Verified bool `json:"verified,omitzero"`
	// Locked is whether the user cannot log in.
	Locked bool `json:"isLocked,omitzero"`
	// LastLogin is zero for a user who has never logged in.
	LastLogin time.Time `json:"lastLogin,omitzero"`
	ManagedBy ManagedBy `json:"managedBy,omitzero"`
}

// userRow is a [User] as it is decoded.
type userRow struct {
	User
	CreatedAt wire.Time `json:"createdAt"`
	LastLogin wire.Time `json:"lastLogin"`
}

func (r *userRow) user() User {
	u := r.User
	u.CreatedAt, u.LastLogin = r.CreatedAt.Time, r.LastLogin.Time
	return u
}

// AddUsers makes the users with the given IDs members of the group. A member has every
// role of the group, so adding a user grants access.
//
// A user who is already a member is not an error, so the call is safe to retry.
// userIDs are Frontegg user IDs, never e-mail addresses. Duplicates are sent once. If
// there are no IDs, it returns nil and sends nothing. More than 500 IDs are sent in
// several requests, one after the other. If one fails, the error is a [*BatchError]
// with the IDs that were applied.
//
// [ErrNotFound]: the group does not exist, or a user is not in the tenant.
// [ErrForbidden]: the caller does not rank above the roles of the group.
//
// POST /identity/resources/groups/v1/{groupId}/users.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_adduserstogroup.
func (s *GroupsService) AddUsers(ctx context.Context, groupID string, userIDs []string, opts ...RequestOption) error {
	c := newCall((*service)(s), op.AddUsers, opts)
	c.setGroupID("groupID", groupID)
	return c.sendMembers(ctx, userList, userIDs)
}

// RemoveUsers ends the membership of the users with the given IDs. They lose the roles
// that only this group gave them.
//
// A user who is not a member is not an error, so the call is safe to retry. IDs are
// handled as by [GroupsService.AddUsers].
//
// [ErrNotFound]: the group does not exist, or a user is not in the tenant.
//
// DELETE /identity/resources/groups/v1/{groupId}/users, with the IDs in the body.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_removeusersfromgroup.
func (s *GroupsService) RemoveUsers(ctx context.Context, groupID string, userIDs []string, opts ...RequestOption) error {
	c := newCall((*service)(s), op.RemoveUsers, opts)
	c.setGroupID("groupID", groupID)
	return c.sendMembers(ctx, userList, userIDs)
}

// SetUsers makes userIDs the members of the group: it reads the group, removes the
// members that are not in userIDs, and then adds those that are missing. No IDs mean no
// members.
//
// The Change has what was done, also if there is an error. Calling SetUsers again
// completes the work. There is no lock: of two callers who set different lists at once,
// each may win in part.
//
// The errors are those of [GroupsService.Get], [GroupsService.AddUsers] and
// [GroupsService.RemoveUsers].
//
// GET /identity/resources/groups/v1/{id}, then DELETE and POST
// /identity/resources/groups/v1/{groupId}/users if something is different.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_adduserstogroup.
func (s *GroupsService) SetUsers(ctx context.Context, groupID string, userIDs []string, opts ...RequestOption) (Change, error) {
	c := newCall((*service)(s), op.Get, opts)
	c.name = "groups.setUsers"
	return c.setMembers(ctx, userList, groupID, userIDs)
}
