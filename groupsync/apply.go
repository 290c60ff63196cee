package groupsync

import (
	"context"
	"fmt"

	"github.com/frontegg-go/frontegg"
)

// ApplyOptions are the options of [Apply]. The zero value does all of a plan,
// four groups at once.
type ApplyOptions struct {
	// Progress is called after each step that is done, in the order of the plan,
	// with the number of steps done. nil: it is not called.
	Progress func(done, total int, step Step)
	// MaxWrites ends the run after so many writes, without an error; groups are then
	// written one at a time. 0: no limit.
	MaxWrites int
	// Concurrency is how many groups are written at once. The result does not
	// depend on it. 0 means 4.
	Concurrency int
	// Journal is called after each write with its result: the step with the ID of
	// its group, the IDs that this write had, and the trace ID. A step whose batch
	// was split is several writes. Calls are not concurrent. nil: it is not called.
	Journal func(step Step, err error)
}

const defaultConcurrency = 4

// Apply carries out a plan.
//
// Removals of members and roles, and deletions, come first, so that a run that
// ends early has revoked what it could. A step that the service refuses (status
// 400, 403, 404, 409, 413 or 422) fails its group: what else the plan adds to that
// group is not tried and is reported in [Report.Skipped]; its other removals and
// all other groups go on. The error then matches [ErrIncomplete], and has a
// [*StepError] for each failure. If the service refuses a batch of members or
// roles, the batch is split until the refused IDs are found; the others are
// applied. Of more than 50 IDs that all seem to be forbidden (403), only some are
// tried alone. Anything else, such as no access token, a rate limit that is too long to
// wait for, an outage, or a context that is done, ends the run.
//
// What is done stays done. To go on, read the groups, compute and apply again.
// Applying the same plan again is safe, too.
//
// A plan can be old. So groups are read again shortly before they are written, many
// in one request, and once more if that is five seconds ago: a step fails if its
// group has lost its owner label or got another, is managed by another program, has
// a name that the plan does not know, is gone, or cannot be read while others can.
// Users are not added to a group that has roles by then which the plan does not
// know, and with Options.GrantRoles off no roles to a group that has members by
// then; with it off, each group is read by itself right before. Other members who came or left meanwhile are a matter of the next plan.
//
// Before the first create, all groups are read once: a group that has the owner
// label already, because an earlier run created it, is not created again.
//
// A panic in a callback ends the run, and is passed on.
//
// Nothing is sent if the plan was refused by a guard: a [*GuardError]; if it was
// changed or is for another tenant, or if options are invalid: a
// [*frontegg.ValidationError].
func Apply(ctx context.Context, s *frontegg.GroupsService, p *Plan, opts ApplyOptions) (Report, error) {
	if err := validateApply(s, p, &opts); err != nil {
		return Report{}, err
	}
	a := newApplier(s, p, opts)
	for _, phase := range a.phases() {
		if a.stopped() {
			break
		}
		a.runPhase(ctx, phase)
	}
	return a.report()
}

func (o *ApplyOptions) validate() error {
	const op = "groupsync.Apply"
	switch {
	case o.MaxWrites < 0:
		return invalid(op, "ApplyOptions.MaxWrites", "is negative")
	case o.Concurrency < 0:
		return invalid(op, "ApplyOptions.Concurrency", "is negative")
	case o.MaxWrites > 0:
		o.Concurrency = 1 // so that the writes are those of the first steps
	case o.Concurrency == 0:
		o.Concurrency = defaultConcurrency
	}
	return nil
}

// validateApply returns an error if the plan cannot or must not be carried out.
func validateApply(s *frontegg.GroupsService, p *Plan, opts *ApplyOptions) error {
	const op = "groupsync.Apply"
	if p == nil {
		return invalid(op, "p", "is nil: Compute returned an error")
	}
	if p.refused != nil {
		return p.refused
	}
	if err := opts.validate(); err != nil {
		return err
	}
	if err := p.validateSteps(); err != nil {
		return err
	}
	switch {
	case p.checksum == "" && len(p.Steps) > 0:
		return invalid(op, "p", "was not made by Compute")
	case p.checksum != "" && p.checksum != p.sum():
		return invalid(op, "p", "was changed after Compute made it: what was approved must be what is applied; compute again")
	case p.tenant != "" && s.Tenant() != "" && p.tenant != s.Tenant():
		return invalid(op, "p", fmt.Sprintf("is for tenant %s, but the client is for tenant %s", quoted(p.tenant), quoted(s.Tenant())))
	}
	return nil
}

func (p *Plan) validateSteps() error {
	const op = "groupsync.Apply"
	created := map[string]bool{}
	for i, s := range p.Steps {
		field := fmt.Sprintf("p.Steps[%d]", i)
		if s.Kind.rank() < 0 {
			return invalid(op, field+".Kind", quoted(string(s.Kind))+" is unknown")
		}
		if s.Kind == Create || s.Kind == Adopt {
			if l, err := readLabel(s.Metadata); err != nil || l.Key != s.Key || l.Key == "" {
				return invalid(op, field+".Metadata", "does not have the owner label of the step's key")
			}
		}
		if s.Kind == Create {
			created[s.Key] = true
		} else if s.GroupID == "" && !created[s.Key] {
			return invalid(op, field+".GroupID", "is empty, and no earlier step creates the group")
		}
	}
	return nil
}
