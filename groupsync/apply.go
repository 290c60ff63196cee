package groupsync

import (
	"context"
	"fmt"

	"github.com/frontegg-go/frontegg"
)

// ApplyOptions are the options of [Apply]. The zero value does all of a plan,
// four groups at once.
type ApplyOptions struct {
	// Progress is called for each step that is done, in the order of the plan, with
	// the number of steps done. May be nil.
	Progress func(done, total int, step Step)
	// MaxWrites ends the run after that many writes, without an error. If it is set,
	// groups are written one at a time. 0 means no limit.
	MaxWrites int
	// Concurrency is how many groups are written at once. The result does not
	// depend on it. 0 means 4.
	Concurrency int
	// Journal is called after each write with its result: the step with the ID of
	// its group, the IDs of this write, and the trace ID. A step whose batch was
	// split is several writes. Calls are not concurrent. May be nil.
	Journal func(step Step, err error)
}

const defaultConcurrency = 4

// Apply carries out a plan.
//
// Removals of members and roles, and deletions, come first, so that a run that
// ends early has revoked what it could. If the service refuses a step (status 400,
// 403, 404, 409, 413 or 422), its group fails: other additions to the group are not
// tried and are reported in [Report.Skipped]; its other removals and all other
// groups go on. The error then matches [ErrIncomplete], and has a [*StepError] for
// each failure. If the service refuses a batch of members or roles, the batch is
// split until the refused IDs are found; the others are applied. If more than 50 IDs
// all seem to be forbidden (403), only some of them are tried alone. Any other error
// ends the run: no access token, a rate limit that lasts too long, an outage, or a
// context that is done.
//
// Nothing is undone. To go on, read the groups, compute and apply again. It is also
// safe to apply the same plan again.
//
// A plan can be old, so groups are read again shortly before they are written, many
// in one request, and once more if that was more than five seconds ago. A step fails
// if its group no longer has its owner label, is managed by another program, has a
// name that is not in the plan, no longer exists, or cannot be read while others
// can. Users are not added to a group that has got a role that is not in the plan.
// Without Options.GrantRoles, each group is read alone just before additions, and
// roles are not added to a group that has got members. Other changes of members are
// left to the next plan.
//
// Before the first create, all groups are read once: a group that already has the
// owner label, because an earlier run created it, is not created again.
//
// A panic in a callback ends the run, and Apply panics with the same value.
//
// If a guard refused the plan, Apply returns the [*GuardError] and sends nothing. If
// the plan was changed or is for another tenant, or an option is invalid, it returns
// a [*frontegg.ValidationError] and sends nothing.
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
		o.Concurrency = 1 // so that the run leaves at most one group half made
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
