package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// job is one run on one account.
type job struct {
	config
	demo   bool                              // the account is one in memory
	wanted func() ([]groupsync.Group, error) // reads the files
	groups *frontegg.GroupsService
	stdout io.Writer
	log    *slog.Logger
}

// outcome is how a run ended, for the summary.
type outcome struct {
	exit    int
	result  string
	report  groupsync.Report
	skipped int
	err     error
}

// onFrontegg runs on the account that the environment names.
func onFrontegg(ctx context.Context, cfg config, stdout, stderr io.Writer) int {
	j := job{config: cfg, stdout: stdout, log: logger(cfg, stderr)}
	client, err := frontegg.NewClientFromEnv(frontegg.WithLogger(j.log), frontegg.WithApplication("directorysync", "1.0"))
	if err != nil {
		return j.finish(failed(err), 0)
	}
	defer client.Close()
	j.groups = client.Groups
	j.wanted = func() ([]groupsync.Group, error) {
		known, err := loadPeople(cfg.people)
		if err != nil {
			return nil, err
		}
		return load(cfg.file, known, cfg.sync)
	}
	if j.lock == "" {
		j.lock = defaultLock(cfg.sync.Owner, os.Getenv("FRONTEGG_TENANT_ID"))
	}
	return j.run(ctx, j.work)
}

func logger(cfg config, stderr io.Writer) *slog.Logger {
	level := slog.LevelInfo
	if cfg.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level}))
}

// run does the work, alone if it writes, and then writes the summary.
func (j *job) run(ctx context.Context, work func(context.Context) outcome) int {
	began := time.Now()
	if !j.apply {
		return j.finish(work(ctx), time.Since(began))
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

func failed(err error) outcome { return outcome{exit: exitFailed, result: "failed", err: err} }

// work compares the file with the account, and does what is to be done.
func (j *job) work(ctx context.Context) outcome {
	wanted, err := j.wanted()
	if err != nil {
		return refusedOrFailed(err)
	}
	actual, err := j.read(ctx)
	if err != nil {
		return failed(fmt.Errorf("reading the groups: %w", err))
	}
	j.log.Info("read", "wanted_groups", len(wanted), "actual_groups", len(actual))
	plan, err := groupsync.Compute(wanted, actual, j.sync)
	if guard, ok := errors.AsType[*groupsync.GuardError](err); ok && guard.Plan != nil {
		err = errors.Join(err, show(j.stdout, guard.Plan))
	}
	if err != nil {
		return refusedOrFailed(err)
	}
	if err := show(j.stdout, plan); err != nil {
		return failed(err) // a plan that nobody can look up later is not carried out
	}
	return j.carryOut(ctx, plan)
}

func refusedOrFailed(err error) outcome {
	if errors.Is(err, groupsync.ErrGuard) {
		return outcome{exit: exitRefused, result: "refused", err: err}
	}
	return failed(err)
}

// read returns all groups with their members and roles, or an error: half a list
// would look as if groups were missing.
func (j *job) read(ctx context.Context) ([]frontegg.Group, error) {
	var out []frontegg.Group
	walk := frontegg.WalkOptions{Concurrency: 4}
	for g, err := range j.groups.All(ctx, walk, frontegg.WithRelations(frontegg.RelationsRolesAndUsers)) {
		if err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

func (j *job) carryOut(ctx context.Context, plan *groupsync.Plan) outcome {
	o := outcome{skipped: len(plan.Skipped), report: groupsync.Report{Total: len(plan.Steps)}}
	for _, s := range plan.Skipped {
		j.log.Debug("skipped", "group", s.Name, "id", s.GroupID, "key", s.Key, "reason", s.Reason, "detail", s.Detail)
	}
	switch {
	case plan.Empty():
		o.exit, o.result = exitNothing, "nothing-to-do"
		return o
	case !j.apply:
		o.exit, o.result = exitDone, "dry-run"
		return o
	}
	o.report, o.err = groupsync.Apply(ctx, j.groups, plan, groupsync.ApplyOptions{MaxWrites: j.maxWrites, Progress: j.progress()})
	switch {
	case o.err != nil && o.report.Done == 0:
		o.exit, o.result = exitFailed, "failed"
	case o.report.Done < o.report.Total:
		o.exit, o.result = exitPartly, "partly-done"
	default:
		o.exit, o.result = exitDone, "done"
	}
	if o.err != nil && errors.Is(context.Cause(ctx), errLost) {
		o.err = fmt.Errorf("%w: %w", errLost, o.err)
	}
	return o
}

// progress logs each step, and how far the run is every few seconds.
func (j *job) progress() func(done, total int, step groupsync.Step) {
	const every = 5 * time.Second
	last := time.Now()
	return func(done, total int, step groupsync.Step) {
		j.log.Debug("step", "done", done, "total", total, "step", step.String())
		if done == total || time.Since(last) >= every {
			last = time.Now()
			j.log.Info("progress", "done", done, "total", total)
		}
	}
}

// finish logs an error, writes the one line that an alarm looks at, and returns
// the exit code.
func (j *job) finish(o outcome, took time.Duration) int {
	_, lost := fmt.Fprintf(j.stdout, "\n%s\n", j.summary(o, took))
	if lost != nil {
		o.err = errors.Join(o.err, fmt.Errorf("writing the summary: %w", lost))
		switch {
		case o.exit != exitNothing && o.exit != exitDone: // it tells already that something is wrong
		case o.report.Done > 0:
			o.exit, o.result = exitPartly, "partly-done"
		default:
			o.exit, o.result = exitFailed, "failed"
		}
	}
	if o.err != nil {
		for line := range strings.Lines(o.err.Error()) { // one for each part of an error
			j.log.Error(o.result, "error", strings.TrimSuffix(line, "\n"))
		}
	}
	if lost != nil {
		j.log.Error(j.summary(o, took))
	}
	return o.exit
}

func (j *job) summary(o outcome, took time.Duration) string {
	r := o.report
	s := fmt.Sprintf("directorysync: result=%s exit=%d steps=%d/%d created=%d renamed=%d edited=%d deleted=%d"+
		" users_added=%d users_removed=%d roles_added=%d roles_removed=%d skipped=%d seconds=%.1f",
		o.result, o.exit, r.Done, r.Total, r.Created, r.Renamed, r.Edited, r.Deleted,
		r.UsersAdded, r.UsersRemoved, r.RolesAdded, r.RolesRemoved, o.skipped, took.Seconds())
	if j.demo {
		s += " demo=true"
	}
	return s
}
