// Package redistest runs a redis-server for the tests of this module.
package redistest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/stretchr/testify/require"
)

// Server is a redis-server that listens at a Unix socket, so that no port has to be
// found. It keeps nothing on disk. Its methods may be called within a
// [testing/synctest] bubble if [Start] was called outside.
type Server struct {
	Socket string

	t      testing.TB
	stop   func()
	start  chan<- struct{} // starts it
	result <-chan error    // of the start
}

// Start starts a server with further arguments. It runs until the test ends or
// [Server.Stop] is called.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	start, result := make(chan struct{}), make(chan error)
	s := &Server{Socket: Socket(t), t: t, start: start, result: result}
	ctx := context.WithoutCancel(t.Context())
	go func() { // so that no goroutine of a bubble waits for the server
		for range start {
			var err error
			s.stop, err = run(ctx, s.Socket, args...)
			result <- err
		}
		close(result)
	}()
	t.Cleanup(func() {
		close(start)
		for range result { // until it is closed
		}
		if s.stop != nil {
			s.stop()
		}
	})
	s.Restart()
	return s
}

// Stop kills the server. What it held is lost.
func (s *Server) Stop() { s.stop() }

// Restart starts the server again, empty, at the same socket.
func (s *Server) Restart() {
	s.t.Helper()
	s.start <- struct{}{}
	require.NoError(s.t, <-s.result)
}

// Client returns a client for the server that listens at socket. It can be used in a
// [testing/synctest] bubble: it has no timeouts, which would be in the time of the
// machine, and shares nothing with clients outside of the bubble.
func Client(t testing.TB, socket string) *redis.Client {
	t.Helper()
	const commands = 20 // at once; more would wait for connections, with timers that all clients share
	client := redis.NewClient(&redis.Options{
		Network: "unix", Addr: socket, DialTimeout: time.Hour, ReadTimeout: -1, WriteTimeout: -1, PoolSize: 2 * commands,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}, // they look up host names
	})
	client.AddHook(limit(make(chan struct{}, commands)))
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// limit limits the number of commands at once.
type limit chan struct{}

// DialHook does nothing.
func (l limit) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessPipelineHook does nothing.
func (l limit) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// ProcessHook waits until there are fewer commands.
func (l limit) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		l <- struct{}{}
		defer func() { <-l }()
		return next(ctx, cmd)
	}
}

// run starts a server that listens at socket. It runs until ctx ends or stop is
// called, any number of times.
func run(ctx context.Context, socket string, args ...string) (stop func(), err error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("redis-server is not installed; on Debian: apt-get install redis-server: %w", err)
	}
	args = append([]string{
		"--port", "0", "--unixsocket", socket, "--dir", filepath.Dir(socket), "--save", "", "--appendonly", "no", "--daemonize", "no",
	}, args...)
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // redis-server with the arguments of a test
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	stop = func() {
		_ = cmd.Process.Kill()
		<-ended
	}
	ready := make(chan bool, 1)
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
				ready <- true
			}
		}
		close(ready)
		_ = cmd.Wait()
	}()
	if !<-ready {
		stop()
		return nil, errors.New("redis-server ended before it listened")
	}
	return stop, nil
}

// Socket returns a path for a socket. It must be short, so t.TempDir, which contains
// the name of the test, will not do.
func Socket(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "redis")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "socket")
}
