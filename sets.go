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
	return s.setMembers(ctx, roleList, "groups.setRoles", groupID, roleIDs, opts)
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
	return s.setMembers(ctx, userList, "groups.setUsers", groupID, userIDs, opts)
}

// setMembers makes a list of the group exactly ids, for the method of that name.
func (s *GroupsService) setMembers(ctx context.Context, list *memberList, name, groupID string, ids []string, opts []RequestOption) (Change, error) {
	set := newCall(s, list.add, opts)
	set.name = name
	set.setGroup("groupID", groupID)
	set.checkMembers(list, ids)
	if err := set.check(ctx); err != nil { // before anything is read
		return Change{}, err
	}
	ctx, cancel := set.within(ctx)
	defer cancel()
	g, err := s.Get(ctx, groupID, append(reads(opts), WithRelations(list.relations))...)
	if err != nil {
		return Change{}, err
	}
	has, read := list.has(g)
	if !read {
		return Change{}, fmt.Errorf("frontegg: %s: the group came without its %s, so what to remove is not known; nothing was changed", name, list.relations)
	}
	change := func(o *op.Operation, ids []string) ([]string, error) {
		c := newCall(s, o, opts)
		c.setGroup("groupID", groupID)
		return applied(ids, c.sendMembers(ctx, list, ids))
	}
	var done Change
	if done.Removed, err = change(list.remove, without(has, ids)); err != nil {
		return done, err
	}
	done.Added, err = change(list.add, without(ids, has))
	return done, err
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
