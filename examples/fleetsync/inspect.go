package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// openJobs opens the jobs of a database that exists, without working on them.
func openJobs(ctx context.Context, cfg config) (*database, queueClient, error) {
	db, err := openDatabase(ctx, cfg, false)
	if err != nil {
		return nil, nil, err
	}
	client, err := db.newClient(&river.Config{})
	if err != nil {
		db.close()
		return nil, nil, err
	}
	return db, client, nil
}

// status reports how a night stands.
func status(ctx context.Context, cfg config, stdout io.Writer) (int, error) {
	db, client, err := openJobs(ctx, cfg)
	if err != nil {
		return exitFailed, err
	}
	defer db.close()
	r, err := makeReport(ctx, client, cfg)
	if err != nil {
		return exitFailed, err
	}
	r.write(stdout, cfg, len(r.bad))
	return r.code(), nil
}

// retry makes refused and failed tenants wait for the next run: those that are
// named, or all.
func retry(ctx context.Context, cfg config, tenants []string, stdout io.Writer) (int, error) {
	db, client, err := openJobs(ctx, cfg)
	if err != nil {
		return exitFailed, err
	}
	defer db.close()
	params := river.NewJobListParams().Queues(queueName(cfg.task, cfg.night)).
		States(rivertype.JobStateCancelled, rivertype.JobStateDiscarded)
	found := map[string]int64{}
	err = eachJob(ctx, client, params, func(row *rivertype.JobRow, job tenantJob) error {
		if len(tenants) == 0 || slices.Contains(tenants, job.Tenant) {
			found[job.Tenant] = row.ID
		}
		return nil
	})
	if err != nil {
		return exitFailed, err
	}
	for _, tenant := range tenants { // before any is changed
		if _, ok := found[tenant]; !ok {
			return exitFailed, fmt.Errorf("tenant %q was neither refused nor failed in night %s", tenant, cfg.night)
		}
	}
	for _, id := range found {
		if _, err := client.JobRetry(ctx, id); err != nil {
			return exitFailed, err
		}
	}
	fmt.Fprintf(stdout, "waiting for the next run of fleetsync %s: %d\n", cfg.task, len(found))
	return exitDone, nil
}
