package frontegg

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// memberBatch is the number of IDs in a membership request.
const memberBatch = 500

// memberList is the list of roles or of users of a group.
type memberList struct {
	param       string // the argument with the IDs
	relations   Relations
	add, remove *op.Operation
	body        func(ids []string) membersBody
	// get returns the IDs in the list of a group. It is nil if the group was read
	// without the list.
	get func(*Group) []string
}

var (
	roleList = &memberList{
		param: "roleIDs", relations: RelationsRoles, add: op.AddRoles, remove: op.RemoveRoles,
		body: func(ids []string) membersBody { return membersBody{RoleIDs: ids} },
		get:  func(g *Group) []string { return idsOf(g.Roles, func(r *Role) string { return r.ID }) },
	}
	userList = &memberList{
		param: "userIDs", relations: RelationsUsers, add: op.AddUsers, remove: op.RemoveUsers,
		body: func(ids []string) membersBody { return membersBody{UserIDs: ids} },
		get:  func(g *Group) []string { return idsOf(g.Users, func(u *User) string { return u.ID }) },
	}
)

// membersBody is the body of a membership change. It has one of the lists.
type membersBody struct {
	RoleIDs []string `json:"roleIds,omitzero"`
	UserIDs []string `json:"userIds,omitzero"`
}

// validateIDs validates the IDs in the argument param.
func (c *call) validateIDs(param string, ids []string, rule func(string) string) {
	for i, id := range ids {
		if reason := rule(id); reason != "" {
			c.invalid(fmt.Sprintf("%s[%d]", param, i), reason)
			return
		}
	}
}

// sendMembers sends the IDs to add or remove, in batches, one after the other.
func (c *call) sendMembers(ctx context.Context, list *memberList, ids []string) error {
	c.validateIDs(list.param, ids, validate.MemberID)
	if err := c.argumentError(ctx); err != nil {
		return err
	}
	ids = unique(ids)
	for done := 0; done < len(ids); done += memberBatch {
		c.setBody(list.body(ids[done:min(done+memberBatch, len(ids))]))
		if err := c.send(ctx); err != nil {
			if len(ids) <= memberBatch {
				return err
			}
			return &BatchError{Op: c.name, Applied: slices.Clone(ids[:done]), Pending: slices.Clone(ids[done:]), Err: err}
		}
	}
	return nil
}

// Change is what [GroupsService.SetRoles] or [GroupsService.SetUsers] changed. Removals
// come first.
type Change struct {
	Added, Removed []string // IDs; nil: none
	// Skipped are entries that the server lists without a valid ID, and that therefore
	// cannot be removed. An entry without any ID is "". nil: none.
	Skipped []string
}

// setMembers makes ids the list of the group.
func (c *call) setMembers(ctx context.Context, list *memberList, groupID string, ids []string) (Change, error) {
	var done Change
	c.setGroupID("groupID", groupID)
	c.validateIDs(list.param, ids, validate.MemberID)
	c.options.relations = list.relations
	c.setQuery(relationsQuery{list.relations})
	g, err := receive(ctx, c, groupResource.object)
	if err != nil {
		return done, err
	}
	current := list.get(g)
	if current == nil {
		return done, fmt.Errorf("frontegg: %s: the response does not have the %s of the group; nothing was changed", c.name, list.relations)
	}
	remove, skipped := partition(without(current, ids), func(id string) bool { return validate.MemberID(id) == "" })
	done.Skipped = skipped
	if done.Removed, err = applied(remove, c.step(list.remove).sendMembers(ctx, list, remove)); err != nil {
		return done, err
	}
	add := without(ids, current)
	done.Added, err = applied(add, c.step(list.add).sendMembers(ctx, list, add))
	return done, err
}

// partition returns the IDs for which valid is true, and the others. nil: none.
func partition(ids []string, valid func(string) bool) (in, out []string) {
	for _, id := range ids {
		if valid(id) {
			in = append(in, id)
		} else {
			out = append(out, id)
		}
	}
	return in, out
}

// applied returns the IDs of a change in batches that were applied.
func applied(ids []string, err error) ([]string, error) {
	if err == nil {
		return ids, nil
	}
	if batch, ok := errors.AsType[*BatchError](err); ok {
		return batch.Applied, err
	}
	return nil, err
}

// idsOf returns the ID of each element. It is nil if list is nil.
func idsOf[T any](list []T, id func(*T) string) []string {
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i := range list {
		out[i] = id(&list[i])
	}
	return out
}

// unique returns ids without duplicates, in the same order.
func unique(ids []string) []string { return without(ids, nil) }

// without returns the ids that are not in others, without duplicates. It is nil if
// there are none.
func without(ids, others []string) []string {
	skip := make(map[string]struct{}, len(ids)+len(others))
	for _, id := range others {
		skip[id] = struct{}{}
	}
	var out []string
	for _, id := range ids {
		if _, found := skip[id]; !found {
			skip[id] = struct{}{}
			out = append(out, id)
		}
	}
	return slices.Clip(out)
}
