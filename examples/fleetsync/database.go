package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite" // the database/sql driver of the embedded database
)

// queueClient is the part of river.Client that this program uses. River's client
// is generic in the type of a transaction, which differs between databases.
type queueClient interface {
	Start(ctx context.Context) error
	Stopped() <-chan struct{}
	InsertMany(ctx context.Context, params []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
	JobCancel(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobRetry(ctx context.Context, id int64) (*rivertype.JobRow, error)
}

// database is where the jobs are kept: SQLite or PostgreSQL.
type database struct {
	name      string // for people, without a password
	sql       *sql.DB
	newClient func(*river.Config) (queueClient, error)
	migrate   func(ctx context.Context) error
	passes    func(error) bool // reports whether an error is one of a restart
	close     func()
}

// openDatabase opens the database that the flags name. The file of an embedded
// database is created only if create is set.
func openDatabase(ctx context.Context, cfg config, create bool) (*database, error) {
	if cfg.database != "" {
		return openPostgres(ctx, cfg.database)
	}
	path := filepath.Join(cfg.dir, "jobs.db")
	if !create {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there are no jobs yet: %s does not exist", path)
		}
	}
	return openSQLite(path)
}

// openSQLite opens a file. River asks for a single connection: SQLite has one
// writer at a time.
func openSQLite(path string) (*database, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	db, err := openFile(path, url.Values{
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(NORMAL)"},
		"_txlock": {"immediate"},
	})
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	driver := riversqlite.New(db)
	return &database{
		name:      "SQLite " + path,
		sql:       db,
		newClient: func(c *river.Config) (queueClient, error) { return river.NewClient(driver, c) },
		migrate: func(ctx context.Context) error {
			return lockedBy(ctx, path+".lock", func(ctx context.Context) error { return migrate(ctx, driver) })
		},
		passes: func(error) bool { return false },
		close:  func() { _ = db.Close() },
	}, nil
}

func openFile(path string, settings url.Values) (*sql.DB, error) {
	source := url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: settings.Encode()}
	return sql.Open("sqlite", source.String())
}

// lockedBy calls f while this process has the lock of a file, as [locked] does. The lock
// is that of an empty SQLite database, which ends with the process.
func lockedBy(ctx context.Context, path string, f func(context.Context) error) error {
	db, err := openFile(path, url.Values{"_pragma": {"busy_timeout(60000)"}, "_txlock": {"exclusive"}})
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return f(ctx)
}

// openPostgres opens a pool of connections, which reconnects by itself.
func openPostgres(ctx context.Context, dsn string) (*database, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, fmt.Errorf("-database: %w", err) // pgx masks the password
	}
	driver, at := riverpgxv5.New(pool), pool.Config().ConnConfig
	db := stdlib.OpenDBFromPool(pool)
	return &database{
		name:      fmt.Sprintf("PostgreSQL %s on %s:%d", at.Database, at.Host, at.Port),
		sql:       db,
		newClient: func(c *river.Config) (queueClient, error) { return river.NewClient(driver, c) },
		migrate: func(ctx context.Context) error {
			return locked(ctx, pool, func(ctx context.Context) error { return migrate(ctx, driver) })
		},
		passes: isRestart,
		close:  func() { _ = db.Close(); pool.Close() },
	}, nil
}

// isRestart reports whether PostgreSQL is on its way down or up, or cannot be
// reached. Its other errors are about what it was asked.
func isRestart(err error) bool {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	return !ok || strings.HasPrefix(refused.Code, "57P") || strings.HasPrefix(refused.Code, "08")
}

// persist calls f again and again while the database restarts, for up to half a
// minute. If the database hangs, f has until timeout to end. f must be idempotent.
func (d *database) persist(ctx context.Context, log *slog.Logger, timeout time.Duration, f func(context.Context) error) error {
	deadline := time.Now().Add(30 * time.Second)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		err := f(ctx)
		if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return fmt.Errorf("the database has not responded for %v: %w", timeout, err)
		}
		if err == nil || ctx.Err() != nil || !d.passes(err) || time.Now().After(deadline) {
			return err
		}
		log.WarnContext(ctx, "the database does not respond", "error", err)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
	}
}

// locked calls f while this process holds an advisory lock: several processes
// that start at once would create River's tables several times.
func locked(ctx context.Context, pool *pgxpool.Pool, f func(context.Context) error) error {
	const key = 0x666c6565_74737963 // this program's; any constant will do
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(key)); err != nil {
		return err
	}
	defer func() { // a database that hangs ends the lock with the connection
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", int64(key))
	}()
	return f(ctx)
}
