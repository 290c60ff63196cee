package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/cli"
	"github.com/frontegg-go/frontegg/groupsync"
)

// job is one run on one tenant.
type job struct {
	config
	*console
	client *frontegg.Client
	target string // server and tenant
	tenant string
	demo   bool // the server is in memory
	// They read the files. readPeople returns nil if members are looked up in
	// Frontegg.
	readTeams  func() ([]*team, error)
	readPeople func() (*people, error)
}

// outcome is how a run ended.
type outcome struct {
	exit   int
	result string
	report groupsync.Report
	open   []openItem // what was wanted and is not done
	err    error
}

func failed(err error) outcome {
	switch {
	case isType[*inputError](err):
		return outcome{exit: exitBadInput, result: "bad-input", err: err}
	case errors.Is(err, groupsync.ErrGuard):
		return outcome{exit: exitGuard, result: "refused", err: err}
	}
	return outcome{exit: exitFailed, result: "failed", err: err}
}

func isType[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// onTenant runs on the tenant that the environment names.
func onTenant(ctx context.Context, cfg config, c *console) int {
	j := job{config: cfg, console: c}
	client, err := frontegg.NewClientFromEnv(frontegg.WithLogger(c.log), frontegg.WithApplication("directorysync", "1.0"))
	if err != nil {
		return j.finish(failed(err), 0)
	}
	defer client.Close()
	j.client, j.target, j.tenant = client, cli.Target(""), os.Getenv("FRONTEGG_TENANT_ID")
	j.readTeams = func() ([]*team, error) { return loadTeams(cfg.file) }
	j.readPeople = func() (*people, error) {
		if cfg.people == "" {
			return nil, nil
		}
		return loadPeople(cfg.people)
	}
	return j.run(ctx, j.work)
}

// run does the work, alone if it writes, and then reports.
func (j *job) run(ctx context.Context, work func(context.Context) outcome) int {
	began := time.Now()
	defer j.progress.Clear()
	if err := j.printf("%s\n", j.target); err != nil {
		return j.finish(failed(err), time.Since(began))
	}
	if !j.apply && j.applyPlan == "" {
		return j.finish(work(ctx), time.Since(began))
	}
	if j.lock == "" {
		j.lock = defaultLock(j.target)
	}
	l, err := acquire(j.lock)
	switch {
	case errors.Is(err, errHeld):
		return j.finish(outcome{exit: exitLocked, result: "locked", err: err}, time.Since(began))
	case err != nil:
		return j.finish(failed(err), time.Since(began))
	}
	ctx, release := l.hold(ctx)
	defer release()
	return j.finish(work(ctx), time.Since(began))
}

// work compares the file with the tenant, and does what is to be done.
func (j *job) work(ctx context.Context) outcome {
	if j.applyPlan != "" {
		p, err := readPlan(j.applyPlan, j.target)
		if err != nil {
			return failed(err)
		}
		return j.carryOut(ctx, p, nil)
	}
	teams, err := j.readTeams()
	if err != nil {
		return failed(err)
	}
	known, err := j.readPeople()
	if err != nil {
		return failed(err)
	}
	if err := precheck(j.file, teams, j.sync); err != nil {
		return failed(err)
	}
	walk := frontegg.WalkOptions{Concurrency: j.concurrency, PageSize: j.pageSize}
	actual, err := groupsync.Read(ctx, j.client.Groups, walk)
	if err != nil {
		return failed(fmt.Errorf("reading the groups: %w", err))
	}
	j.log.Info("read", "wanted_groups", len(teams), "actual_groups", len(actual))
	wanted, names, err := j.resolve(ctx, teams, known, actual)
	if err != nil {
		return failed(err)
	}
	opts := j.sync
	opts.Tenant, opts.Names = j.tenant, names
	plan, err := groupsync.Compute(wanted, actual, opts)
	if guard, ok := errors.AsType[*groupsync.GuardError](err); ok && guard.Plan != nil {
		err = errors.Join(err, j.show(guard.Plan))
	}
	if err != nil {
		return failed(locate(j.file, teams, wanted, err))
	}
	return j.carryOut(ctx, planFile{Target: j.target, Created: time.Now().UTC(), Plan: plan, Lost: lostContent(plan, actual)}, teams)
}

// carryOut shows the plan, and applies or saves it. A plan that cannot be shown is not
// applied: nobody could look it up later.
func (j *job) carryOut(ctx context.Context, p planFile, teams []*team) outcome {
	j.progress.Clear()
	if err := j.show(p.Plan); err != nil {
		return failed(err)
	}
	o := outcome{report: groupsync.Report{Total: len(p.Plan.Steps)}}
	if !j.apply && j.applyPlan == "" {
		if j.planOut != "" {
			if err := p.save(j.planOut); err != nil {
				return failed(err)
			}
		}
		o.open = openItems(p.Plan, groupsync.Report{}, teams)
		return j.dryRun(o)
	}
	return j.write(ctx, p, teams, o)
}

func (j *job) dryRun(o outcome) outcome {
	isPending := o.report.Total > 0
	o.settle("nothing-to-do")
	switch {
	case !isPending || o.exit == exitIncomplete:
	case j.detailed:
		o.exit, o.result = exitPending, "pending"
	case o.exit == exitOK:
		o.result = "dry-run"
	}
	return o
}

// write applies a plan.
func (j *job) write(ctx context.Context, p planFile, teams []*team, o outcome) outcome {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	opts := groupsync.ApplyOptions{MaxWrites: j.maxWrites, Concurrency: j.concurrency, Progress: func(done, total int, step groupsync.Step) {
		j.log.Debug("step", "done", done, "total", total, "step", step.String(), "names", namesOf(p.Plan, step))
		j.progress.Show("apply", done, total)
	}}
	if j.journal != "" {
		f, err := openJournal(j.journal)
		if err != nil {
			return failed(err)
		}
		defer f.Close()
		log := &journal{tenant: j.tenant, names: p.Plan.NameOf, lost: p.Lost, stop: stop, file: f}
		opts.Journal = log.add
	}
	o.report, o.err = groupsync.Apply(ctx, j.client.Groups, p.Plan, opts)
	switch cause := context.Cause(ctx); {
	case cause == nil, errors.Is(o.err, cause):
	case o.err != nil:
		o.err = fmt.Errorf("%w: %w", cause, o.err)
	case errors.Is(cause, errJournal): // after the last writes
		o.err = cause
	}
	o.open = openItems(p.Plan, o.report, teams)
	switch {
	case isType[*frontegg.ValidationError](o.err), isType[*groupsync.GuardError](o.err):
		o.exit, o.result = exitBadInput, "bad-input" // a plan that was changed; nothing was sent
	case o.err != nil && !errors.Is(o.err, groupsync.ErrIncomplete) && !o.hasWritten():
		o.exit, o.result = exitFailed, "failed"
	case o.err != nil, o.report.Done < o.report.Total:
		o.exit, o.result = exitIncomplete, "incomplete"
	case o.report.Total == 0:
		o.settle("nothing-to-do")
	default:
		o.settle("done")
	}
	return o
}

// hasWritten reports whether a step is done, or a part of one.
func (o *outcome) hasWritten() bool {
	return o.report.Done > 0 || o.report.Counts != groupsync.Counts{}
}

// namesOf returns the addresses of people or the keys of roles of a step.
func namesOf(p *groupsync.Plan, s groupsync.Step) string {
	var names []string
	for _, id := range s.IDs {
		names = append(names, p.NameOf(id))
	}
	return strings.Join(names, ",")
}

// settle sets the result of a run in which nothing failed.
func (o *outcome) settle(result string) {
	o.exit, o.result = exitOK, result
	for _, item := range o.open {
		switch {
		case item.failed:
			o.exit, o.result = exitIncomplete, "incomplete"
			return
		default:
			o.exit, o.result = exitSkipped, "skipped"
		}
	}
}
