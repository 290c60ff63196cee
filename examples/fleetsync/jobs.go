package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// maxAttempts is how often a tenant is tried. River waits 1 s, 16 s, 81 s, 256 s
// and 625 s between them: about 16 minutes in all.
const maxAttempts = 6

// retention is how long jobs are kept after they end. It must be longer than a
// night, so that a second run knows what is done.
const retention = 7 * 24 * time.Hour

// tenantJob is the work for one tenant in one night. No two jobs are equal in all
// fields, whatever became of them.
type tenantJob struct {
	Task   string `json:"task"` // sync, plan or export
	Night  string `json:"night"`
	Tenant string `json:"tenant"`
}

// Kind returns River's name for jobs of this type.
func (tenantJob) Kind() string { return "tenant" }

// queueName is the queue of a night's jobs of one task. A process works on one.
func queueName(task, night string) string { return task + "-" + night }

// insertOpts makes a job unique whatever its state: what is done, refused or
// failed in a night is not inserted again.
func (j tenantJob) insertOpts() *river.InsertOpts {
	return &river.InsertOpts{
		MaxAttempts: maxAttempts,
		Queue:       queueName(j.Task, j.Night),
		UniqueOpts:  river.UniqueOpts{ByArgs: true, ByState: rivertype.JobStates()},
	}
}

// unfinished are the states of a job that is not done, refused or failed.
func unfinished() []rivertype.JobState {
	return []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}
}

// migrate brings River's tables up to date.
func migrate[TTx any](ctx context.Context, driver riverdriver.Driver[TTx]) error {
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// enqueue inserts a job for each tenant that has none in this night, and returns
// how many it inserted.
func enqueue(ctx context.Context, client queueClient, task, night string, tenants []string) (int, error) {
	inserted := 0
	for len(tenants) > 0 {
		n := min(len(tenants), 500)
		params := make([]river.InsertManyParams, n)
		for i, tenant := range tenants[:n] {
			job := tenantJob{Task: task, Night: night, Tenant: tenant}
			params[i] = river.InsertManyParams{Args: job, InsertOpts: job.insertOpts()}
		}
		results, err := client.InsertMany(ctx, params)
		if err != nil {
			return inserted, fmt.Errorf("inserting jobs: %w", err)
		}
		for _, r := range results {
			if !r.UniqueSkippedAsDuplicate {
				inserted++
			}
		}
		tenants = tenants[n:]
	}
	return inserted, nil
}

// supersede cancels the unfinished jobs that other nights have left behind. It returns
// how many there were. A job that another process is working on ends a little later.
func supersede(ctx context.Context, client queueClient, task, night string) (int, error) {
	params := river.NewJobListParams().Kinds(tenantJob{}.Kind()).States(unfinished()...)
	cancelled := 0
	err := eachJob(ctx, client, params, func(row *rivertype.JobRow, job tenantJob) error {
		if job.Task != task || job.Night == night {
			return nil
		}
		cancelled++
		_, err := client.JobCancel(ctx, row.ID)
		if errors.Is(err, rivertype.ErrNotFound) { // it ended meanwhile and was removed
			return nil
		}
		return err
	})
	return cancelled, err
}

// eachJob calls f for each job that params select, in the order of their IDs.
func eachJob(ctx context.Context, client queueClient, params *river.JobListParams, f func(*rivertype.JobRow, tenantJob) error) error {
	params = params.First(1000).OrderBy(river.JobListOrderByID, river.SortOrderAsc)
	for {
		page, err := client.JobList(ctx, params)
		if err != nil {
			return fmt.Errorf("listing jobs: %w", err)
		}
		for _, row := range page.Jobs {
			var job tenantJob
			if err := json.Unmarshal(row.EncodedArgs, &job); err != nil {
				return fmt.Errorf("job %d: %w", row.ID, err)
			}
			if err := f(row, job); err != nil {
				return err
			}
		}
		if len(page.Jobs) == 0 {
			return nil
		}
		params = params.After(page.LastCursor)
	}
}
