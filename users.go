package frontegg

import (
	"context"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
)

// User is a member of a group, as the groups API shows it.
//
// A field that the server left out or sent as null is the zero value.
type User struct {
	// ID is what AddUsers and RemoveUsers take. An e-mail address is not an id.
	ID                string `json:"id"`
	Email             string `json:"email"`
	Name              string `json:"name"`
	ProfilePictureURL string `json:"profilePictureUrl"`
	// ActivatedForTenant says that the user has accepted the invitation to the
	// group's account.
	ActivatedForTenant bool      `json:"activatedForTenant"`
	CreatedAt          time.Time `json:"createdAt"`

	// The fields below are sent by the users API, not with the
	// members of a group.

	// ExternalID is the user's ID in the customer's own system.
	ExternalID string `json:"externalId"`
	// TenantIDs are the tenants that the user belongs to.
	TenantIDs []string `json:"tenantIds"`
	// Verified reports whether the user has confirmed the e-mail address.
	Verified bool `json:"verified"`
	// Locked reports whether the user is barred from logging in.
	Locked bool `json:"isLocked"`
	// LastLogin is zero for a user who has never logged in.
	LastLogin time.Time `json:"lastLogin"`
	// ManagedBy is the system that maintains the user.
	ManagedBy ManagedBy `json:"managedBy"`
}

// AddUsers makes the users with the ids userIDs members of the group. A member
// has every role of the group, so adding a user is granting access.
//
// A user who is a member already is no error, so the call is safe to repeat.
// Ids are Frontegg user ids, never e-mail addresses. Duplicate ids are sent
// once. No ids is nothing to do: nil, nothing sent. More than 500 ids go in
// several requests, one after the other; when one fails, the error is a
// [*BatchError] that says which ids were applied.
//
// [ErrNotFound]: the group does not exist, or a user is not in the account.
// [ErrForbidden]: the caller does not rank above the group's roles.
//
// POST /identity/resources/groups/v1/{groupId}/users.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_adduserstogroup.
func (s *GroupsService) AddUsers(ctx context.Context, groupID string, userIDs []string, opts ...RequestOption) error {
	c := newCall(s, op.AddUsers, opts)
	c.setGroup("groupID", groupID)
	return c.sendMembers(ctx, userList, userIDs)
}

// RemoveUsers ends the membership of the users with the ids userIDs. They lose
// the roles that only this group gave them.
//
// A user who is no member is no error, so the call is safe to repeat. Ids are
// handled as by [GroupsService.AddUsers].
//
// [ErrNotFound]: the group does not exist, or a user is not in the account.
//
// DELETE /identity/resources/groups/v1/{groupId}/users, with the ids in the body.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_removeusersfromgroup.
func (s *GroupsService) RemoveUsers(ctx context.Context, groupID string, userIDs []string, opts ...RequestOption) error {
	c := newCall(s, op.RemoveUsers, opts)
	c.setGroup("groupID", groupID)
	return c.sendMembers(ctx, userList, userIDs)
}
