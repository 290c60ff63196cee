package main

import (
	"context"
	"slices"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// syncer makes the groups of tenants equal to the input.
type syncer struct {
	client  *frontegg.Client
	input   *input
	unknown []string // tenants of the input that the environment does not have
	options groupsync.Options
	journal journal
	dryRun  bool
}

// run does the work for one tenant: it reads, computes and writes.
func (s *syncer) run(ctx context.Context, tenant string) (done result, err error) {
	if slices.Contains(s.unknown, tenant) {
		return result{}, &inputError{tenant, "the environment has no tenant with this ID"}
	}
	wanted, err := s.input.read(tenant)
	if err != nil {
		return result{}, err
	}
	groups := s.client.ForTenant(tenant).Groups
	var actual []frontegg.Group
	for g, err := range groups.All(ctx, frontegg.WalkOptions{}, frontegg.WithRelations(frontegg.RelationsRolesAndUsers)) {
		if err != nil {
			return result{}, err
		}
		actual = append(actual, g)
	}
	plan, err := groupsync.Compute(resolve(wanted), actual, s.options)
	if err != nil {
		return result{}, err
	}
	if s.dryRun {
		return amount(len(plan.Steps), plan.Counts(), len(plan.Skipped)), nil
	}
	note, closeJournal, err := s.journal.open(tenant)
	if err != nil {
		return result{}, err
	}
	defer func() { _ = closeJournal() }()
	report, err := groupsync.Apply(ctx, groups, plan, groupsync.ApplyOptions{
		Progress: func(_, _ int, step groupsync.Step) { _ = note(step, nil) },
	})
	return amount(report.Done, report.Counts, len(plan.Skipped)), err
}

// resolve turns names into IDs.
func resolve(wanted []named) []groupsync.Group {
	out := make([]groupsync.Group, len(wanted))
	for i, w := range wanted {
		out[i] = groupsync.Group{Key: w.Key, Name: w.Name, UserIDs: w.Emails, RoleIDs: w.RoleKeys}
	}
	return out
}

func amount(steps int, c groupsync.Counts, skipped int) result {
	return result{
		Steps: steps, Skipped: skipped,
		Created: c.Created, Renamed: c.Renamed, Edited: c.Edited, Deleted: c.Deleted,
		UsersAdded: c.UsersAdded, UsersRemoved: c.UsersRemoved, RolesAdded: c.RolesAdded, RolesRemoved: c.RolesRemoved,
	}
}
