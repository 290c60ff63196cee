package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/riverqueue/river"
)

// nightly is one run of one process: it inserts what is missing of the night's
// jobs, and works until none is left.
type nightly struct {
	config
	database *database
	tenants  []string
	do       func(ctx context.Context, tenant string) (result, error)
	display  *display
	log      *slog.Logger
}

// run works until no job of the night is left, or ctx or the credentials end it.
func (n *nightly) run(ctx context.Context) error {
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	client, err := n.newClient(stop)
	if err != nil {
		return err
	}
	err = n.database.persist(ctx, n.log, n.timeout, func(ctx context.Context) error {
		if err := n.database.migrate(ctx); err != nil {
			return fmt.Errorf("preparing the database: %w", err)
		}
		if err := n.insert(ctx, client); err != nil {
			return err
		}
		return client.Start(working)
	})
	if err != nil {
		return err
	}
	if err := n.watch(working); err != nil {
		stop(err)
	}
	cause := context.Cause(working)
	stop(nil) // a soft stop: tenants under way may end within -grace
	select {
	case <-client.Stopped():
	case <-time.After(n.grace + 5*time.Second):
		n.log.Error("jobs under way did not end in time; they are picked up after -timeout")
	}
	if ctx.Err() != nil {
		return nil // what is left is in the report
	}
	return cause
}

// newClient makes River's client.
//
// A job whose process was killed stays "running" until River's rescuer puts it
// back, which looks every 30 s for jobs older than RescueStuckJobsAfter. That must
// be longer than JobTimeout, or jobs would run twice; the ten seconds are for a
// request under way to end.
func (n *nightly) newClient(stop context.CancelCauseFunc) (queueClient, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{do: n.do, stop: stop, log: n.log})
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	return n.database.newClient(&river.Config{
		ID:                          fmt.Sprintf("%.60s-%d-%d", host, os.Getpid(), time.Now().UnixMilli()),
		Logger:                      n.log,
		Workers:                     workers,
		Queues:                      map[string]river.QueueConfig{queueName(n.task, n.night): {MaxWorkers: n.workers}},
		JobTimeout:                  n.timeout,
		RescueStuckJobsAfter:        n.timeout + 10*time.Second,
		SoftStopTimeout:             n.grace,
		CompletedJobRetentionPeriod: retention,
		CancelledJobRetentionPeriod: retention,
		DiscardedJobRetentionPeriod: retention,
	})
}

func (n *nightly) insert(ctx context.Context, client queueClient) error {
	superseded, err := supersede(ctx, client, n.task, n.night)
	if err != nil {
		return err
	}
	if superseded > 0 {
		n.log.WarnContext(ctx, "unfinished jobs of other nights were cancelled", "jobs", superseded)
	}
	inserted, err := enqueue(ctx, client, n.task, n.night, n.tenants)
	if err != nil {
		return err
	}
	n.log.InfoContext(ctx, "jobs", "night", n.night, "tenants", len(n.tenants), "new", inserted)
	return nil
}

// count counts the jobs, unless the database hangs.
func (n *nightly) count(ctx context.Context) (counts, error) {
	ctx, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	return n.database.count(ctx, queueName(n.task, n.night))
}

// watch shows the progress until no job is left, or ctx ends. It waits for a
// database that is restarted; one that does not respond for -timeout is an error.
func (n *nightly) watch(ctx context.Context) error {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	defer n.display.bar.Clear()
	responded := time.Now()
	for {
		found, err := n.count(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			responded = time.Now()
			n.display.show(n.task, found)
			if found.left() == 0 {
				return nil
			}
		case time.Since(responded) > n.timeout:
			return fmt.Errorf("the database has not responded for %v: %w", n.timeout, err)
		default:
			n.log.WarnContext(ctx, "the database does not respond", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
