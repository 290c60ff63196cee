package frontegg

import (
	"context"
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg/internal/ahead"
	"github.com/frontegg-go/frontegg/internal/check"
	"github.com/frontegg-go/frontegg/internal/op"
)

const (
	bulkBatch       = 200 // ids in one bulkGet request
	bulkConcurrency = 8   // bulkGet requests at once
	memberBatch     = 500 // ids in one membership request
)

// BatchError is a list of ids that went in several requests, of which one
// failed: the earlier ones hold, the later ones were not sent. Repeating the
// whole call is safe.
type BatchError struct {
	Op      string
	Applied []string // the ids of the requests that succeeded, in the order given
	Pending []string // the ids of the request that failed and of those after it
	Err     error    // why that request failed
}

// Error tells how many ids were applied, and the cause.
func (e *BatchError) Error() string {
	return fmt.Sprintf("frontegg: %s: %d of %d ids applied: %v", e.Op, len(e.Applied), len(e.Applied)+len(e.Pending), e.Err)
}

// Unwrap returns the cause.
func (e *BatchError) Unwrap() error { return e.Err }

// membersBody is the body of a membership change; it has one of the lists.
type membersBody struct {
	RoleIDs []string `json:"roleIds,omitzero"`
	UserIDs []string `json:"userIds,omitzero"`
}

// changeMembers adds or removes roles or users, in batches, one after the other.
func (s *GroupsService) changeMembers(ctx context.Context, o *op.Operation, groupID, field string, ids []string, opts []RequestOption) error {
	call := newCall(s, o, opts)
	call.group(groupID)
	call.members(field, ids)
	if call.problem != nil {
		return call.problem
	}
	ids = unique(ids)
	for done := 0; done < len(ids); done += memberBatch {
		batch := ids[done:min(done+memberBatch, len(ids))]
		if field == "roleIDs" {
			call.body(membersBody{RoleIDs: batch})
		} else {
			call.body(membersBody{UserIDs: batch})
		}
		if err := call.nothing(ctx); err != nil {
			if len(ids) <= memberBatch {
				return err
			}
			return &BatchError{Op: o.Name, Applied: slices.Clone(ids[:done]), Pending: slices.Clone(ids[done:]), Err: err}
		}
	}
	return nil
}

// members checks a list of role or user ids.
func (c *call) members(field string, ids []string) {
	for i, id := range ids {
		if reason := check.MemberID(id); reason != "" {
			c.refuse(fmt.Sprintf("%s[%d]", field, i), reason)
			return
		}
	}
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
	call := newCall(s, op.BulkGet, opts)
	for i, id := range ids {
		if reason := check.GroupID(id); reason != "" {
			call.refuse(fmt.Sprintf("ids[%d]", i), reason)
			break
		}
	}
	if call.problem != nil {
		return nil, call.problem
	}
	ids = unique(ids)
	place := make(map[string]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	var found []Group
	batches := (len(ids) + bulkBatch - 1) / bulkBatch
	type fetched struct {
		groups  []Group
		deliver func()
	}
	options := ahead.Options[fetched]{
		Limit: bulkConcurrency, Start: bulkConcurrency, More: func(i int) bool { return i < batches },
	}
	fetch := func(ctx context.Context, i int) (fetched, error) {
		batch := *call
		deliver := batch.privately()
		batch.body(struct {
			IDs []string `json:"groupsIds"`
		}{ids[i*bulkBatch : min((i+1)*bulkBatch, len(ids))]})
		groups, err := batch.groups(ctx)
		return fetched{groups, deliver}, err
	}
	for got, err := range ahead.Parts(ctx, options, fetch) {
		got.deliver()
		if err != nil {
			return nil, err
		}
		found = append(found, got.groups...)
	}
	return inOrder(found, place), nil
}

// inOrder sorts groups by their place and drops those that nobody asked for, or
// that came twice.
func inOrder(groups []Group, place map[string]int) []Group {
	out := make([]Group, 0, len(groups))
	taken := make(map[string]bool, len(groups))
	for _, g := range groups {
		if _, asked := place[g.ID]; asked && !taken[g.ID] {
			taken[g.ID] = true
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b Group) int { return place[a.ID] - place[b.ID] })
	return out
}
