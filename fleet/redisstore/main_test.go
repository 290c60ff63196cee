package redisstore_test

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
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/frontegg-go/frontegg/fleet"
	"github.com/frontegg-go/frontegg/fleet/internal/fleettest"
	"github.com/frontegg-go/frontegg/fleet/redisstore"
)

const key = "frontegg:token"

func TestMain(m *testing.M) {
	fleettest.Child(func(socket string) fleet.Store { return redisstore.New(connect(socket), key) })
	goleak.VerifyTestMain(m)
}

// connect returns a client for the server that listens at socket. It has more
// patience than the store.
func connect(socket string) *redis.Client {
	return redis.NewClient(&redis.Options{Network: "unix", Addr: socket, ReadTimeout: time.Hour})
}

// startRedis runs a redis-server until the test ends or stop is called.
func startRedis(t *testing.T) (socket string, stop func()) {
	t.Helper()
	socket = socketPath(t)
	stop, err := runRedis(t.Context(), socket)
	require.NoError(t, err)
	t.Cleanup(stop)
	return socket, stop
}

// runRedis runs a redis-server until ctx ends or stop is called. It listens at a
// socket, so that no port has to be found.
func runRedis(ctx context.Context, socket string) (stop func(), err error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("redis-server is not installed; on Debian: apt-get install redis-server: %w", err)
	}
	cmd := exec.CommandContext(ctx, program,
		"--port", "0", "--unixsocket", socket, "--dir", filepath.Dir(socket), "--save", "", "--appendonly", "no", "--daemonize", "no")
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

// socketPath returns a path for a socket. It must be short, so t.TempDir, which
// has the name of the test in it, will not do.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "redis")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "socket")
}

// newClient is connect for a test.
func newClient(t *testing.T, socket string) *redis.Client {
	t.Helper()
	client := connect(socket)
	t.Cleanup(func() { _ = client.Close() })
	return client
}
