package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// jobs returns the jobs of an environment by tenant.
func (e *environment) jobs(t *testing.T) map[string]*rivertype.JobRow {
	t.Helper()
	db, client, err := openJobs(t.Context(), config{dir: e.dir})
	require.NoError(t, err)
	defer db.close()
	found := map[string]*rivertype.JobRow{}
	err = eachJob(t.Context(), client, river.NewJobListParams(), func(row *rivertype.JobRow, job tenantJob) error {
		found[job.Tenant] = row
		return nil
	})
	require.NoError(t, err)
	return found
}

// runUntil runs a command, which until prepares to be ended like by a signal.
func (e *environment) runUntil(t *testing.T, until func(interrupt func()), command string, args ...string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	until(cancel)
	return e.run(ctx, command, append(args, "-grace", "1s")...)
}

// tenantNotDone interrupts a run when an attempt for a tenant has failed.
func (e *environment) tenantNotDone(interrupt func()) {
	e.log.await, e.log.logged = "tenant not done", interrupt
}

// hang returns a function that lets requests get no response after the first ones,
// and then interrupts the run.
func (e *environment) hang(op string, after int) func(func()) {
	return func(interrupt func()) {
		e.server.Inject(fronteggtest.Fault{Op: op, After: after, Times: -1, Respond: func(_ http.ResponseWriter, r *http.Request) {
			interrupt()
			<-r.Context().Done()
		}})
	}
}

func TestSync_SecondRunDoesOnlyWhatIsLeft(t *testing.T) {
	const tenants = 12
	e := newEnvironment(t, tenants)
	code, report := e.runUntil(t, e.hang("groups.create", 9), "sync", "-workers", "2")
	require.Equal(t, exitInterrupted, code, report)
	done := map[string]bool{}
	for tenant, job := range e.jobs(t) {
		require.Contains(t, []rivertype.JobState{rivertype.JobStateCompleted, rivertype.JobStateAvailable}, job.State)
		if job.State == rivertype.JobStateCompleted {
			done[tenant] = true
			e.requireWanted(t, tenant)
		}
	}
	require.NotEmpty(t, done)
	require.Less(t, len(done), tenants)
	assert.Contains(t, report, "  left     ")

	e.server.ClearFaults()
	e.server.ResetRequests()
	code, report = e.run(t.Context(), "sync")
	require.Equal(t, exitDone, code, report)
	for i := range tenants {
		e.requireWanted(t, sampleTenant(i))
	}
	for _, r := range e.server.Requests() {
		assert.False(t, done[r.Tenant], "%s of tenant %s again", r.Op, r.Tenant)
	}
}

func TestSync_RateLimitSnoozes(t *testing.T) {
	e := newEnvironment(t, 1)
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	e.server.Inject(fronteggtest.Fault{
		Op: "groups.create", Status: http.StatusTooManyRequests,
		Header: http.Header{"X-Rate-Limit-Reset": {until.Format(time.RFC3339)}},
	})
	code, report := e.runUntil(t, e.tenantNotDone, "sync")
	require.Equal(t, exitInterrupted, code, report)
	job := e.jobs(t)[sampleTenant(0)]
	assert.Equal(t, rivertype.JobStateScheduled, job.State)
	assert.WithinDuration(t, until, job.ScheduledAt, 10*time.Minute)
	assert.Zero(t, job.Attempt)
	assert.Empty(t, job.Errors)

	code, report = e.run(t.Context(), "status")
	assert.Equal(t, exitInterrupted, code)
	assert.Contains(t, report, "sync, night "+night+": 0 of 1 tenants done\n  left     1, of which 0 are under way\n")
}

func TestSync_RejectedTenantsReported(t *testing.T) {
	e := newEnvironment(t, 4)
	broken := filepath.Join(e.input, sampleTenant(1)+".csv")
	right, err := os.ReadFile(broken)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(broken, []byte("key,name,member\nt-1,,ada\n"), 0o600))
	e.server.Inject(fronteggtest.Fault{Op: "groups.*", Tenant: sampleTenant(2), Times: -1, Status: http.StatusForbidden})

	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitIncomplete, code, report)
	assert.Contains(t, report, "2 of 4 tenants done")
	assert.Contains(t, report, "2 refused, 0 failed:\n  tenant-0002 (refused)\n")
	assert.Contains(t, strings.Join(strings.Fields(report), " "), ": line 2: key and name are required")
	assert.Contains(t, strings.Join(strings.Fields(report), " "), "tenant-0003 (refused) frontegg: groups.")
	for line := range strings.Lines(report) {
		assert.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), 80, line)
	}
	jobs := e.jobs(t)
	assert.Equal(t, 1, jobs[sampleTenant(1)].Attempt, "a bad file")
	assert.Equal(t, 2, jobs[sampleTenant(2)].Attempt, "refused by Frontegg")

	t.Run("another run does not try them", func(t *testing.T) {
		e.server.ResetRequests()
		code, again := e.run(t.Context(), "sync")
		assert.Equal(t, exitIncomplete, code)
		assert.Equal(t, report, again)
		e.assertOnlyListed(t)
	})
	t.Run("retry of one that is done changes nothing", func(t *testing.T) {
		code, _ := e.run(t.Context(), "retry", sampleTenant(1), sampleTenant(0))
		assert.Equal(t, exitFailed, code)
	})
	t.Run("retry lets the next run try those that are named", func(t *testing.T) {
		require.NoError(t, os.WriteFile(broken, right, 0o600))
		code, text := e.run(t.Context(), "retry", sampleTenant(1))
		require.Equal(t, exitDone, code)
		assert.Equal(t, "waiting for the next run of fleetsync sync: 1\n", text)
		code, _ = e.run(t.Context(), "sync")
		assert.Equal(t, exitIncomplete, code)
		e.requireWanted(t, sampleTenant(1))
	})
	t.Run("retry without names", func(t *testing.T) {
		e.server.ClearFaults()
		code, text := e.run(t.Context(), "retry")
		require.Equal(t, exitDone, code)
		assert.Equal(t, "waiting for the next run of fleetsync sync: 1\n", text)
		code, _ = e.run(t.Context(), "sync")
		assert.Equal(t, exitDone, code)
		e.requireWanted(t, sampleTenant(2))
	})
	t.Run("retry of a tenant that is done", func(t *testing.T) {
		code, _ := e.run(t.Context(), "retry", sampleTenant(0))
		assert.Equal(t, exitFailed, code)
	})
}

func TestSync_OutageIsRetried(t *testing.T) {
	e := newEnvironment(t, 1)
	e.server.Inject(fronteggtest.Fault{Op: "groups.listPage", Times: 4, Status: http.StatusServiceUnavailable}) // as often as the client tries
	code, report := e.run(t.Context(), "sync")
	require.Equal(t, exitDone, code, report)
	e.requireWanted(t, sampleTenant(0))
	job := e.jobs(t)[sampleTenant(0)]
	assert.Equal(t, 2, job.Attempt)
	assert.Len(t, job.Errors, 1)
}

func TestSync_RejectedCredentialsEndRun(t *testing.T) {
	e := newEnvironment(t, 3)
	e.server.Inject(fronteggtest.Fault{Op: "groups.*", Times: -1, Status: http.StatusUnauthorized}) // they were revoked
	code, _ := e.run(t.Context(), "sync")
	require.Equal(t, exitFailed, code)
	assert.Contains(t, e.log.String(), "fleetsync: frontegg: ")
	for tenant, job := range e.jobs(t) {
		assert.Zero(t, job.Attempt, tenant)
		assert.Empty(t, job.Errors, tenant)
	}
}

func TestSync_OtherNightsCanceled(t *testing.T) {
	e := newEnvironment(t, 3)
	code, _ := e.runUntil(t, e.hang("groups.listPage", 0), "sync", "-night", "monday", "-workers", "1")
	require.Equal(t, exitInterrupted, code)
	e.server.ClearFaults()
	code, report := e.run(t.Context(), "sync", "-night", "tuesday")
	require.Equal(t, exitDone, code, report)
	assert.Contains(t, report, "sync, night tuesday: 3 of 3 tenants done")
	code, report = e.run(t.Context(), "status", "-night", "monday")
	require.Equal(t, exitIncomplete, code)
	assert.Contains(t, report, "cancelled before its turn")
}

func TestSync_AtMostWorkersAtOnce(t *testing.T) {
	e := newEnvironment(t, 12)
	e.server.Inject(fronteggtest.Fault{Times: -1, Delay: 5 * time.Millisecond})
	code, _ := e.run(t.Context(), "sync", "-workers", "3")
	require.Equal(t, exitDone, code)
	first, last := map[string]time.Time{}, map[string]time.Time{}
	for _, r := range e.server.Requests() {
		if _, seen := first[r.Tenant]; !seen {
			first[r.Tenant] = r.Time
		}
		last[r.Tenant] = r.Time
	}
	delete(first, "") // the token
	require.Len(t, first, 12)
	most := 0
	for _, at := range first {
		open := 0
		for tenant := range first {
			if !first[tenant].After(at) && !last[tenant].Before(at) {
				open++
			}
		}
		most = max(most, open)
	}
	assert.Equal(t, 3, most)
}
