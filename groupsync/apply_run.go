package groupsync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/frontegg-go/frontegg"
)

// applier carries out a plan.
type applier struct {
	groups *frontegg.GroupsService
	plan   *Plan
	opts   ApplyOptions

	names   map[string][]string // the names in the plan, by group ID or key
	adopted map[string]bool     // IDs of the groups that the plan adopts

	mu       sync.Mutex
	results  []result          // by step
	next     int               // the first step whose progress is not reported
	done     int               // number of steps done before next
	writes   int               // number of writes
	end      error             // why the run ended early; may be nil
	isOver   bool              // the run has ended early
	panicked any               // the panic of a callback
	failed   map[string]bool   // keys of the groups that failed
	held     map[string]string // IDs of failed groups, by the name that they still have
	created  map[string]string // IDs of the plan's new groups, by key
	existing *existingGroups   // as they were before the first create, or at the first conflict of a rename

	firstConflict sync.Once   // of a rename
	canRead       atomic.Bool // a read of groups was accepted

	callbacks chan struct{} // full while a callback runs
}

// result is the result of a step.
type result struct {
	isTried bool
	ids     int      // number of IDs that are applied
	refused []string // IDs; nil if the step has none or failed as a whole
	err     error    // nil if the step is done
}

func newApplier(s *frontegg.GroupsService, p *Plan, opts ApplyOptions) *applier {
	a := &applier{
		groups: s, plan: p, opts: opts, results: make([]result, len(p.Steps)),
		names: map[string][]string{}, adopted: map[string]bool{},
		callbacks: make(chan struct{}, 1), failed: map[string]bool{}, held: map[string]string{}, created: map[string]string{},
	}
	for _, s := range p.Steps {
		at := cmp.Or(s.GroupID, s.Key)
		a.names[at] = append(a.names[at], s.Name)
		if s.From != "" {
			a.names[at] = append(a.names[at], s.From)
		}
		if s.Kind == Adopt {
			a.adopted[s.GroupID] = true
		}
	}
	return a
}

// unit is a list of steps that are done one after the other: the steps of a group, or
// renames that wait for each other.
type unit struct {
	steps  []int
	window *window
}

// phaseOf is the phase in which a kind of step is done. A phase begins when the one
// before has ended. Creates come before adoptions: if a first run ends between the two,
// there are still no groups to compare with, so no guard refuses the next run.
var phaseOf = map[Kind]int{RemoveUsers: 0, RemoveRoles: 0, Delete: 0, Rename: 1, Create: 2, Adopt: 3, Edit: 4, AddUsers: 5, AddRoles: 5}

// phases returns the units of each phase.
func (a *applier) phases() [][]*unit {
	var out [][]*unit
	steps := a.plan.Steps
	for begin := 0; begin < len(steps); {
		end := begin + 1
		for end < len(steps) && phaseOf[steps[end].Kind] == phaseOf[steps[begin].Kind] {
			end++
		}
		out = append(out, a.units(begin, end))
		begin = end
	}
	return out
}

// units divides the steps of a phase into units.
func (a *applier) units(begin, end int) []*unit {
	var out []*unit
	of := map[string]*unit{}
	for i := begin; i < end; i++ {
		s := a.plan.Steps[i]
		names := []string{cmp.Or(s.GroupID, s.Key)}
		if s.Kind == Rename {
			names = []string{s.From, s.Name}
		}
		u := &unit{}
		for _, name := range names {
			u.merge(of[name], of)
			of[name] = u
		}
		u.steps = append(u.steps, i)
		out = append(out, u)
	}
	out = slices.DeleteFunc(out, func(u *unit) bool { return len(u.steps) == 0 })
	for _, u := range out {
		slices.Sort(u.steps)
	}
	slices.SortStableFunc(out, a.compareUnits)
	a.addWindows(out)
	return out
}

// longUnit is more steps than a worker may be busy with while the others have ended.
const longUnit = 8

// compareUnits puts long units first, so that the phase does not end with one busy
// worker. Other groups have the same order in each run, and those that lack only roles
// come before all: a run that ends early must not leave half-made groups in addition to
// those of the runs before, because a guard would refuse many of them.
func (a *applier) compareUnits(x, y *unit) int {
	s, t := a.plan.Steps[x.steps[0]], a.plan.Steps[y.steps[0]]
	switch {
	case s.Kind == AddRoles && t.Kind != AddRoles:
		return -1
	case s.Kind != AddRoles && t.Kind == AddRoles:
		return 1
	case a.opts.MaxWrites == 0 && max(len(x.steps), len(y.steps)) > longUnit:
		return len(y.steps) - len(x.steps)
	}
	return cmp.Compare(s.Name, t.Name)
}

// merge moves the steps of another unit into u.
func (u *unit) merge(other *unit, of map[string]*unit) {
	if other == nil || other == u {
		return
	}
	u.steps = append(u.steps, other.steps...)
	other.steps = nil
	for name, v := range of {
		if v == other {
			of[name] = u
		}
	}
}

// runPhase does the units of a phase, several at once.
func (a *applier) runPhase(ctx context.Context, units []*unit) {
	if a.plan.Steps[units[0].steps[0]].Kind == Create {
		if err := a.readExisting(ctx); err != nil {
			a.stop(fmt.Errorf("groupsync: looking for groups that already exist: %w", err))
			return
		}
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(a.opts.Concurrency, len(units)) {
		workers.Go(func() {
			isWhole := false
			defer func() {
				if !isWhole {
					a.endByCallback(recover())
				}
			}()
			for i := next.Add(1); i <= int64(len(units)) && a.runUnit(ctx, units[i-1]); i = next.Add(1) {
			}
			isWhole = true
		})
	}
	workers.Wait()
	if a.panicked != nil {
		panic(a.panicked)
	}
}

// endByCallback ends the run after a callback that has panicked or called
// runtime.Goexit. The panic is passed on to the caller of Apply, who may recover
// from it.
func (a *applier) endByCallback(panicked any) {
	a.stop(errors.New("groupsync: a callback ended its goroutine"))
	a.mu.Lock()
	defer a.mu.Unlock()
	a.panicked = cmp.Or(a.panicked, panicked)
}

// runUnit does the steps of a unit. It reports whether the run goes on.
func (a *applier) runUnit(ctx context.Context, u *unit) bool {
	for _, i := range u.steps {
		switch a.begin(i) {
		case stepOver:
			return false
		case stepSkipped:
		case stepBegun:
			a.finish(i, a.do(ctx, u, a.plan.Steps[i]))
		}
		a.reportProgress(false)
	}
	return !a.stopped()
}

const (
	stepBegun = iota
	stepSkipped
	stepOver
)

// errSkipped is the error of a step that is not tried because an earlier step of its
// group failed.
var errSkipped = errors.New(ReasonFailed)

// begin decides whether a step is tried.
func (a *applier) begin(i int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.opts.MaxWrites > 0 && a.writes >= a.opts.MaxWrites {
		a.isOver = true
	}
	switch s := a.plan.Steps[i]; {
	case a.isOver:
		return stepOver
	case a.failed[s.Key] && !s.Kind.isRemoval():
		a.results[i] = result{isTried: true, err: errSkipped}
		return stepSkipped
	}
	return stepBegun
}

// finish records the result of a step.
func (a *applier) finish(i int, r result) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.plan.Steps[i]
	r.isTried = true
	switch {
	case r.err == nil:
		r.ids = len(s.IDs)
	case errors.Is(r.err, errWriteLimit):
		r.isTried, a.isOver = false, true
	case !isRefusal(r.err):
		r.isTried, a.isOver = false, true
		if a.end == nil {
			a.end = fmt.Errorf("groupsync: step %d of %d, %s: %w", i+1, len(a.results), s, r.err)
		}
	case r.ids == 0 || s.Kind.isRemoval():
		// After a failed removal an addition could grant roles that should have been
		// removed, or grant roles to members who should have been.
		a.failed[s.Key] = true
	}
	a.results[i] = r
}

func (a *applier) stop(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.end, a.isOver = cmp.Or(a.end, err), true
}

func (a *applier) stopped() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.isOver
}

// reportProgress calls Progress for the steps that are done, up to the first that is
// not, or for all of them.
func (a *applier) reportProgress(all bool) {
	defer a.lockCallbacks()()
	for i, done, ok := a.nextResult(all); ok; i, done, ok = a.nextResult(all) {
		if done > 0 && a.opts.Progress != nil {
			a.opts.Progress(done, len(a.results), a.plan.Steps[i])
		}
	}
}

// lockCallbacks waits until no callback runs. It uses a channel because waiting for a
// mutex would stop the clock of testing/synctest.
func (a *applier) lockCallbacks() (unlock func()) {
	a.callbacks <- struct{}{}
	return func() { <-a.callbacks }
}

// nextResult returns the next step to report, and how many steps are done, or 0 if that
// step is not.
func (a *applier) nextResult(all bool) (i, done int, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next == len(a.results) || !all && !a.results[a.next].isTried {
		return 0, 0, false
	}
	i = a.next
	a.next++
	if r := a.results[i]; r.isTried && r.err == nil {
		a.done++
		return i, a.done, true
	}
	return i, 0, true
}

// report returns the report and the error of the run.
func (a *applier) report() (Report, error) {
	a.reportProgress(true)
	r := Report{Done: a.done, Total: len(a.results), Skipped: slices.Clone(a.plan.Skipped)}
	r.Counts = a.plan.counts(func(i int) (bool, int) {
		return a.results[i].isTried && a.results[i].err == nil, a.results[i].ids
	})
	for i, res := range a.results {
		s := a.plan.Steps[i]
		switch {
		case !res.isTried, res.err == nil:
		case errors.Is(res.err, errSkipped):
			r.Skipped = append(r.Skipped, Skip{GroupID: a.id(s), Key: s.Key, Name: s.Name, Reason: ReasonFailed, Detail: s.String(), IDs: s.IDs})
		default:
			failed := StepError{Step: s, IDs: res.refused, Err: res.err}
			for _, id := range res.refused {
				failed.names = append(failed.names, a.plan.display(id))
			}
			r.Failed = append(r.Failed, failed)
		}
	}
	if len(r.Failed) > 0 {
		return r, &incompleteError{a.end, r.Failed}
	}
	return r, a.end
}
