package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// syncer makes the groups of tenants equal to the input.
type syncer struct {
	client  *frontegg.Client
	input   *input
	unknown []string // tenants of the input that the environment does not have
	options groupsync.Options
	night   string
	dir     string // of the journals and plans
	dryRun  bool
	log     *slog.Logger
}

// run does the work for one tenant: it looks up names, reads, computes and writes.
func (s *syncer) run(ctx context.Context, tenant string) (result, error) {
	if slices.Contains(s.unknown, tenant) {
		return result{}, &inputError{tenant, "the environment has no tenant with this ID"}
	}
	wanted, err := s.input.read(tenant)
	if err != nil {
		return result{}, err
	}
	client := s.client.ForTenant(tenant)
	directory, err := groupsync.Lookup(ctx, client, wanted)
	if err != nil {
		return result{}, err
	}
	groups, unresolved := directory.Resolve(wanted)
	if err := unresolved.Guard(s.options); err != nil {
		return result{}, err
	}
	actual, err := groupsync.Read(ctx, client.Groups, frontegg.WalkOptions{})
	if err != nil {
		return result{}, err
	}
	options := s.options
	options.Tenant, options.Names = tenant, directory.Names()
	plan, err := groupsync.Compute(groups, actual, options)
	if err != nil {
		return result{}, err
	}
	report := groupsync.Report{Counts: plan.Counts(), Skipped: plan.Skipped}
	if s.dryRun {
		err = s.writePlan(tenant, plan)
	} else {
		report, err = s.apply(ctx, client.Groups, plan, actual)
	}
	return s.outcome(ctx, tenant, report, unresolved), errors.Join(err, openSkips(report.Skipped))
}

// apply carries out a plan, one write after the other: -workers is then also how
// many requests this process sends at once. A write that cannot be noted is the
// last one.
func (s *syncer) apply(ctx context.Context, groups *frontegg.GroupsService, plan *groupsync.Plan, actual []frontegg.Group) (groupsync.Report, error) {
	if plan.Empty() {
		return groupsync.Report{Skipped: plan.Skipped}, nil
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	j, err := openJournal(filepath.Join(s.dir, "journal"), s.night, plan, actual)
	if err != nil {
		return groupsync.Report{}, err
	}
	defer j.file.Close()
	var lost error
	report, err := groupsync.Apply(ctx, groups, plan, groupsync.ApplyOptions{
		Concurrency: 1,
		Journal: func(step groupsync.Step, stepErr error) {
			if err := j.add(step, stepErr); err != nil {
				lost = fmt.Errorf("the journal cannot be written: %w", err)
				stop(lost)
			}
		},
	})
	switch cause := context.Cause(ctx); {
	case err == nil: // lost may be the line of the last write
		err = lost
	case cause != nil && !errors.Is(err, cause):
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return report, err
}

// writePlan writes a plan for people. A tenant without changes has no file.
func (s *syncer) writePlan(tenant string, plan *groupsync.Plan) error {
	path := filepath.Join(s.dir, "plan", fileName(tenant, ".txt"))
	if plan.Empty() && len(plan.Skipped) == 0 {
		if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(flagNames.Replace(plan.String())), 0o600)
}

// outcome counts what was done, and logs what was not.
func (s *syncer) outcome(ctx context.Context, tenant string, report groupsync.Report, unresolved groupsync.Unresolved) result {
	skipped := 0
	for _, skip := range report.Skipped {
		if skip.Key == "" {
			continue // a group of somebody else
		}
		skipped++
		s.log.InfoContext(ctx, "skipped", "tenant", tenant, "group", skip.Name, "reason", flagNames.Replace(skip.Reason), "detail", skip.Detail)
	}
	return result{Writes: report.Done, Skipped: skipped, Unknown: len(unresolved.Emails), Counts: report.Counts}
}

// openSkips returns an error about the wanted groups that could not be made as they
// are wanted and that a person must look at; the others are done. People who are not
// in Frontegg yet, and what the flags leave alone, are no error.
func openSkips(skipped []groupsync.Skip) error {
	var open []string
	for _, s := range skipped {
		switch s.Reason {
		case groupsync.ReasonUnknownUser, groupsync.ReasonGrant, groupsync.ReasonUnwanted, groupsync.ReasonFailed:
			continue
		}
		if s.Key != "" {
			open = append(open, strings.TrimSuffix(fmt.Sprintf("group %q %s: %s", s.Name, s.Reason, s.Detail), ": "))
		}
	}
	if open == nil {
		return nil
	}
	return &openError{open}
}

// openError is about groups that were skipped: a retry does not help.
type openError struct{ groups []string }

func (e *openError) Error() string { return strings.Join(e.groups, "\n") }
