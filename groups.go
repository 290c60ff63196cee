package frontegg

import (
	"context"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/frontegg-go/frontegg/internal/op"
)

// GroupsService is the API of user groups. It is reached as [Client.Groups] and
// is safe for concurrent use.
type GroupsService struct{ client *Client }

// Group is a user group: a named bundle of an account's users, with roles that
// every member has.
//
// A field that the server left out or sent as null is the zero value.
type Group struct {
	ID string `json:"id"`
	// Name is unique in the account.
	Name        string `json:"name"`
	Color       string `json:"color"`
	Description string `json:"description"`
	// Metadata is JSON in a string, as the API stores it. See
	// [Group.DecodeMetadata] and [EncodeMetadata].
	Metadata string `json:"metadata"`
	// Roles is nil unless asked for with [WithRelations]; then it is empty for a
	// group without roles, and nil only where the server left it out.
	Roles []Role `json:"roles"`
	// Users is nil unless asked for with [WithRelations]; then it is empty for a
	// group without users, and nil only where the server left it out.
	Users []User `json:"users"`
	// ManagedBy says who writes the group. Leave a group of [ManagedBySCIM]
	// alone: a second writer never converges with the identity provider.
	ManagedBy ManagedBy `json:"managedBy"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// ManagedBy says who writes a group. Values other than the constants may
// appear; empty means that the server did not say.
type ManagedBy string

// Who writes a group.
const (
	// ManagedByFrontegg is a group written through the API or the portal.
	ManagedByFrontegg ManagedBy = "frontegg"
	// ManagedBySCIM is a group written by the customer's identity provider.
	ManagedBySCIM ManagedBy = "scim2"
)

// DecodeMetadata decodes the group's metadata into the value that v points to.
// Empty metadata decodes to nothing: v stays as it is and the error is nil.
func (g Group) DecodeMetadata(v any) error {
	if g.Metadata == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(g.Metadata), v); err != nil {
		return fmt.Errorf("frontegg: metadata of group %q: %w", g.ID, err)
	}
	return nil
}

// EncodeMetadata returns v as the JSON text that Metadata fields hold. Map keys
// are sorted, so that equal values give equal text.
func EncodeMetadata(v any) (string, error) {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("frontegg: encode metadata: %w", err)
	}
	return string(b), nil
}

// CreateGroupParams is what a new group is made of. Empty fields other than
// Name are not sent.
type CreateGroupParams struct {
	// Name is required, and unique in the account.
	Name        string `json:"name"`
	Color       string `json:"color,omitzero"`
	Description string `json:"description,omitzero"`
	// Metadata is JSON in a string; see [EncodeMetadata].
	Metadata string `json:"metadata,omitzero"`
}

// UpdateGroupParams is a change to a group: nil leaves a field as it is,
// new("") clears it. Name cannot be cleared.
type UpdateGroupParams struct {
	Name        *string `json:"name,omitzero"`
	Color       *string `json:"color,omitzero"`
	Description *string `json:"description,omitzero"`
	// Metadata is JSON in a string; see [EncodeMetadata].
	Metadata *string `json:"metadata,omitzero"`
}

// List returns all groups of the account in one answer. An account without
// groups gives an empty list.
//
// A large account is better read with [GroupsService.All]: an answer of more
// than 32 MiB is [ErrResponseTooLarge].
//
// GET /identity/resources/groups/v1.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_getallgroups.
func (s *GroupsService) List(ctx context.Context, opts ...ReadOption) ([]Group, error) {
	c := newCall(s, op.List, opts)
	return c.sendForGroups(ctx)
}

// Get returns the group with the given id.
//
// [ErrNotFound]: there is no such group in the account.
//
// GET /identity/resources/groups/v1/{id}.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_getgroupbyid.
func (s *GroupsService) Get(ctx context.Context, id string, opts ...ReadOption) (*Group, error) {
	c := newCall(s, op.Get, opts)
	c.setGroup("id", id)
	return c.sendForGroup(ctx)
}

// BulkGet returns the groups with the given ids, any number of them, in the
// order asked. Ids that no group has are left out, and duplicates are returned
// once. No ids give an empty list, and nothing is sent.
//
// More than 200 ids go in several requests, up to eight at once; if one fails,
// the call does.
//
// POST /identity/resources/groups/v1/bulkGet.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_getgroupsbyids.
func (s *GroupsService) BulkGet(ctx context.Context, ids []string, opts ...ReadOption) ([]Group, error) {
	c := newCall(s, op.BulkGet, opts)
	return c.sendInBulk(ctx, ids)
}

// Create makes a group.
//
// A create is the one operation that is never repeated when it is open whether
// it ran: an error that Is [ErrOutcomeUnknown] means that the group may or may
// not exist. Look it up with [GroupsService.FindByName], or use
// [GroupsService.Ensure], which does that.
//
// [ErrConflict]: the name is taken. A [*ValidationError]: the name is empty.
//
// POST /identity/resources/groups/v1.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_creategroup.
func (s *GroupsService) Create(ctx context.Context, params CreateGroupParams, opts ...RequestOption) (*Group, error) {
	c := newCall(s, op.Create, opts)
	c.checkName("Name", params.Name)
	c.setBody(params)
	return c.sendForGroup(ctx)
}

// Update changes the fields of a group that params names, and returns the group
// as it is then. Where a deployment answers with an empty body, the group is
// read back with a second request.
//
// [ErrNotFound]: there is no such group. [ErrConflict]: the new name is taken.
// A [*ValidationError]: params names no field, or an empty name.
//
// PATCH /identity/resources/groups/v1/{id}.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_updategroup.
func (s *GroupsService) Update(ctx context.Context, id string, params UpdateGroupParams, opts ...RequestOption) (*Group, error) {
	c := newCall(s, op.Update, opts)
	c.setGroup("id", id)
	c.refuseIf(params == UpdateGroupParams{}, "params", "names no field to change")
	if params.Name != nil {
		c.checkName("Name", *params.Name)
	}
	c.setBody(params)
	return c.sendForGroup(ctx)
}

// Delete removes a group. Its members lose the roles that only this group gave
// them.
//
// [ErrNotFound]: there is no such group. Where an earlier attempt of the same
// call may have removed it, the error says so, and Is [ErrOutcomeUnknown] too.
//
// DELETE /identity/resources/groups/v1/{id}.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_deletegroup.
func (s *GroupsService) Delete(ctx context.Context, id string, opts ...RequestOption) error {
	c := newCall(s, op.Delete, opts)
	c.setGroup("id", id)
	return c.send(ctx)
}
