package main

import (
	"context"

	"github.com/riverqueue/river/rivertype"
)

// counts is how many jobs of a night are in each state.
type counts map[rivertype.JobState]int

// count asks the database. One short query, whatever the number of jobs: River's
// index begins with state and queue.
func (d *database) count(ctx context.Context, queue string) (counts, error) {
	rows, err := d.sql.QueryContext(ctx, "SELECT state, count(*) FROM river_job WHERE queue = $1 GROUP BY state", queue)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := counts{}
	for rows.Next() {
		var state rivertype.JobState
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		found[state] = n
	}
	return found, rows.Err()
}

func (c counts) done() int    { return c[rivertype.JobStateCompleted] }
func (c counts) refused() int { return c[rivertype.JobStateCancelled] }
func (c counts) failed() int  { return c[rivertype.JobStateDiscarded] }
func (c counts) running() int { return c[rivertype.JobStateRunning] }

// left returns how many jobs have not ended.
func (c counts) left() int {
	n := 0
	for _, state := range unfinished() {
		n += c[state]
	}
	return n
}

func (c counts) total() int { return c.done() + c.refused() + c.failed() + c.left() }
