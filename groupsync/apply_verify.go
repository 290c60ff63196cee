package groupsync

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/frontegg-go/frontegg"
)

// readAhead is for how many steps the groups are read again at once: so few that what
// was read is not old, and so many that it costs nothing.
const readAhead = 100

// readGroups reads the groups of the next steps, where these begin.
func (a *applier) readGroups(ctx context.Context, i int) error {
	if i%readAhead != 0 {
		return nil
	}
	var ids []string
	for _, s := range a.plan.Steps[i:min(i+readAhead, len(a.plan.Steps))] {
		if id := a.id(s); id != "" {
			ids = append(ids, id)
		}
	}
	groups, err := a.groups.BulkGet(ctx, ids)
	if err != nil {
		return fmt.Errorf("reading the groups of the next steps: %w", err)
	}
	a.seen = make(map[string]*frontegg.Group, len(groups))
	for i := range groups {
		a.seen[groups[i].ID] = &groups[i]
	}
	return nil
}

// verifyOwnership returns an error if a group must no longer be touched by a step.
func (p *Plan) verifyOwnership(g *frontegg.Group, key string) error {
	m, unreadable := readMark(g.Metadata)
	opts := Options{Owner: cmp.Or(p.owner, m.Owner), Prefix: p.prefix}
	reason, _ := skipReason(g, m, unreadable, 1, opts)
	switch {
	case reason == ReasonOutside:
		reason = "was renamed so that it is outside the prefix"
	case reason == "" && m.Key != key:
		reason = "has the mark of another key"
	case reason == "":
		return nil
	}
	return fmt.Errorf("group %s changed after the plan was made, and is left alone: it %s; compute again", quoted(g.ID), reason)
}

// create makes sure that the step's group exists and bears its mark.
func (a *applier) create(ctx context.Context, s Step) error {
	if err := a.readMarks(ctx); err != nil {
		return fmt.Errorf("looking for groups that exist already: %w", err)
	}
	want, err := readMark(s.Metadata)
	if err != nil {
		return err
	}
	switch groups := a.marked[want]; len(groups) {
	case 0:
	case 1:
		return a.reuse(&groups[0], s)
	default:
		return fmt.Errorf("%d groups bear key %s by now: compute again", len(groups), quoted(s.Key))
	}
	a.writes++
	g, isNew, err := a.groups.Ensure(ctx, frontegg.CreateGroupParams{
		Name: s.Name, Description: deref(s.Description), Color: deref(s.Color), Metadata: s.Metadata,
	})
	if err != nil {
		return err
	}
	if isNew {
		a.created[s.Key] = g.ID
		return nil
	}
	if got, _ := readMark(g.Metadata); got != want {
		return fmt.Errorf("group %s, which does not have the mark, has the name by now: compute again: %w", quoted(g.ID), frontegg.ErrConflict)
	}
	return a.reuse(g, s)
}

// reuse takes a group that bears the mark of a step for the one that the step, in
// an earlier run or with an response that was lost, has created.
func (a *applier) reuse(g *frontegg.Group, s Step) error {
	if err := a.plan.verifyOwnership(g, s.Key); err != nil {
		return err
	}
	if !slices.Contains(a.names[s.Key], g.Name) {
		return fmt.Errorf("group %s bears key %s by now, under the name %s, which this plan did not give it: compute again", quoted(g.ID), quoted(s.Key), quoted(g.Name))
	}
	a.created[s.Key] = g.ID
	return nil
}

// readMarks reads the marks of all groups, once.
func (a *applier) readMarks(ctx context.Context) error {
	if a.marked != nil {
		return nil
	}
	marked := map[mark][]frontegg.Group{}
	for g, err := range a.groups.All(ctx, frontegg.WalkOptions{}) {
		if err != nil {
			return err
		}
		if m, err := readMark(g.Metadata); err == nil && m.Owner != "" {
			marked[m] = append(marked[m], g)
		}
	}
	a.marked = marked
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
