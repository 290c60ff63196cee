package main

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/riverqueue/river"
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
	Created      int `json:"created,omitempty"`
	Renamed      int `json:"renamed,omitempty"`
	Edited       int `json:"edited,omitempty"`
	Deleted      int `json:"deleted,omitempty"`
	UsersAdded   int `json:"users_added,omitempty"`
	UsersRemoved int `json:"users_removed,omitempty"`
	RolesAdded   int `json:"roles_added,omitempty"`
	RolesRemoved int `json:"roles_removed,omitempty"`
	Exported     int `json:"exported,omitempty"` // groups
	Steps        int `json:"steps,omitempty"`    // writes
	Skipped      int `json:"skipped,omitempty"`  // of the last attempt
	Unknown      int `json:"unknown,omitempty"`  // people who are not in Frontegg, of the last attempt
}

func (r *result) add(other result) {
	r.Created += other.Created
	r.Renamed += other.Renamed
	r.Edited += other.Edited
	r.Deleted += other.Deleted
	r.UsersAdded += other.UsersAdded
	r.UsersRemoved += other.UsersRemoved
	r.RolesAdded += other.RolesAdded
	r.RolesRemoved += other.RolesRemoved
	r.Exported += other.Exported
	r.Steps += other.Steps
	r.Skipped += other.Skipped
	r.Unknown += other.Unknown
}

// Work does the job, and tells River what becomes of it. The result is kept with
// the job also if it failed.
func (w *worker) Work(ctx context.Context, job *river.Job[tenantJob]) error {
	done, err := w.do(ctx, job.Args.Tenant)
	progressed := done.Steps > 0
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
