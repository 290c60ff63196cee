package frontegg

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg/internal/op"
)

// Change is what a call that sets a whole list has changed, in the order in
// which it was done: removals first.
type Change struct {
	Added, Removed []string // ids; nil: none
}

// SetRoles makes the roles of the group exactly roleIDs: it reads the group,
// removes what is too much, then adds what is missing. No ids mean no roles.
//
// The Change tells what was done, also beside an error. Calling again finishes
// the work. There is no lock: of two callers who set different lists at once,
// either may win in part.
//
// Errors are those of [GroupsService.Get], [GroupsService.AddRoles] and
// [GroupsService.RemoveRoles].
//
// GET /identity/resources/groups/v1/{id}, then DELETE and POST
// /identity/resources/groups/v1/{groupId}/roles where something differs.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_addrolestogroup.
func (s *GroupsService) SetRoles(ctx context.Context, groupID string, roleIDs []string, opts ...RequestOption) (Change, error) {
	has := func(g *Group) ([]string, bool) {
		return idsOf(g.Roles, func(r *Role) string { return r.ID }), g.Roles != nil
	}
	set := setting{op: op.AddRoles, field: "roleIDs", relations: RelationsRoles, has: has, remove: s.RemoveRoles, add: s.AddRoles}
	return set.apply(ctx, s, groupID, roleIDs, opts)
}

// SetUsers makes the members of the group exactly userIDs: it reads the group,
// removes who is too much, then adds who is missing. No ids mean no members.
//
// The Change tells what was done, also beside an error. Calling again finishes
// the work. There is no lock: of two callers who set different lists at once,
// either may win in part.
//
// Errors are those of [GroupsService.Get], [GroupsService.AddUsers] and
// [GroupsService.RemoveUsers].
//
// GET /identity/resources/groups/v1/{id}, then DELETE and POST
// /identity/resources/groups/v1/{groupId}/users where something differs.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_adduserstogroup.
func (s *GroupsService) SetUsers(ctx context.Context, groupID string, userIDs []string, opts ...RequestOption) (Change, error) {
	has := func(g *Group) ([]string, bool) {
		return idsOf(g.Users, func(u *User) string { return u.ID }), g.Users != nil
	}
	set := setting{op: op.AddUsers, field: "userIDs", relations: RelationsUsers, has: has, remove: s.RemoveUsers, add: s.AddUsers}
	return set.apply(ctx, s, groupID, userIDs, opts)
}

// setting is how a list of a group is set.
type setting struct {
	op          *op.Operation
	field       string
	relations   Relations
	has         func(*Group) (ids []string, read bool)
	remove, add func(context.Context, string, []string, ...RequestOption) error
}

func (set setting) apply(ctx context.Context, s *GroupsService, groupID string, ids []string, opts []RequestOption) (Change, error) {
	call := newCall(s, set.op, opts)
	call.group(groupID)
	call.members(set.field, ids)
	if err := call.check(); err != nil { // before anything is read
		return Change{}, err
	}
	ctx, cancel := call.within(ctx)
	defer cancel()
	g, err := s.Get(ctx, groupID, append(reads(opts), WithRelations(set.relations))...)
	if err != nil {
		return Change{}, err
	}
	has, read := set.has(g)
	if !read {
		return Change{}, fmt.Errorf("frontegg: %s: the answer has no %s, so what to remove is not known; nothing was changed", op.Get.Name, set.relations)
	}
	var change Change
	change.Removed, err = applied(without(has, ids), set.remove(ctx, groupID, without(has, ids), opts...))
	if err != nil {
		return change, err
	}
	change.Added, err = applied(without(ids, has), set.add(ctx, groupID, without(ids, has), opts...))
	return change, err
}

// applied returns which ids of a change in batches are known to be done.
func applied(ids []string, err error) ([]string, error) {
	if err == nil {
		return ids, nil
	}
	if batch, ok := errors.AsType[*BatchError](err); ok {
		return batch.Applied, err
	}
	return nil, err
}

// without returns ids less those of others, each once; nil where none is left.
func without(ids, others []string) []string {
	skip := make(map[string]bool, len(others))
	for _, id := range others {
		skip[id] = true
	}
	var out []string
	for _, id := range ids {
		if !skip[id] {
			skip[id] = true
			out = append(out, id)
		}
	}
	return slices.Clip(out)
}

func idsOf[T any](list []T, id func(*T) string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = id(&list[i])
	}
	return out
}
