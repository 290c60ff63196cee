package main

import (
	"context"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/frontegg-go/frontegg/fronteggtest"
)

// timeToBegin is a -timeout in which a run has certainly inserted its jobs.
const timeToBegin = "10s"

func TestPostgres(t *testing.T) {
	postgres := startPostgres(t)
	e := newEnvironment(t, 4)
	url := postgres.createDatabase(t, "jobs")
	code, report := e.run(t.Context(), "sync", "-database", url)
	require.Equal(t, exitDone, code, report+e.log.String())
	for i := range 4 {
		e.requireWanted(t, sampleTenant(i))
	}
	for _, command := range []string{"status", "retry"} {
		code, _ := e.run(t.Context(), command, "-database", url)
		assert.Equal(t, exitDone, code)
	}

	t.Run("a database that hangs", func(t *testing.T) {
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		defer conn.Close(context.Background())
		do := func(sql string) {
			_, err := conn.Exec(context.Background(), sql)
			assert.NoError(t, err)
		}
		hangs := []string{"-database", url, "-night", "hangs", "-grace", "1s", "-timeout"}
		do("BEGIN; LOCK TABLE river_job")
		code, report := e.run(t.Context(), "sync", append(hangs, "2s")...)
		assert.Equal(t, exitFailed, code, report)
		do("ROLLBACK")
		e.server.Inject(fronteggtest.Fault{Op: "groups.listPage", Respond: func(_ http.ResponseWriter, r *http.Request) {
			do("BEGIN; LOCK TABLE river_job") // while jobs are under way
			<-r.Context().Done()
		}})
		code, report = e.run(t.Context(), "sync", append(hangs, timeToBegin)...)
		assert.Equal(t, exitFailed, code, report)
		assert.Contains(t, e.log.String(), "fleetsync: the database has not responded for 2s")
		assert.Contains(t, e.log.String(), "fleetsync: the database has not responded for "+timeToBegin)
		do("ROLLBACK")
	})
	t.Run("a database that does not come back", func(t *testing.T) {
		e.server.Inject(fronteggtest.Fault{Op: "groups.listPage", Times: -1, Delay: time.Hour})
		e.server.ResetRequests()
		p := startProcess(t, build(t), "sync", "-dir", e.dir, "-input", e.input, "-grant-roles",
			"-night", "other", "-database", url, "-timeout", timeToBegin, "-grace", "1s")
		require.Eventually(t, func() bool { return e.server.Count("groups.listPage") > 0 }, patience, time.Millisecond)
		postgres.stop(t, syscall.SIGINT)
		assert.Equal(t, exitFailed, p.wait())
		assert.Contains(t, p.stderr.String(), "fleetsync: the database has not responded for "+timeToBegin)
	})
	t.Run("no database at the start", func(t *testing.T) {
		code, _ := e.run(t.Context(), "status", "-database", url)
		assert.Equal(t, exitFailed, code)
	})
}

func TestPostgres_PasswordIsNotShown(t *testing.T) {
	e := newEnvironment(t, 1)
	for _, url := range []string{
		"postgres://someone:hunter2@127.0.0.1:1/jobs",
		"postgres://someone:hunter2@127.0.0.1:1/jobs?sslmode=wrong",
		"postgres://someone:hunter2@127.0.0.1:port/jobs",
	} {
		code, report := e.run(t.Context(), "status", "-database", url)
		assert.Equal(t, exitFailed, code, url)
		assert.NotContains(t, report+e.log.String(), "hunter2", url)
		assert.Contains(t, e.log.String(), "127.0.0.1", url)
	}
}

func TestSQLite_ProcessesThatStartAtOnce(t *testing.T) {
	e := newEnvironment(t, 6)
	program := build(t)
	var all []*process
	for range 4 {
		all = append(all, startProcess(t, program, "sync", "-dir", e.dir, "-input", e.input, "-grant-roles", "-night", "one"))
	}
	for _, p := range all {
		assert.Equal(t, exitDone, p.wait(), p.stdout.String()+p.stderr.String())
	}
	for i := range 6 {
		e.requireWanted(t, sampleTenant(i))
	}
}
