package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// server is a PostgreSQL or Redis of Debian. It listens at a Unix socket, since a
// port could be taken by somebody else while it restarts.
type server struct {
	command []string
	user    *syscall.Credential // nil: that of the test
	dir     string              // of the socket
	ready   func(ctx context.Context) error
	running *exec.Cmd
}

// start starts the server and waits until it responds.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.running = exec.Command(s.command[0], s.command[1:]...)
	s.running.SysProcAttr = &syscall.SysProcAttr{Credential: s.user, Pdeathsig: syscall.SIGKILL}
	log, err := os.CreateTemp(t.TempDir(), "log")
	require.NoError(t, err)
	defer log.Close()
	s.running.Stdout, s.running.Stderr = log, log
	require.NoError(t, s.running.Start())
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		return s.ready(ctx) == nil
	}, patience, 20*time.Millisecond, "%s does not start: see %s", s.command[0], log.Name())
}

// stop ends the server with a signal and waits for it.
func (s *server) stop(t *testing.T, signal os.Signal) {
	t.Helper()
	require.NoError(t, s.running.Process.Signal(signal))
	_ = s.running.Wait() // an error is the signal itself
	s.running = nil
}

// restart ends the server and starts it again after a pause.
func (s *server) restart(t *testing.T, signal os.Signal, pause time.Duration) {
	t.Helper()
	s.stop(t, signal)
	<-time.After(pause)
	s.start(t)
}

func (s *server) cleanUp(t *testing.T) {
	t.Cleanup(func() {
		if s.running != nil {
			_ = s.running.Process.Kill()
			_ = s.running.Wait()
		}
	})
}

// startPostgres starts a PostgreSQL of its own. As root it runs as the user
// postgres: PostgreSQL refuses to run as root.
func startPostgres(t *testing.T) *server {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	require.NoError(t, err)
	require.NotEmpty(t, found, "install Debian's package postgresql")
	bin := found[len(found)-1]
	dir, err := os.MkdirTemp("", "fleetsync-postgres-*")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })

	s := &server{dir: dir}
	if os.Getuid() == 0 {
		account, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, err := strconv.ParseUint(account.Uid, 10, 32)
		require.NoError(t, err)
		gid, err := strconv.ParseUint(account.Gid, 10, 32)
		require.NoError(t, err)
		s.user = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		require.NoError(t, os.Chown(dir, int(uid), int(gid)))
	}
	initdb := exec.Command(bin+"/initdb", "--pgdata="+dir+"/data", "--username=fleetsync", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8")
	initdb.SysProcAttr, initdb.Dir = &syscall.SysProcAttr{Credential: s.user}, dir
	output, err := initdb.CombinedOutput()
	require.NoError(t, err, string(output))

	s.command = []string{
		bin + "/postgres", "-D", dir + "/data", "-k", dir,
		"-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=64MB",
	}
	s.ready = func(ctx context.Context) error {
		conn, err := pgx.Connect(ctx, s.url("postgres"))
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	}
	s.cleanUp(t)
	s.start(t)
	return s
}

// url is where a database is.
func (s *server) url(database string) string {
	return fmt.Sprintf("postgres://fleetsync@/%s?host=%s", database, s.dir)
}

// createDatabase makes a database and returns its URL.
func (s *server) createDatabase(t *testing.T, name string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.url("postgres"))
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	return s.url(name)
}

// startRedis starts a Redis of its own, which keeps nothing over a restart.
func startRedis(t *testing.T) *server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	require.NoError(t, err, "install Debian's package redis-server")
	dir, err := os.MkdirTemp("", "fleetsync-redis-*")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &server{dir: dir}
	s.command = []string{path, "--port", "0", "--unixsocket", s.socket(), "--save", "", "--appendonly", "no", "--dir", dir}
	s.ready = func(ctx context.Context) error {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", s.socket())
		if err != nil {
			return err
		}
		return conn.Close()
	}
	s.cleanUp(t)
	s.start(t)
	return s
}

func (s *server) socket() string { return s.dir + "/socket" }
