package frontegg

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/validate"
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

var roleResource = &resource[Role]{
	name: "a role", list: "roles", decode: (*decoder).role, id: roleID, label: roleID, labels: "id",
}

func (d *decoder) role(r *Role) error {
	return d.Object(func(name []byte) error {
		switch string(name) {
		case "id":
			return d.ID(&r.ID)
		case "vendorId":
			return d.String(&r.VendorID)
		case "tenantId":
			return d.String(&r.TenantID)
		case "key":
			return d.String(&r.Key)
		case "name":
			return d.String(&r.Name)
		case "description":
			return d.String(&r.Description)
		case "isDefault":
			return d.Bool(&r.IsDefault)
		case "firstUserRole":
			return d.Bool(&r.FirstUserRole)
		case "level":
			return d.Int(&r.Level)
		case "createdAt":
			return d.Time(&r.CreatedAt)
		case "updatedAt":
			return d.Time(&r.UpdatedAt)
		case "permissions":
			return d.Strings(&r.Permissions)
		}
		return d.Skip()
	})
}

// sharedRole reads a role that other groups may also have.
func (d *decoder) sharedRole(r *Role) error {
	return d.recentRoles.Object(&d.Decoder, r, d.role, func(r Role) Role {
		r.Permissions = slices.Clone(r.Permissions)
		return r
	})
}

func roleID(r *Role) string { return r.ID }

// RolesService finds the roles of a tenant. Use it as [Client.Roles]. It is safe for
// concurrent use.
type RolesService service

// List returns all roles that the tenant can use, by key: its own and those of the
// environment.
//
// GET /identity/resources/roles/v2, for each page.
// See https://developers.frontegg.com/ciam/api/identity/account-roles/permissionscontrollerv2_getallroles.
func (s *RolesService) List(ctx context.Context, opts ...RequestOption) ([]Role, error) {
	c := newCall((*service)(s), op.ListRolesPage, opts)
	c.name = "roles.list"
	return listRoles(ctx, c)
}

func listRoles(ctx context.Context, c *call) ([]Role, error) {
	ctx, cancel := c.withTimeout(ctx)
	defer cancel()
	walk := newWalk(c, roleResource, 0, batchConcurrency, func(c *call, page, size int) {
		c.setQuery(listQuery{Limit: size, Offset: page, SortBy: "key", Order: Ascending})
	})
	roles := []Role{}
	for r, err := range walk.all(ctx) {
		if err != nil {
			return nil, err
		}
		if r.TenantID == "" || c.request.Tenant == "" || r.TenantID == c.request.Tenant {
			roles = append(roles, r)
		}
	}
	return roles, nil
}

// listQuery is the query of a page of a list without filters.
type listQuery struct {
	Limit  int    `url:"_limit"`
	Offset int    `url:"_offset"`
	SortBy string `url:"_sortBy"`
	Order  Order  `url:"_order"`
}

// FindByKeys returns the roles with the given keys, by key. Unknown keys are missing. If
// there are no keys, the map is empty and nothing is sent. It reads all roles, as
// [RolesService.List] does.
//
// [ErrAmbiguous]: both a role of the environment and one of the tenant have a key. The
// error has the IDs of both. [*ValidationError]: a key is empty.
//
// GET /identity/resources/roles/v2, for each page.
// See https://developers.frontegg.com/ciam/api/identity/account-roles/permissionscontrollerv2_getallroles.
func (s *RolesService) FindByKeys(ctx context.Context, keys []string, opts ...RequestOption) (map[string]Role, error) {
	c := newCall((*service)(s), op.ListRolesPage, opts)
	c.name = "roles.findByKeys"
	c.validateIDs("keys", keys, validate.Name)
	if err := c.argumentError(ctx); err != nil {
		return nil, err
	}
	found := map[string]Role{}
	if len(keys) == 0 {
		return found, nil
	}
	roles, err := listRoles(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		if !slices.Contains(keys, r.Key) {
			continue
		}
		if other, ambiguous := found[r.Key]; ambiguous {
			return nil, fmt.Errorf("frontegg: %s: key \"%s\" has two roles: %s and %s: %w",
				c.name, c.printable(r.Key, 100), c.scopedRole(other), c.scopedRole(r), ErrAmbiguous)
		}
		found[r.Key] = r
	}
	return found, nil
}

// scopedRole returns the ID and the scope of a role for errors.
func (c *call) scopedRole(r Role) string {
	scope := "the environment"
	if r.TenantID != "" {
		scope = "the tenant"
	}
	return c.printable(r.ID, 128) + " of " + scope
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
