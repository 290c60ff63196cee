package frontegg

import (
	"context"
	"net/url"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// User is a user, as a member of a group or found with [UsersService].
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

// UsersService finds the users of a tenant and what they are members of. Use it as
// [Client.Users]. It is safe for concurrent use.
type UsersService service

var userResource = &resource[User]{
	name: "a user", list: "users", decode: (*decoder).user, id: userID, label: userID, labels: "id",
}

func (d *decoder) user(u *User) error {
	return d.Object(func(name []byte) error {
		switch string(name) {
		case "id":
			return d.ID(&u.ID)
		case "email":
			return d.String(&u.Email)
		case "name":
			return d.String(&u.Name)
		case "profilePictureUrl":
			return d.String(&u.ProfilePictureURL)
		case "activatedForTenant":
			return d.Bool(&u.ActivatedForTenant)
		case "createdAt":
			return d.Time(&u.CreatedAt)
		case "externalId":
			return d.String(&u.ExternalID)
		case "tenantIds":
			return d.Strings(&u.TenantIDs)
		case "verified":
			return d.Bool(&u.Verified)
		case "isLocked":
			return d.Bool(&u.Locked)
		case "lastLogin":
			return d.Time(&u.LastLogin)
		case "managedBy":
			return d.String((*string)(&u.ManagedBy))
		}
		return d.Skip()
	})
}

func userID(u *User) string { return u.ID }

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

// GroupIDs returns the IDs of the groups that each user is a member of, by user ID. Users
// without groups are missing. If there are no user IDs, the map is empty and nothing is
// sent. 100 user IDs are sent in a request, up to eight requests at once.
//
// GET /identity/resources/users/v3/groups.
// See https://developers.frontegg.com/ciam/api/identity/user-management/userscontrollerv3_getusersgroups.
func (s *UsersService) GroupIDs(ctx context.Context, userIDs []string, opts ...RequestOption) (map[string][]string, error) {
	c := newCall((*service)(s), op.GroupIDsOfUsers, opts)
	return idsByUser(ctx, c, userIDs, func(m *memberships) []string { return m.groupIDs })
}

// RoleIDs returns the IDs of the roles that each user has in the tenant, by user ID,
// without those of the user's groups. Users without roles are missing. If there are no
// user IDs, the map is empty and nothing is sent. 100 user IDs are sent in a request, up
// to eight requests at once.
//
// GET /identity/resources/users/v3/roles.
// See https://developers.frontegg.com/ciam/api/identity/user-management/userscontrollerv3_getusersroles.
func (s *UsersService) RoleIDs(ctx context.Context, userIDs []string, opts ...RequestOption) (map[string][]string, error) {
	c := newCall((*service)(s), op.RoleIDsOfUsers, opts)
	return idsByUser(ctx, c, userIDs, func(m *memberships) []string { return m.roleIDs })
}

// memberships are the groups or roles of a user in a tenant.
type memberships struct {
	tenantID, userID  string
	groupIDs, roleIDs []string
}

func (m *memberships) user() string { return m.userID }

var membershipResource = &resource[memberships]{
	name: "a user", list: "users", decode: (*decoder).memberships,
	id: (*memberships).user, label: (*memberships).user, labels: "userId",
}

func (d *decoder) memberships(m *memberships) error {
	return d.Object(func(name []byte) error {
		switch string(name) {
		case "tenantId":
			return d.String(&m.tenantID)
		case "userId":
			return d.String(&m.userID)
		case "groupIds":
			return d.Strings(&m.groupIDs)
		case "roleIds":
			return d.Strings(&m.roleIDs)
		}
		return d.Skip()
	})
}

// idsByUser sends the user IDs in batches. It returns the IDs that get returns.
func idsByUser(ctx context.Context, c *call, userIDs []string, get func(*memberships) []string) (map[string][]string, error) {
	c.validateIDs("userIDs", userIDs, validate.ListedID)
	if err := c.argumentError(ctx); err != nil {
		return nil, err
	}
	userIDs = unique(userIDs)
	requested := make(map[string]bool, len(userIDs))
	for _, id := range userIDs {
		requested[id] = true
	}
	ids := map[string][]string{}
	for p, err := range inBatches(ctx, c, membershipResource, listBatches(userIDs), (*call).setUserIDs) {
		if err != nil {
			return nil, err
		}
		for _, m := range p.rows {
			otherTenant := c.request.Tenant != "" && m.tenantID != "" && m.tenantID != c.request.Tenant
			found := without(append(ids[m.userID], get(&m)...), []string{""}) // null is no ID
			if requested[m.userID] && !otherTenant && len(found) > 0 {
				ids[m.userID] = found
			}
		}
	}
	return ids, nil
}

func (c *call) setUserIDs(ids []string) {
	c.setQuery(struct {
		IDs []string `url:"ids,comma"`
	}{ids})
}

const (
	listBatch = 100   // user IDs in a query
	listBytes = 6_000 // of a query; the server accepts URLs of 8,000
)

// listBatches splits IDs for queries. Each ID takes its length and an encoded comma.
func listBatches(ids []string) [][]string {
	var batches [][]string
	start, size := 0, 0
	for i, id := range ids {
		length := len(url.QueryEscape(id)) + len("%2C")
		if i > start && (i-start == listBatch || size+length > listBytes) {
			batches = append(batches, ids[start:i])
			start, size = i, 0
		}
		size += length
	}
	if start < len(ids) {
		batches = append(batches, ids[start:])
	}
	return batches
}
