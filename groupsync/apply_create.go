package groupsync

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/frontegg-go/frontegg"
)

// existingGroups are the groups of the tenant before the first create, or at the first
// conflict of a rename.
type existingGroups struct {
	labeled map[label][]frontegg.Group
	similar map[string][]frontegg.Group // by the fold of their names
}

// readExisting reads all groups.
func (a *applier) readExisting(ctx context.Context) error {
	found := &existingGroups{labeled: map[label][]frontegg.Group{}, similar: map[string][]frontegg.Group{}}
	for g, err := range a.groups.All(ctx, frontegg.WalkOptions{Concurrency: a.opts.Concurrency}) {
		if err != nil {
			return err
		}
		if l, err := readLabel(g.Metadata); err == nil && l.Owner != "" {
			found.labeled[l] = append(found.labeled[l], g)
		}
		f := fold(g.Name)
		found.similar[f] = append(found.similar[f], g)
	}
	a.existing = found
	return nil
}

// create creates the group of a step, unless it exists with its owner label.
func (a *applier) create(ctx context.Context, s Step) error {
	want, err := readLabel(s.Metadata)
	if err != nil {
		return &refusal{err}
	}
	switch groups := a.existing.labeled[want]; len(groups) {
	case 0:
	case 1:
		return a.reuse(&groups[0], s)
	default:
		return refusalf("%d groups now have key %s: compute again", len(groups), quoted(s.Key))
	}
	if err := a.nameHeld(s.Name); err != nil {
		return err
	}
	var g *frontegg.Group
	isNew := false
	err = a.write(ctx, &s, func(ctx context.Context, opt frontegg.RequestOption) (err error) {
		g, isNew, err = a.groups.Ensure(ctx, frontegg.CreateGroupParams{
			Name: s.Name, Description: deref(s.Description), Color: deref(s.Color), Metadata: s.Metadata,
		}, opt)
		if err != nil {
			return err
		}
		if has, _ := readLabel(g.Metadata); !isNew && has != want {
			return refusalf("group %s, which does not have the owner label, now has the name: compute again: %w", quoted(g.ID), frontegg.ErrConflict)
		}
		s.GroupID = g.ID
		return nil
	})
	switch {
	case err != nil:
		return a.explainConflict(err, s)
	case isNew:
		a.setCreated(s, g.ID)
		return nil
	}
	return a.reuse(g, s)
}

// explainConflict adds the group that may cause a conflict: the server may treat names
// that differ a little as equal.
func (a *applier) explainConflict(err error, s Step) error {
	var names []string
	for _, g := range a.existing.similar[fold(s.Name)] {
		if g.ID != s.GroupID && g.Name != s.Name {
			names = append(names, quoted(g.Name)+" of group "+g.ID)
		}
	}
	if !errors.Is(err, frontegg.ErrConflict) || names == nil {
		return err
	}
	return fmt.Errorf("%w; it may conflict with the name %s: the two %s", err, strings.Join(names, " and "), differsIn)
}

// reuse uses a group that has the label of a step: the step created it, in an earlier
// run or with a response that was lost.
func (a *applier) reuse(g *frontegg.Group, s Step) error {
	if err := a.verifyOwnership(g, s.Key); err != nil {
		return err
	}
	a.setCreated(s, g.ID)
	return nil
}

func (a *applier) setCreated(s Step, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.created[s.Key] = id
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
