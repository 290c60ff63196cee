package frontegg

import (
	"context"
	"errors"
	"fmt"

	"github.com/frontegg-go/frontegg/internal/op"
	"github.com/frontegg-go/frontegg/internal/redact"
)

// FindByName returns the group of exactly that name. The API has no lookup by
// name, so the account's groups are read, page by page, until it is found.
//
// [ErrNotFound]: no group has the name. A [*ValidationError]: the name is empty.
//
// GET /identity/resources/groups/v2, once a page.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv2_getallgroupspaginated.
func (s *GroupsService) FindByName(ctx context.Context, name string, opts ...ReadOption) (*Group, error) {
	c := newCall(s, op.ListPage, opts)
	c.name = "groups.findByName"
	c.checkName("name", name)
	if err := c.check(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := c.within(ctx)
	defer cancel()
	for g, err := range s.All(ctx, WalkOptions{}, opts...) {
		if err != nil {
			return nil, err
		}
		if g.Name == name {
			return &g, nil
		}
	}
	return nil, fmt.Errorf("frontegg: %s: no group is named \"%s\": %w", c.name, redact.Printable(name, 100), ErrNotFound)
}

// Ensure makes sure that a group of the name in params exists: it creates the
// group, or returns the one that has the name, with created false and as it is;
// the other fields of params are not applied to it then.
//
// Unlike [GroupsService.Create] it is safe to repeat after any failure. Where the
// outcome of the create is unknown, it looks for the name, and returns what it
// finds with created false: it may be another program's. Where it finds nothing
// it creates once more; names are unique, so that cannot make a second group.
// Programs that race get the same group.
//
// An error that Is [ErrOutcomeUnknown]: no create was answered, and the group was
// not found, though it may still come to be. Call Ensure again.
//
// POST /identity/resources/groups/v1, and GET /identity/resources/groups/v2 to look.
// See https://developers.frontegg.com/ciam/api/identity/user-groups/groupscontrollerv1_creategroup.
func (s *GroupsService) Ensure(ctx context.Context, params CreateGroupParams, opts ...RequestOption) (g *Group, created bool, err error) {
	ctx, cancel := newCall(s, op.Create, opts).within(ctx)
	defer cancel()
	for range 2 {
		g, err = s.Create(ctx, params, opts...)
		if err == nil {
			return g, true, nil
		}
		if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrOutcomeUnknown) {
			return nil, false, err
		}
		g, lookup := s.FindByName(ctx, params.Name, reads(opts)...)
		if lookup == nil {
			return g, false, nil
		}
		if !errors.Is(lookup, ErrNotFound) {
			return nil, false, because(fmt.Sprintf("%v; looking for the group: %s", err, plain(lookup)), err, lookup)
		}
		err = fmt.Errorf("%w; no group has the name now", err) // which is not ErrNotFound: the group may come to be
	}
	return nil, false, err
}

// reads are options that every operation takes, as those of a read.
func reads(opts []RequestOption) []ReadOption {
	out := make([]ReadOption, len(opts))
	for i, o := range opts {
		out[i] = o
	}
	return out
}
