package groupsync

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/frontegg-go/frontegg"
)

// windowUnits is the number of units of each worker whose groups are read at once: few,
// so that what was read is not old, but enough that reading costs little.
const windowUnits = 16

// maxAge is the age at which a group is read again before it is written, as after a
// wait for a rate limit or a slow callback.
const maxAge = 5 * time.Second

// window is a set of units whose groups are read at once, shortly before the first of
// them is written.
type window struct {
	units    []*unit
	begun    atomic.Bool
	done     chan struct{} // closed when the groups are read
	readAt   time.Time
	groups   map[string]*frontegg.Group
	refused  map[string]error // by the ID of a group that cannot be read
	refusals int              // requests
	all      []string         // the IDs that are read with the same relations
	err      error            // ends the run
}

// addWindows divides the units of a phase into windows. With Options.GrantRoles off, a
// group that the plan does not create has a window of its own for additions: others may
// just have given it roles or members.
func (a *applier) addWindows(units []*unit) {
	var together []*unit
	for _, u := range units {
		if s := a.plan.Steps[u.steps[0]]; !a.plan.grantRoles && s.GroupID != "" && a.needs(s.Kind) > 0 {
			u.window = newWindow(u)
		} else {
			together = append(together, u)
		}
	}
	for part := range slices.Chunk(together, windowUnits*min(a.opts.Concurrency, len(units))) {
		w := newWindow(part...)
		for _, u := range part {
			u.window = w
		}
	}
}

func newWindow(units ...*unit) *window { return &window{units: units, done: make(chan struct{})} }

// relations are the lists that a group is read with. Each includes the one before.
var relations = [][]frontegg.ReadOption{
	nil,
	{frontegg.WithRelations(frontegg.RelationsRoles)},
	{frontegg.WithRelations(frontegg.RelationsRolesAndUsers)},
}

// needs returns the index of the relations that a step needs to verify that nobody
// gets a role that is not in the plan.
func (a *applier) needs(k Kind) int {
	switch {
	case k == AddUsers:
		return 1
	case k == AddRoles && !a.plan.grantRoles:
		return 2
	}
	return 0
}

// read reads the groups of a window.
func (a *applier) read(ctx context.Context, w *window) {
	needs := map[string]int{}
	for _, u := range w.units {
		for _, i := range u.steps {
			s := a.plan.Steps[i]
			if id := a.id(s); id != "" { // empty if the create failed
				needs[id] = max(needs[id], a.needs(s.Kind))
			}
		}
	}
	w.groups, w.refused = make(map[string]*frontegg.Group, len(needs)), map[string]error{}
	ids := make([][]string, len(relations))
	for _, id := range slices.Sorted(maps.Keys(needs)) {
		ids[needs[id]] = append(ids[needs[id]], id)
	}
	for n, opts := range relations {
		if len(ids[n]) == 0 {
			continue
		}
		w.all = ids[n]
		if err := a.readGroups(ctx, w, ids[n], opts); err != nil {
			w.err = fmt.Errorf("reading the groups of the next steps: %w", err)
			return
		}
	}
}

// readGroups reads groups of a window. If the service refuses the request, each half is
// read by itself until the refused groups are found. It returns an error that ends the
// run: no group seems to be readable, or the error is not about a group.
func (a *applier) readGroups(ctx context.Context, w *window, ids []string, opts []frontegg.ReadOption) error {
	groups, err := a.groups.BulkGet(ctx, ids, opts...)
	if err == nil {
		a.canRead.Store(true)
		for i := range groups {
			w.groups[groups[i].ID] = &groups[i]
		}
		return nil
	}
	w.refusals++
	switch {
	case !isRefusal(err) && !errors.Is(err, frontegg.ErrResponseTooLarge):
		return err
	case !a.canRead.Load() && w.refusals == probes && !a.probe(ctx, w, opts):
		return err
	case len(ids) == 1:
		w.refused[ids[0]] = &refusal{fmt.Errorf("reading the group: %w", err)}
		return nil
	}
	if err := a.readGroups(ctx, w, ids[:len(ids)/2], opts); err != nil {
		return err
	}
	return a.readGroups(ctx, w, ids[len(ids)/2:], opts)
}

// probes is how many reads of a window may be refused, and none of the run accepted,
// before as many groups are tried one by one.
const probes = 8

// probe reports whether one of a few groups, from all over the window, can be read. The
// refused ones may be neighbors.
func (a *applier) probe(ctx context.Context, w *window, opts []frontegg.ReadOption) bool {
	n := min(probes, len(w.all))
	for i := range n {
		id := w.all[i*(len(w.all)-1)/max(1, n-1)]
		if _, err := a.groups.BulkGet(ctx, []string{id}, opts...); err == nil {
			a.canRead.Store(true)
			return true
		}
	}
	return false
}

// current returns the current group of a step, or an error if the step must not be
// done. The group is nil if a Delete has nothing to do, or if the group was just created
// and is not yet listed.
func (a *applier) current(ctx context.Context, u *unit, s Step) (*frontegg.Group, error) {
	w := a.readOnce(ctx, u.window)
	if time.Since(w.readAt) > maxAge {
		u.window = newWindow(u)
		w = a.readOnce(ctx, u.window)
	}
	if w.err != nil {
		return nil, &readError{w.err}
	}
	if err := w.refused[s.GroupID]; err != nil {
		return nil, err
	}
	g := w.groups[s.GroupID]
	if g == nil {
		if s.Kind == Delete || a.isNew(s) {
			return nil, nil
		}
		return nil, refusalf("group %s is gone: compute again: %w", quoted(s.GroupID), frontegg.ErrNotFound)
	}
	if err := a.verifyOwnership(g, s.Key); err != nil {
		return nil, err
	}
	return g, a.verifyGrants(g, s)
}

// readOnce reads the groups of a window, or waits until another worker has.
func (a *applier) readOnce(ctx context.Context, w *window) *window {
	if w.begun.CompareAndSwap(false, true) {
		defer close(w.done)
		a.read(ctx, w)
		w.readAt = time.Now()
		return w
	}
	<-w.done
	return w
}

func (a *applier) isNew(s Step) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.created[s.Key] == s.GroupID
}

// readError is the error of a read. It ends the run.
type readError struct{ error }

func (e *readError) Unwrap() error { return e.error }

// verifyOwnership returns an error if the group has changed so that it must not be
// written.
func (a *applier) verifyOwnership(g *frontegg.Group, key string) error {
	l, unreadable := readLabel(g.Metadata)
	reason, _ := skipReason(g, l, unreadable, 1, Options{Owner: a.plan.owner, Prefix: a.plan.prefix})
	switch {
	case reason == ReasonUnowned && a.adopted[g.ID]:
		reason = ""
	case reason == ReasonOutside:
		reason = "was renamed so that it is outside the prefix"
	case reason == "" && l.Key != key:
		reason = "has the label of another key"
	}
	if reason == "" && !slices.Contains(a.names[g.ID], g.Name) && !slices.Contains(a.names[key], g.Name) {
		reason = "was renamed to " + quoted(g.Name)
	}
	if reason == "" {
		return nil
	}
	return refusalf("group %s changed after the plan was computed and is not written: it %s; compute again", quoted(g.ID), reason)
}

// verifyGrants returns an error if the step would grant a role that is not in the plan.
func (a *applier) verifyGrants(g *frontegg.Group, s Step) error {
	switch {
	case a.needs(s.Kind) > 0 && g.Roles == nil, a.needs(s.Kind) > 1 && g.Users == nil:
		return refusalf("the server did not send the roles or members of group %s, so it is not known who would get which role", quoted(g.ID))
	case s.Kind == AddUsers:
		for _, id := range roleIDs(g) {
			if !slices.Contains(s.Grants, id) {
				return refusalf("group %s now has role %s, which the plan does not grant: compute again", quoted(g.ID), a.plan.display(id))
			}
		}
	case a.needs(s.Kind) > 1 && len(g.Users) > 0:
		return refusalf("group %s now has %s, who would get the roles: compute again", quoted(g.ID), count(len(g.Users), "member"))
	}
	return nil
}
