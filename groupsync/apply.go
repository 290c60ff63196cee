package groupsync

import (
	"context"
	"errors"
	"fmt"

	"github.com/frontegg-go/frontegg"
)

// ApplyOptions says how [Apply] goes on. The zero value does all of a plan.
type ApplyOptions struct {
	// Progress is called after each step that is done, with the number of steps
	// done. nil: it is not.
	Progress func(done, total int, step Step)
	// MaxWrites ends the run after so many writes, without an error. 0: no limit.
	MaxWrites int
}

// Report is what [Apply] has done.
type Report struct {
	// Done and Total count steps. With an error, the step at index Done is the one
	// that failed.
	Done, Total int
	// Counts are what the steps that are done amount to. A group that was created
	// by an earlier run of the plan counts as created.
	Counts
}

// Apply carries out a plan, step by step. The first failure stops it, and the
// error tells the step; what is done stays done. To go on, read the groups,
// compute and apply again. Applying the same plan again is safe, too, as long as
// nobody else has written its groups meanwhile.
//
// Before the first create, the groups are read once more: a group that bears the
// mark already, because an earlier run created it, is not created again. Where
// another group has got the name since the plan was made, Apply stops; it never
// takes over a group without the mark.
//
// Errors are those of the service; a [*GuardError] for a plan that was refused,
// and a [*frontegg.ValidationError] for a plan or options that make no sense:
// nothing was sent then.
func Apply(ctx context.Context, s *frontegg.GroupsService, p *Plan, opts ApplyOptions) (Report, error) {
	if err := checkApply(p, opts); err != nil {
		return Report{}, err
	}
	a := &application{groups: s, deleted: map[string]bool{}}
	for _, step := range p.Steps {
		if step.Kind == Delete {
			a.deleted[step.GroupID] = true
		}
	}
	report := Report{Total: len(p.Steps)}
	for _, step := range p.Steps {
		if opts.MaxWrites > 0 && a.writes >= opts.MaxWrites {
			break
		}
		if err := a.do(ctx, step); err != nil {
			return report, fmt.Errorf("groupsync: step %d of %d, %s: %w", report.Done+1, report.Total, step, err)
		}
		report.Done++
		report.add(step)
		if opts.Progress != nil {
			opts.Progress(report.Done, report.Total, step)
		}
	}
	return report, nil
}

// checkApply refuses what cannot be carried out to the end.
func checkApply(p *Plan, opts ApplyOptions) error {
	const op = "groupsync.Apply"
	if p == nil {
		return invalid(op, "p", "is nil: Compute returned an error")
	}
	if p.refused != nil {
		return p.refused
	}
	if opts.MaxWrites < 0 {
		return invalid(op, "ApplyOptions.MaxWrites", "is negative")
	}
	created := map[string]bool{}
	for i, s := range p.Steps {
		field := fmt.Sprintf("p.Steps[%d]", i)
		if s.Kind.rank() < 0 {
			return invalid(op, field+".Kind", fmt.Sprintf("%q is unknown", s.Kind))
		}
		if s.Kind == Create {
			if m, err := readMark(s.Metadata); err != nil || m.Key != s.Key || m.Key == "" {
				return invalid(op, field+".Metadata", "does not have the mark of the step's key")
			}
			created[s.Key] = true
		} else if s.GroupID == "" && !created[s.Key] {
			return invalid(op, field+".GroupID", "is empty, and no earlier step creates the group")
		}
	}
	return nil
}

// application is a plan that is being carried out.
type application struct {
	groups  *frontegg.GroupsService
	marked  map[mark][]string // the ids of the groups that bear a mark; nil: not read yet
	created map[string]string // the ids of the plan's new groups, by key
	deleted map[string]bool   // the ids of the groups that the plan deletes
	writes  int
}

func (a *application) do(ctx context.Context, s Step) error {
	if s.Kind == Create {
		return a.create(ctx, s)
	}
	id := s.GroupID
	if id == "" {
		id = a.created[s.Key]
	}
	a.writes++
	var err error
	switch s.Kind {
	case Rename:
		_, err = a.groups.Update(ctx, id, frontegg.UpdateGroupParams{Name: &s.Name})
	case Edit:
		_, err = a.groups.Update(ctx, id, frontegg.UpdateGroupParams{Description: s.Description, Color: s.Color})
	case RemoveUsers:
		err = a.groups.RemoveUsers(ctx, id, s.IDs)
	case RemoveRoles:
		err = a.groups.RemoveRoles(ctx, id, s.IDs)
	case AddUsers:
		err = a.groups.AddUsers(ctx, id, s.IDs)
	case AddRoles:
		err = a.groups.AddRoles(ctx, id, s.IDs)
	case Delete:
		err = a.groups.Delete(ctx, id)
	}
	if a.deleted[id] && errors.Is(err, frontegg.ErrNotFound) {
		return nil // an earlier run, or an attempt whose answer was lost, deleted it
	}
	return err
}

// create makes sure that the step's group exists and bears its mark.
func (a *application) create(ctx context.Context, s Step) error {
	if err := a.readMarks(ctx); err != nil {
		return fmt.Errorf("looking for groups that exist already: %w", err)
	}
	want, err := readMark(s.Metadata)
	if err != nil {
		return err
	}
	switch ids := a.marked[want]; len(ids) {
	case 0:
	case 1:
		a.created[s.Key] = ids[0]
		return nil
	default:
		return fmt.Errorf("%d groups bear key %q since the plan was made: compute again", len(ids), s.Key)
	}
	a.writes++
	g, isNew, err := a.groups.Ensure(ctx, frontegg.CreateGroupParams{
		Name: s.Name, Description: deref(s.Description), Color: deref(s.Color), Metadata: s.Metadata,
	})
	if err != nil {
		return err
	}
	if got, _ := readMark(g.Metadata); !isNew && got != want {
		return fmt.Errorf("group %s, which is not this owner's, has got the name since the plan was made: compute again: %w", g.ID, frontegg.ErrConflict)
	}
	a.created[s.Key] = g.ID
	return nil
}

// readMarks reads the marks of all groups, once.
func (a *application) readMarks(ctx context.Context) error {
	if a.marked != nil {
		return nil
	}
	marked := map[mark][]string{}
	for g, err := range a.groups.All(ctx, frontegg.WalkOptions{}) {
		if err != nil {
			return err
		}
		if m, err := readMark(g.Metadata); err == nil && m.Owner != "" {
			marked[m] = append(marked[m], g.ID)
		}
	}
	a.marked, a.created = marked, map[string]string{}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
