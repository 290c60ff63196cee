package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/riverqueue/river"

	"github.com/frontegg-go/frontegg/groupsync"
)

// worker does the jobs of one task.
type worker struct {
	river.WorkerDefaults[tenantJob]
	do   func(ctx context.Context, tenant string) (result, error)
	stop context.CancelCauseFunc // ends this process: no job can succeed
	log  *slog.Logger
}

// result is what was done for a tenant, over all its attempts.
type result struct {
	groupsync.Counts
	Writes   int
	Exported int // groups
	Skipped  int // groups, in the last attempt
	Unknown  int // people who are not in Frontegg, in the last attempt
}

func (r *result) add(other result) {
	r.Created += other.Created
	r.Adopted += other.Adopted
	r.Renamed += other.Renamed
	r.Edited += other.Edited
	r.Deleted += other.Deleted
	r.UsersAdded += other.UsersAdded
	r.UsersRemoved += other.UsersRemoved
	r.RolesAdded += other.RolesAdded
	r.RolesRemoved += other.RolesRemoved
	r.Writes += other.Writes
	r.Exported += other.Exported
	r.Skipped += other.Skipped
	r.Unknown += other.Unknown
}

// Work does the job, and tells River what becomes of it. The result is kept with
// the job also if it failed.
func (w *worker) Work(ctx context.Context, job *river.Job[tenantJob]) error {
	done, err := w.do(ctx, job.Args.Tenant)
	progressed := done.Writes > 0
	var earlier result
	if json.Unmarshal(job.Output(), &earlier) == nil { // an error: there was no earlier attempt
		earlier.Skipped, earlier.Unknown = 0, 0
		done.add(earlier)
	}
	if err := river.RecordOutput(ctx, done); err != nil {
		return err
	}
	if err == nil {
		return nil
	}
	w.log.WarnContext(ctx, "tenant not done", "tenant", job.Args.Tenant, "attempt", job.Attempt, "error", err)
	if isFatal(err) {
		w.stop(err)
	}
	return verdict(err, job.Attempt, progressed)
}
