package groupsync

import (
	"context"
	"errors"
	"slices"

	"github.com/frontegg-go/frontegg"
)

// maxForbidden is how many requests of a batch may get a 403, and none a success,
// before the whole group is assumed to be forbidden, not some of the IDs. A batch of at
// most smallBatch IDs is always split to the end.
const (
	maxForbidden = 16
	smallBatch   = 50
)

// changeMembers adds or removes the IDs of a step. A batch that is refused is
// split until the refused IDs are found.
func (a *applier) changeMembers(ctx context.Context, s Step) result {
	b := &batchSplit{applier: a, step: s}
	err := b.send(ctx, s.IDs)
	for err == nil && b.applied > 0 && len(b.postponed) > 0 { // only some of the IDs are forbidden
		ids := b.postponed[0]
		b.postponed = b.postponed[1:]
		err = b.send(ctx, ids)
	}
	switch {
	case err != nil: // the run ends
		return result{ids: b.applied, err: err}
	case b.err == nil:
		return result{}
	case b.applied == 0:
		return result{err: b.err}
	}
	slices.Sort(b.refused)
	return result{ids: b.applied, refused: b.refused, err: b.err}
}

// batchSplit is a batch that is being sent.
type batchSplit struct {
	*applier
	step    Step
	applied int // IDs
	refused []string
	// postponed are lists that were refused and not split: the group seems to be
	// forbidden.
	postponed [][]string
	err       error // the first refusal of an ID; nil if there is none
	sent      int   // requests
}

// send sends IDs, in halves if they are refused. It returns an error that ends
// the run.
func (b *batchSplit) send(ctx context.Context, ids []string) error {
	err := b.sendOne(ctx, ids)
	b.sent++
	switch {
	case err == nil:
		b.applied += len(ids)
		return nil
	case !isRefusal(err):
		return err
	case len(ids) == 1 || b.sent == 1 && b.isGone(ctx, err):
		b.refused = append(b.refused, ids...)
		if b.err == nil {
			b.err = err
		}
		return nil
	case b.isForbidden(err):
		last := len(ids) - 1
		b.postponed = append(b.postponed, ids[:last])
		return b.send(ctx, ids[last:])
	}
	if err := b.send(ctx, ids[:len(ids)/2]); err != nil {
		return err
	}
	return b.send(ctx, ids[len(ids)/2:])
}

// isForbidden reports whether a large batch seems to be forbidden as a whole: err is a
// 403, at least maxForbidden requests were sent, and none succeeded.
func (b *batchSplit) isForbidden(err error) bool {
	return len(b.step.IDs) > smallBatch && b.applied == 0 && b.sent >= maxForbidden && errors.Is(err, frontegg.ErrForbidden)
}

// isGone reports whether err is a 404 because the group does not exist.
func (b *batchSplit) isGone(ctx context.Context, err error) bool {
	if !errors.Is(err, frontegg.ErrNotFound) {
		return false
	}
	_, err = b.groups.Get(ctx, b.step.GroupID)
	return errors.Is(err, frontegg.ErrNotFound)
}

func (b *batchSplit) sendOne(ctx context.Context, ids []string) error {
	s := b.step
	s.IDs = ids
	send := map[Kind]func(context.Context, string, []string, ...frontegg.RequestOption) error{
		RemoveUsers: b.groups.RemoveUsers, RemoveRoles: b.groups.RemoveRoles,
		AddUsers: b.groups.AddUsers, AddRoles: b.groups.AddRoles,
	}[s.Kind]
	return b.write(ctx, &s, func(ctx context.Context, opt frontegg.RequestOption) error {
		return send(ctx, s.GroupID, ids, opt)
	})
}
