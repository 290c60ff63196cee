package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

// report is how a night stands.
type report struct {
	counts
	totals result
	bad    []badTenant // refused or failed
}

// badTenant is a tenant that needs a person.
type badTenant struct {
	tenant, what, reason string
}

// makeReport reads the night's jobs.
func makeReport(ctx context.Context, client queueClient, cfg config) (report, error) {
	r := report{counts: counts{}}
	params := river.NewJobListParams().Queues(queueName(cfg.task, cfg.night))
	err := eachJob(ctx, client, params, func(row *rivertype.JobRow, job tenantJob) error {
		r.counts[row.State]++
		var done result
		if output := row.Output(); output != nil {
			if err := json.Unmarshal(output, &done); err != nil {
				return fmt.Errorf("job %d: %w", row.ID, err)
			}
		}
		r.totals.add(done)
		switch row.State {
		case rivertype.JobStateCancelled:
			r.bad = append(r.bad, badTenant{job.Tenant, "refused", lastError(row)})
		case rivertype.JobStateDiscarded:
			r.bad = append(r.bad, badTenant{job.Tenant, "failed", lastError(row)})
		}
		return nil
	})
	return r, err
}

// lastError returns why the last attempt failed.
func lastError(row *rivertype.JobRow) string {
	if len(row.Errors) == 0 {
		return "cancelled before its turn"
	}
	return flagNames.Replace(strings.TrimPrefix(row.Errors[len(row.Errors)-1].Error, "JobCancelError: "))
}

// flagNames replaces the names of groupsync's options.
var flagNames = strings.NewReplacer(
	"Options.MaxChange", "-max-change", "Options.MaxTotal", "-max-total", "Options.GrantRoles is", "-grant-roles is",
	"Options.Delete and Options.Empty are", "-delete is",
)

// code returns the exit code of a night whose jobs have all ended.
func (r *report) code() int {
	switch {
	case r.left() > 0:
		return exitInterrupted
	case len(r.bad) > 0:
		return exitIncomplete
	}
	return exitDone
}

// write writes the report, at most listed of the bad tenants with their reasons.
func (r *report) write(stdout io.Writer, cfg config, listed int) {
	var w strings.Builder
	r.writeCounts(&w, cfg)
	r.writeBad(&w, listed)
	_, _ = io.WriteString(stdout, cli.Wrap(w.String()))
}

func (r *report) writeCounts(w io.Writer, cfg config) {
	fmt.Fprintf(w, "%s, night %s: %d of %d tenants done\n", cfg.task, cfg.night, r.done(), r.total())
	if r.left() > 0 {
		fmt.Fprintf(w, "  left     %d, of which %d are under way\n", r.left(), r.running())
	}
	r.writeTotals(w, cfg.task)
}

func (r *report) writeBad(w io.Writer, listed int) {
	if len(r.bad) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%d refused, %d failed:\n", r.refused(), r.failed())
	for i, b := range r.bad {
		if i == listed {
			fmt.Fprintf(w, "  … and %d more: fleetsync status lists all\n", len(r.bad)-listed)
			break
		}
		fmt.Fprintf(w, "  %s (%s)\n", cli.Printable(b.tenant), b.what)
		for line := range strings.Lines(b.reason) {
			fmt.Fprintf(w, "    %s\n", cli.Printable(strings.TrimSpace(line)))
		}
	}
	fmt.Fprintln(w, "Once that is fixed, fleetsync retry lets the next run try them again.")
}

func (r *report) writeTotals(w io.Writer, task string) {
	t := r.totals
	if task == "export" {
		fmt.Fprintf(w, "  groups   %d exported\n", t.Exported)
		return
	}
	fmt.Fprintf(w, "  groups   %d created, %d adopted, %d renamed, %d edited, %d deleted\n", t.Created, t.Adopted, t.Renamed, t.Edited, t.Deleted)
	fmt.Fprintf(w, "  members  %d added, %d removed\n", t.UsersAdded, t.UsersRemoved)
	fmt.Fprintf(w, "  roles    %d added, %d removed\n", t.RolesAdded, t.RolesRemoved)
	if t.Skipped > 0 {
		fmt.Fprintf(w, "  skipped  %d groups, or a part of them (the log has the reasons)\n", t.Skipped)
	}
	if t.Unknown > 0 {
		fmt.Fprintf(w, "  unknown  %d people are not in Frontegg yet (the log has the names)\n", t.Unknown)
	}
}
