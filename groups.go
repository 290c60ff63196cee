package frontegg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/redact"
	"github.com/frontegg-go/frontegg/internal/validate"
	"github.com/frontegg-go/frontegg/internal/wire"
)

// GroupsService provides the API of user groups. Use it as [Client.Groups]. It is
// safe for concurrent use.
type GroupsService service

// Tenant returns the ID of the tenant that calls act on unless [WithTenant] says
// otherwise. It is empty if the client has none, as with an API token, which
// belongs to a tenant itself.
func (s *GroupsService) Tenant() string {
	if s == nil || s.client == nil {
		return ""
	}
	return s.client.defaults.tenant
}

// Group is a user group: a named set of users of a tenant, with roles that every
// member has.
//
// A field that is missing or null in the response is the zero value.
type Group struct {
	ID string `json:"id"`
	// Name is unique in the tenant.
	Name        string `json:"name"`
	Color       string `json:"color"`
	Description string `json:"description"`
	// Metadata is any text. [EncodeMetadata] returns JSON for it, and
	// [Group.DecodeMetadata] decodes JSON.
	Metadata string `json:"metadata"`
	// Roles is nil unless requested with [WithRelations]. If requested, it is empty
	// for a group without roles, and nil only if the response does not have it.
	Roles []Role `json:"roles"`
	// Users is nil unless requested with [WithRelations]. If requested, it is empty
	// for a group without members, and nil only if the response does not have it.
	Users []User `json:"users"`
	// ManagedBy is who manages the group. Do not change a group of [ManagedBySCIM]:
	// the identity provider overwrites the changes.
	ManagedBy ManagedBy `json:"managedBy"`
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// ManagedBy is who manages a group or a user. Values other than the constants may appear.
// It is empty if the response does not have it.
type ManagedBy string

// Who manages a group or a user.
const (
	// ManagedByFrontegg means that it is managed with the API or the portal.
	ManagedByFrontegg ManagedBy = "frontegg"
	// ManagedBySCIM means that it is managed by the customer's identity provider.
	ManagedBySCIM ManagedBy = "scim2"
)

// RequireRelations returns a [*ValidationError] if the group was read without one of the
// lists in r, because [WithRelations] was forgotten or because the response did not have
// it, or if r is none of the constants. A loop over a nil list finds nothing and looks like
// a group that has none. It returns nil if the lists are there, also if they are empty.
func (g Group) RequireRelations(r Relations) error {
	var missing string
	switch {
	case !r.roles() && !r.users():
		return &ValidationError{Op: "RequireRelations", Field: "relations", Reason: "must be roles, users or rolesAndUsers"}
	case r.roles() && g.Roles == nil:
		missing = "Roles"
	case r.users() && g.Users == nil:
		missing = "Users"
	default:
		return nil
	}
	return &ValidationError{
		Op: "RequireRelations", Field: fmt.Sprintf("group %s: %s", g.ID, missing),
		Reason: fmt.Sprintf("is nil, not empty: pass WithRelations(%q) to the call that reads the group", r),
	}
}

// DecodeMetadata decodes the metadata of the group, which must be JSON, into the value that
// v points to, as encoding/json does. If the metadata is empty, it returns nil and does not
// change v.
func (g Group) DecodeMetadata(v any) error {
	if g.Metadata == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(g.Metadata), v); err != nil {
		return fmt.Errorf("frontegg: metadata of group %q (id %q) cannot be decoded: %w; it begins with %q",
			redact.Printable(g.Name, 100), redact.Printable(g.ID, 128), err, redact.Printable(g.Metadata, 40))
	}
	return nil
}

// EncodeMetadata returns v as JSON for a Metadata field, as encoding/json does, but
// without escapes for HTML. Map keys are sorted, so equal values have equal text.
func EncodeMetadata(v any) (string, error) {
	b, err := encodeJSON(v)
	if err != nil {
		return "", fmt.Errorf("frontegg: encode metadata: %w", err)
	}
	return string(b), nil
}

// CreateGroupParams are the fields of a new group. Empty fields other than Name are
// not sent.
type CreateGroupParams struct {
	// Name is required and must be unique in the tenant.
	Name        string `json:"name"`
	Color       string `json:"color,omitzero"`
	Description string `json:"description,omitzero"`
	// Metadata is JSON in a string; see [EncodeMetadata].
	Metadata string `json:"metadata,omitzero"`
}

// UpdateGroupParams is a change to a group. A nil field is not changed; new("")
// clears it. Name cannot be cleared.
type UpdateGroupParams struct {
	Name        *string `json:"name,omitzero"`
	Color       *string `json:"color,omitzero"`
	Description *string `json:"description,omitzero"`
	// Metadata is JSON in a string; see [EncodeMetadata].
	Metadata *string `json:"metadata,omitzero"`
}

// List returns all groups of the tenant in one response. It is empty for a tenant
// without groups.
//
// Use [GroupsService.All] for a large tenant: a response of more than 32 MiB is
// [ErrResponseTooLarge].
//
// GET /identity/resources/groups/v1.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_getallgroups.
func (s *GroupsService) List(ctx context.Context, opts ...ReadOption) ([]Group, error) {
	c := newCall((*service)(s), op.List, opts)
	p, err := receive(ctx, c, groupResource.page)
	return p.rows, err
}

// Get returns the group with the given ID.
//
// [ErrNotFound]: the tenant has no such group.
//
// GET /identity/resources/groups/v1/{id}.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_getgroupbyid.
func (s *GroupsService) Get(ctx context.Context, id string, opts ...ReadOption) (*Group, error) {
	c := newCall((*service)(s), op.Get, opts)
	c.setGroupID("id", id)
	return receive(ctx, c, groupResource.object)
}

// BulkGet returns the groups with the given IDs, any number of them, in the same order.
// IDs without a group are left out, and duplicates are returned once. If there are no
// IDs, the list is empty and nothing is sent.
//
// More than 200 IDs are sent in several requests, up to eight at once. If one fails,
// the call fails.
//
// POST /identity/resources/groups/v1/bulkGet.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_getgroupsbyids.
func (s *GroupsService) BulkGet(ctx context.Context, ids []string, opts ...ReadOption) ([]Group, error) {
	c := newCall((*service)(s), op.BulkGet, opts)
	c.validateIDs("ids", ids, validate.GroupID)
	if err := c.argumentError(ctx); err != nil {
		return nil, err
	}
	ids = unique(ids)
	position := make(map[string]int, len(ids))
	for i, id := range ids {
		position[id] = i
	}
	groups := make([]Group, len(ids))
	for p, err := range inBatches(ctx, c, groupResource, slices.Collect(slices.Chunk(ids, bulkBatch)), (*call).setBulkIDs) {
		if err != nil {
			return nil, err
		}
		for _, g := range p.rows {
			if i, requested := position[g.ID]; requested {
				groups[i] = g
			}
		}
	}
	return slices.DeleteFunc(groups, func(g Group) bool { return g.ID == "" }), nil
}

// bulkBatch is the number of IDs in a bulkGet request.
const bulkBatch = 200

// setBulkIDs sets the body of bulkGet. The server's name of the field is groupsIds.
func (c *call) setBulkIDs(ids []string) {
	c.setBody(struct {
		IDs []string `json:"groupsIds"`
	}{ids})
}

// Create creates a group.
//
// It is the one operation that is not idempotent: if it is not known whether a
// request was processed, it is not retried, and errors.Is(err, [ErrOutcomeUnknown])
// is true. Then find the group with [GroupsService.FindByName], or use
// [GroupsService.Ensure], which does that.
//
// [ErrConflict]: the name is taken. [*ValidationError]: the name is empty.
//
// POST /identity/resources/groups/v1.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_creategroup.
func (s *GroupsService) Create(ctx context.Context, params CreateGroupParams, opts ...RequestOption) (*Group, error) {
	c := newCall((*service)(s), op.Create, opts)
	c.invalid("Name", validate.Name(params.Name))
	c.setBody(params)
	return receive(ctx, c, groupResource.object)
}

// Update changes the fields of a group that are set in params. It returns the
// changed group. If the response does not have the group, it is read with a second
// request.
//
// [ErrNotFound]: the tenant has no such group. [ErrConflict]: the new name is taken.
// [*ValidationError]: params has no field, or an empty name.
//
// PATCH /identity/resources/groups/v1/{id}.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_updategroup.
func (s *GroupsService) Update(ctx context.Context, id string, params UpdateGroupParams, opts ...RequestOption) (*Group, error) {
	c := newCall((*service)(s), op.Update, opts)
	c.setGroupID("id", id)
	c.invalidIf(params == UpdateGroupParams{}, "params", "must have a field to change")
	if params.Name != nil {
		c.invalid("Name", validate.Name(*params.Name))
	}
	c.setBody(params)
	g, err := receive(ctx, c, updatedGroup)
	if err != nil || g != nil {
		return g, err
	}
	g, err = receive(ctx, c.step(op.Get), groupResource.object)
	if err != nil {
		return nil, newMultiError(fmt.Sprintf("frontegg: %s: the group was changed, but reading it failed: %s", c.name, errText(err)), err)
	}
	return g, nil
}

// updatedGroup decodes the response to an update. It is nil if the response has no
// group: some deployments send {}, null, OK or nothing although the update was applied.
func updatedGroup(c *call, body []byte) (*Group, error) {
	g, err := groupResource.object(c, body)
	if err != nil && wire.IsAcknowledgment(body) {
		return nil, nil
	}
	return g, err
}

// Delete deletes a group. Its members lose the roles that only this group gave them.
//
// [ErrNotFound]: the tenant has no such group. If an earlier attempt of the same call
// may have deleted it, errors.Is(err, [ErrOutcomeUnknown]) is also true.
//
// DELETE /identity/resources/groups/v1/{id}.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_deletegroup.
func (s *GroupsService) Delete(ctx context.Context, id string, opts ...RequestOption) error {
	c := newCall((*service)(s), op.Delete, opts)
	c.setGroupID("id", id)
	return c.send(ctx)
}

// FindByName returns the group with exactly that name. The API has no lookup by name,
// so the groups of the tenant are read page by page until it is found.
//
// [ErrNotFound]: no group has the name. [*ValidationError]: the name is empty.
//
// GET /identity/resources/groups/v2, for each page.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv2_getallgroupspaginated.
func (s *GroupsService) FindByName(ctx context.Context, name string, opts ...ReadOption) (*Group, error) {
	c := newCall((*service)(s), op.ListPage, opts)
	c.name = "groups.findByName"
	c.invalid("name", validate.Name(name))
	return findByName(ctx, c, name)
}

// findByName reads pages, several at once, until one has the group.
func findByName(ctx context.Context, c *call, name string) (*Group, error) {
	ctx, cancel := c.withTimeout(ctx)
	defer cancel()
	g, err := groupWalk(c, WalkOptions{Concurrency: findConcurrency}).first(ctx, func(g Group) bool { return g.Name == name })
	if g == nil && err == nil {
		err = fmt.Errorf("frontegg: %s: no group is named \"%s\": %w", c.name, c.printable(name, 100), ErrNotFound)
	}
	return g, err
}

// Ensure returns the group with the name in params. If there is none, it creates the
// group, and created is true. It does not change an existing group: the other fields
// of params are ignored then.
//
// Unlike [GroupsService.Create] it is safe to retry after any error. If the outcome
// of the create is unknown, it looks for the name and returns the group with created
// false: another program may have created it. If there is none, it creates the group
// once more. Names are unique, so there cannot be two. Concurrent callers get the same
// group.
//
// [ErrOutcomeUnknown]: no create had a response, and the group does not exist yet, but
// may still be created. Call Ensure again.
//
// POST /identity/resources/groups/v1, and GET /identity/resources/groups/v2 to find the group.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_creategroup.
func (s *GroupsService) Ensure(ctx context.Context, params CreateGroupParams, opts ...RequestOption) (g *Group, created bool, err error) {
	c := newCall((*service)(s), op.Create, opts)
	c.name = "groups.ensure"
	c.invalid("Name", validate.Name(params.Name))
	c.setBody(params)
	for range 2 {
		g, err = receive(ctx, c, groupResource.object)
		if err == nil {
			return g, true, nil
		}
		if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrOutcomeUnknown) {
			return nil, false, err
		}
		g, lookupErr := findByName(ctx, c.step(op.ListPage), params.Name)
		if lookupErr == nil {
			return g, false, nil
		}
		if !errors.Is(lookupErr, ErrNotFound) {
			return nil, false, newMultiError(fmt.Sprintf("%v; looking for the group: %s", err, errText(lookupErr)), err, lookupErr)
		}
		err = fmt.Errorf("%w; no group has the name yet", err) // not ErrNotFound: it may still be created
	}
	return nil, false, err
}
