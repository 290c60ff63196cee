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
// error reports the step; what is done stays done. To go on, read the groups,
// compute and apply again. Applying the same plan again is safe, too, as long as
// nobody else has written its groups meanwhile.
//
// A plan can be old. So the groups of each 100 steps are read again before them,
// in one request: a step whose group has meanwhile lost its mark or got another,
// has come under the management of SCIM or of another program, or has left the
// prefix, fails, and nothing is written to the group. A group that is gone is
// ErrNotFound, unless the plan deletes it. What the groups hold is not compared:
// members who came or left meanwhile are a matter of the next plan.
//
// Before the first create, all groups are read once more: a group that bears the
// mark already, because an earlier run created it, is not created again. It must
// have a name that the plan gives it. Where another group has the name by now,
// Apply stops; it never takes over a group without the mark.
//
// Errors are those of the service; a [*GuardError] for a plan that was refused,
// and a [*frontegg.ValidationError] for a plan or options that make no sense:
// nothing was sent then.
func Apply(ctx context.Context, s *frontegg.GroupsService, p *Plan, opts ApplyOptions) (report Report, err error) {
	if err := validateApply(p, opts); err != nil {
		return Report{}, err
	}
	a := newApplier(s, p)
	report.Total = len(p.Steps)
	defer func() { report.Counts = p.counts(report.Done) }()
	for i, step := range p.Steps {
		if opts.MaxWrites > 0 && a.writes >= opts.MaxWrites {
			break
		}
		if err := a.do(ctx, i); err != nil {
			return report, fmt.Errorf("groupsync: step %d of %d, %s: %w", report.Done+1, report.Total, step, err)
		}
		report.Done++
		if opts.Progress != nil {
			opts.Progress(report.Done, report.Total, step)
		}
	}
	return report, nil
}

// validateApply refuses what cannot be carried out to the end.
func validateApply(p *Plan, opts ApplyOptions) error {
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
			return invalid(op, field+".Kind", quoted(string(s.Kind))+" is unknown")
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

// applier is a plan that is being carried out.
type applier struct {
	groups  *frontegg.GroupsService
	plan    *Plan
	created map[string]string   // the ids of the plan's new groups, by key
	names   map[string][]string // the names that the plan gives to its new groups, by key
	deleted map[string]bool     // the ids of the groups that the plan deletes
	writes  int

	marked map[mark][]frontegg.Group  // the groups that bear a mark; nil: not read yet
	seen   map[string]*frontegg.Group // the groups of the steps at hand, as they were before them
}

func newApplier(s *frontegg.GroupsService, p *Plan) *applier {
	a := &applier{groups: s, plan: p, created: map[string]string{}, names: map[string][]string{}, deleted: map[string]bool{}}
	for _, step := range p.Steps {
		switch {
		case step.Kind == Delete:
			a.deleted[step.GroupID] = true
		case step.GroupID == "" && (step.Kind == Create || step.Kind == Rename):
			a.names[step.Key] = append(a.names[step.Key], step.Name)
		}
	}
	return a
}

// id returns the id of a step's group; empty: it is not created yet.
func (a *applier) id(s Step) string {
	if s.GroupID == "" {
		return a.created[s.Key]
	}
	return s.GroupID
}

func (a *applier) do(ctx context.Context, i int) error {
	if err := a.readGroups(ctx, i); err != nil {
		return err
	}
	s := a.plan.Steps[i]
	if s.Kind == Create {
		return a.create(ctx, s)
	}
	id := a.id(s)
	if g := a.seen[id]; g != nil {
		if err := a.plan.verifyOwnership(g, s.Key); err != nil {
			return err
		}
	}
	a.writes++
	err := a.write(ctx, id, s)
	if a.deleted[id] && errors.Is(err, frontegg.ErrNotFound) {
		return nil // an earlier run, or an attempt whose response was lost, deleted it
	}
	return err
}

func (a *applier) write(ctx context.Context, id string, s Step) error {
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
	return err
}
