package groupsync

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/frontegg-go/frontegg"
)

// refusal is an error of this package that is about one group.
type refusal struct{ error }

func (r *refusal) Unwrap() error { return r.error }

func refusalf(format string, args ...any) error { return &refusal{fmt.Errorf(format, args...)} }

// refusedStatus are the status codes that are about one group.
var refusedStatus = []int{
	http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound,
	http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity,
}

// errWriteLimit ends a run that has made ApplyOptions.MaxWrites writes.
var errWriteLimit = errors.New("MaxWrites is reached")

// isRefusal reports whether an error is about one group, so that the others go on.
func isRefusal(err error) bool {
	if _, ok := errors.AsType[*refusal](err); ok {
		return true
	}
	if _, ok := errors.AsType[*readError](err); ok {
		return false
	}
	for _, end := range []error{
		context.Canceled, context.DeadlineExceeded, frontegg.ErrAuthentication,
		frontegg.ErrTenantRequired, frontegg.ErrRateLimited, frontegg.ErrOutcomeUnknown,
	} {
		if errors.Is(err, end) {
			return false
		}
	}
	if _, ok := errors.AsType[*frontegg.ValidationError](err); ok {
		return true
	}
	api, ok := errors.AsType[*frontegg.APIError](err)
	return ok && slices.Contains(refusedStatus, api.StatusCode)
}

// id returns the ID of the group of a step, or "" if it is not yet created.
func (a *applier) id(s Step) string {
	if s.GroupID != "" {
		return s.GroupID
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.created[s.Key]
}

// do carries out a step.
func (a *applier) do(ctx context.Context, u *unit, s Step) result {
	if s.Kind == Create {
		return result{err: a.create(ctx, s)}
	}
	s.GroupID = a.id(s)
	g, err := a.current(ctx, u, s)
	switch {
	case err != nil:
		return result{err: err}
	case g == nil && s.Kind == Delete:
		return result{} // already deleted, by an earlier run or an attempt whose response was lost
	}
	switch s.Kind {
	case Adopt:
		return result{err: a.adopt(ctx, g, s)}
	case Rename:
		return result{err: a.rename(ctx, s)}
	case Edit:
		return result{err: a.update(ctx, s, frontegg.UpdateGroupParams{Description: s.Description, Color: s.Color})}
	case Delete:
		return result{err: a.remove(ctx, s)}
	}
	return a.changeMembers(ctx, s)
}

// write sends one write and passes its result to the journal. send may set the ID of
// the group of the step.
func (a *applier) write(ctx context.Context, s *Step, send func(ctx context.Context, opt frontegg.RequestOption) error) error {
	a.mu.Lock()
	if a.opts.MaxWrites > 0 && a.writes >= a.opts.MaxWrites {
		a.mu.Unlock()
		return errWriteLimit
	}
	a.writes++
	a.mu.Unlock()
	var resp frontegg.Response
	err := send(ctx, frontegg.WithResponse(&resp))
	if a.opts.Journal != nil {
		entry := *s
		entry.TraceID = resp.TraceID
		defer a.lockCallbacks()()
		a.opts.Journal(entry, err)
	}
	return err
}

func (a *applier) update(ctx context.Context, s Step, params frontegg.UpdateGroupParams) error {
	return a.write(ctx, &s, func(ctx context.Context, opt frontegg.RequestOption) error {
		_, err := a.groups.Update(ctx, s.GroupID, params, opt)
		return err
	})
}

// remove deletes a group. If that is refused, the group keeps its name.
func (a *applier) remove(ctx context.Context, s Step) error {
	err := a.write(ctx, &s, func(ctx context.Context, opt frontegg.RequestOption) error {
		err := a.groups.Delete(ctx, s.GroupID, opt)
		if errors.Is(err, frontegg.ErrNotFound) {
			return nil // an attempt whose response was lost deleted it
		}
		return err
	})
	if err != nil {
		a.hold(s.Name, s.GroupID)
	}
	return err
}

// adopt writes the owner label into the current metadata of the group.
func (a *applier) adopt(ctx context.Context, g *frontegg.Group, s Step) error {
	want, err := readLabel(s.Metadata)
	if err != nil {
		return &refusal{err}
	}
	if has, _ := readLabel(g.Metadata); has == want {
		return nil
	}
	metadata, err := Label(g.Metadata, want.Owner, want.Key)
	if err != nil {
		return &refusal{err}
	}
	return a.update(ctx, s, frontegg.UpdateGroupParams{Metadata: &metadata})
}

// rename renames a group, unless a group that failed still has the name. A group that
// has a temporary name and cannot get its final one gets its former name back.
func (a *applier) rename(ctx context.Context, s Step) error {
	err := a.nameHeld(s.Name)
	if err == nil {
		err = a.update(ctx, s, frontegg.UpdateGroupParams{Name: &s.Name})
	}
	if errors.Is(err, frontegg.ErrConflict) {
		a.firstConflict.Do(func() {
			if a.readExisting(ctx) != nil {
				a.existing = &existingGroups{} // the conflict is not explained
			}
		})
		err = a.explainConflict(err, s)
	}
	if err == nil || errors.Is(err, errWriteLimit) {
		return err
	}
	a.hold(s.From, s.GroupID)
	before := a.formerName(s)
	if !isRefusal(err) || before == "" {
		return err
	}
	back := Step{Kind: Rename, GroupID: s.GroupID, Key: s.Key, From: s.From, Name: before}
	if restore := a.update(ctx, back, frontegg.UpdateGroupParams{Name: &before}); restore != nil {
		return fmt.Errorf("%w; it keeps the temporary name %s: %w", err, quoted(s.From), restore)
	}
	a.hold(before, s.GroupID)
	return fmt.Errorf("%w; it has its former name %s again", err, quoted(before))
}

// formerName returns the name that a group had before it got a temporary one, or "" if
// the name of the group is not temporary or another group has the former one.
func (a *applier) formerName(s Step) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := ""
	for i, other := range a.plan.Steps {
		switch {
		case other.Kind != Rename:
		case other.GroupID == s.GroupID && other.Name == s.From:
			before = other.From
		case other.Name == before && a.results[i].isTried && a.results[i].err == nil:
			return "" // another group has it
		}
	}
	return before
}

// hold records that a group that failed keeps a name.
func (a *applier) hold(name, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.held[name] = id
}

// nameHeld returns an error if a group that failed has the name.
func (a *applier) nameHeld(name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if id := a.held[name]; id != "" {
		return refusalf("the name is still that of group %s, which could not be renamed or deleted: %w", quoted(id), frontegg.ErrConflict)
	}
	return nil
}
