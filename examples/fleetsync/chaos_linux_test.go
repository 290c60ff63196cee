package main

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// fleetRun is some processes that work on one night.
type fleetRun struct {
	*environment
	program, database, redis string
	processes                []*process
}

const processes = 4

func (f *fleetRun) start(t *testing.T) {
	t.Helper()
	p := startProcess(t, f.program, "sync", "-dir", f.dir, "-input", f.input, "-database", f.database,
		"-redis", f.redis, "-rate", strconv.Itoa(perMinute), "-grant-roles", "-delete", "-workers", "2", "-timeout", "20s", "-max-change", "1")
	f.processes = append(f.processes, p)
}

// wait waits until all processes have ended well, except for one that was killed.
func (f *fleetRun) wait(t *testing.T, killed *process) {
	t.Helper()
	for _, p := range f.processes {
		if p != killed {
			require.Equal(t, exitDone, p.wait(), p.stdout.String()+p.stderr.String())
		}
	}
}

// TestChaos proves what the program promises: four processes on one night, while
// everything that they need fails once. FLEETSYNC_CHAOS=full does it with 500
// tenants.
func TestChaos(t *testing.T) {
	tenants := 120
	if os.Getenv("FLEETSYNC_CHAOS") == "full" {
		tenants = 500
	}
	postgres, redis := startPostgres(t), startRedis(t)
	program := build(t)
	newFleet := func(name string) *fleetRun {
		world := newWorld(t, tenants, fronteggtest.WithRateLimit(perMinute, time.Minute))
		return &fleetRun{world, program, postgres.createDatabase(t, name), "unix://" + redis.socket(), nil}
	}

	quiet := newFleet("quiet")
	quiet.server.Inject(latency)
	began := time.Now()
	for range processes {
		quiet.start(t)
	}
	quiet.wait(t, nil)
	usual := quiet.server.Count("")
	t.Logf("%d tenants without faults: %d requests, %v", tenants, usual, time.Since(began).Round(time.Millisecond))
	quiet.assertLimitIsShared(t, began, time.Now())
	// A process that waits too long for Redis, on a slow machine, logs in itself.
	assert.LessOrEqual(t, quiet.server.Count("auth.vendor"), 1+quiet.logged("sending a token request of its own"), "the processes share a token")

	f := newFleet("chaos")
	victim := sampleTenant(9)
	injectFaults(f.server, victim, tenants)
	began = time.Now()
	for range processes {
		f.start(t)
	}
	killed := f.killInTheMiddle(t, victim)
	t.Logf("%v: killed a process in the middle of %s", time.Since(began).Round(time.Millisecond), victim)
	f.start(t) // as its supervisor does
	f.waitForRequests(t, usual/3)
	postgres.restart(t, syscall.SIGQUIT, time.Second) // as after a crash
	t.Logf("%v: PostgreSQL is back", time.Since(began).Round(time.Millisecond))
	f.waitForRequests(t, usual/2)
	f.assertLimitIsShared(t, began, time.Now())
	redis.restart(t, syscall.SIGKILL, time.Second) // it has lost everything
	t.Logf("%v: Redis is back", time.Since(began).Round(time.Millisecond))
	f.wait(t, killed)
	took := time.Since(began)

	for i := range tenants {
		f.requireWanted(t, sampleTenant(i))
	}
	f.assertNoWrongGrant(t, tenants)
	requests := f.server.Count("")
	t.Logf("%d tenants with faults: %d requests, %v", tenants, requests, took.Round(time.Millisecond))
	outOfTime := f.logged("tenant not done", context.DeadlineExceeded.Error()) // on a slow machine: they begin again
	assert.LessOrEqual(t, float64(requests), (1.1+float64(outOfTime)/float64(tenants))*float64(usual))
	first, later := f.limitedAfter(time.Minute)
	t.Logf("429s: %d in the first minute, %d later", first, later)
	assert.Zero(t, later)
	assert.LessOrEqual(t, first, injected429s)
}

// assertLimitIsShared fails if an operation had more requests by any time than all
// processes together may send: a twentieth of the limit at once, and the rest evenly
// over 61 seconds. A 429 lets that begin again.
func (f *fleetRun) assertLimitIsShared(t *testing.T, began, ended time.Time) {
	t.Helper()
	sent, limited := map[string]int{}, map[string]int{}
	for _, r := range f.server.Requests() {
		if r.Time.After(ended) || r.Op == "auth.vendor" {
			continue
		}
		sent[r.Op]++
		burst := 0.05 * perMinute * float64(1+limited[r.Op])
		require.LessOrEqual(t, float64(sent[r.Op]), burst+0.95*perMinute*r.Time.Sub(began).Seconds()/61+1, r.Op)
		if r.Status == http.StatusTooManyRequests {
			limited[r.Op]++
		}
	}
}

// logged counts the lines in the logs of the processes that contain all texts.
func (f *fleetRun) logged(texts ...string) int {
	n := 0
	for _, p := range f.processes {
		for line := range strings.Lines(p.stderr.String()) {
			if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(line, text) }) {
				n++
			}
		}
	}
	return n
}

// perMinute is the limit of the environment, and what the processes share of it.
const perMinute = 900

// injected429s are before the first window is over.
const injected429s = 2

// latency is the way to Frontegg.
var latency = fronteggtest.Fault{Times: -1, Delay: 40 * time.Millisecond}

// injectFaults spreads faults over the run. A request meets the first fault that
// it matches, so that latency comes last.
func injectFaults(server *fronteggtest.Server, victim string, tenants int) {
	server.Inject(fronteggtest.Fault{Op: "groups.addUsers", Tenant: victim, Delay: time.Hour})
	server.Inject(fronteggtest.Fault{Op: "groups.listPage", After: 2, Times: injected429s, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}})
	for i := range 4 {
		after := (i + 1) * tenants / 5
		server.Inject(fronteggtest.Fault{Op: "groups.listPage", After: after, Status: http.StatusServiceUnavailable})
		server.Inject(fronteggtest.Fault{Op: "groups.addUsers", After: after, Drop: fronteggtest.DropAfterApply})
		server.Inject(fronteggtest.Fault{Op: "groups.removeUsers", After: after, Drop: fronteggtest.DropMidBody})
		server.Inject(fronteggtest.Fault{Op: "groups.delete", After: after, Drop: fronteggtest.DropAfterApply})
	}
	for i := range 2 {
		after := (i + 1) * tenants / 3
		server.Inject(fronteggtest.Fault{Op: "groups.create", After: after, Drop: fronteggtest.DropAfterApply})
		server.Inject(fronteggtest.Fault{Op: "groups.create", After: after + 10, Status: http.StatusServiceUnavailable})
	}
	server.Inject(latency)
}

// killInTheMiddle waits until the tenant is half done, and kills the process that
// works on it.
func (f *fleetRun) killInTheMiddle(t *testing.T, tenant string) *process {
	t.Helper()
	f.waitFor(t, func(r fronteggtest.Request) bool { return r.Op == "groups.addUsers" && r.Tenant == tenant })
	conn, err := pgx.Connect(t.Context(), f.database)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	var client string
	require.NoError(t, conn.QueryRow(t.Context(),
		"SELECT attempted_by[array_upper(attempted_by, 1)] FROM river_job WHERE args->>'tenant' = $1 AND state = 'running'", tenant).Scan(&client))
	for _, p := range f.processes {
		if strings.Contains(p.stderr.String(), "client_id="+client) {
			require.NoError(t, p.cmd.Process.Kill())
			require.Equal(t, -1, p.wait())
			return p
		}
	}
	t.Fatalf("no process is client %s", client)
	return nil
}

// waitFor waits for a request.
func (f *fleetRun) waitFor(t *testing.T, is func(fronteggtest.Request) bool) {
	t.Helper()
	require.Eventually(t, func() bool { return slices.ContainsFunc(f.server.Requests(), is) }, patience, 20*time.Millisecond)
}

// waitForRequests waits for a number of requests.
func (f *fleetRun) waitForRequests(t *testing.T, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return f.server.Count("") >= n }, patience, 20*time.Millisecond)
}
