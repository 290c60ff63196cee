package frontegg

import (
	"context"
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/validate"
)

// memberBatch is how many ids one membership request has.
const memberBatch = 500

// memberList is one of the two lists that a group has, of roles or of users.
type memberList struct {
	param       string // the parameter that has its ids
	relations   Relations
	add, remove *op.Operation
	body        func(ids []string) membersBody
	// has returns the ids of the list; it is false if the group was read
	// without it.
	has func(*Group) ([]string, bool)
}

var (
	roleList = &memberList{
		param: "roleIDs", relations: RelationsRoles, add: op.AddRoles, remove: op.RemoveRoles,
		body: func(ids []string) membersBody { return membersBody{RoleIDs: ids} },
		has: func(g *Group) ([]string, bool) {
			return idsOf(g.Roles, func(r *Role) string { return r.ID }), g.Roles != nil
		},
	}
	userList = &memberList{
		param: "userIDs", relations: RelationsUsers, add: op.AddUsers, remove: op.RemoveUsers,
		body: func(ids []string) membersBody { return membersBody{UserIDs: ids} },
		has: func(g *Group) ([]string, bool) {
			return idsOf(g.Users, func(u *User) string { return u.ID }), g.Users != nil
		},
	}
)

// membersBody is the body of a membership change; it has one of the lists.
type membersBody struct {
	RoleIDs []string `json:"roleIds,omitzero"`
	UserIDs []string `json:"userIds,omitzero"`
}

// checkMembers checks ids that are to be in the list, or not in it any more.
func (c *call) checkMembers(list *memberList, ids []string) {
	for i, id := range ids {
		if reason := validate.MemberID(id); reason != "" {
			c.refuse(fmt.Sprintf("%s[%d]", list.param, i), reason)
			return
		}
	}
}

// sendMembers sends the ids to add to the list or to remove from it, in batches,
// one after the other.
func (c *call) sendMembers(ctx context.Context, list *memberList, ids []string) error {
	c.checkMembers(list, ids)
	if c.problem != nil {
		return c.problem
	}
	ids = unique(ids)
	for done := 0; done < len(ids); done += memberBatch {
		c.setBody(list.body(ids[done:min(done+memberBatch, len(ids))]))
		if err := c.send(ctx); err != nil {
			if len(ids) <= memberBatch {
				return err
			}
			return &BatchError{Op: c.request.Op.Name, Applied: slices.Clone(ids[:done]), Pending: slices.Clone(ids[done:]), Err: err}
		}
	}
	return nil
}

func idsOf[T any](list []T, id func(*T) string) []string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = id(&list[i])
	}
	return out
}

// unique returns ids without duplicates, in their order.
func unique(ids []string) []string {
	seen := make(map[string]struct{}, len(ids))
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, again := seen[id]
		seen[id] = struct{}{}
		return again
	})
}
