package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fleet/redislimit"
)

// worker is one of the processes that share a rate limit: this program with -worker.
type worker struct {
	Redis, URL, ClientID, APIKey string
	Limit                        int
	Lasts                        time.Duration
}

// work sends as many requests as it may. It reads what to do from in.
func work(ctx context.Context, in io.Reader) error {
	var w worker
	if err := json.NewDecoder(in).Decode(&w); err != nil {
		return err
	}
	rdb := redis.NewClient(&redis.Options{Network: "unix", Addr: w.Redis})
	defer func() { _ = rdb.Close() }()
	limiter, err := redislimit.New(rdb, redislimit.Options{Environment: w.ClientID, PerMinute: w.Limit})
	if err != nil {
		return err
	}
	client, err := frontegg.NewClient(frontegg.WithCredentials(w.ClientID, w.APIKey), frontegg.WithTenant(tenant),
		frontegg.WithBaseURL(w.URL), frontegg.WithRateLimiter(limiter))
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	ctx, cancel := context.WithTimeout(ctx, w.Lasts)
	defer cancel()
	var callers sync.WaitGroup
	failed := make(chan error, 4)
	for range cap(failed) {
		callers.Go(func() {
			for {
				if _, err := client.Groups.List(ctx); err != nil {
					if !errors.Is(err, context.DeadlineExceeded) {
						failed <- err
					}
					return
				}
			}
		})
	}
	callers.Wait()
	close(failed)
	return <-failed // nil if there was none
}

// runWorkers runs n workers.
func runWorkers(ctx context.Context, n int, w worker) error {
	input, err := json.Marshal(w)
	if err != nil {
		return err
	}
	errs := make([]error, n)
	var workers sync.WaitGroup
	for i := range n {
		workers.Go(func() {
			cmd := exec.CommandContext(ctx, os.Args[0], "-worker")
			cmd.Stdin, cmd.Stderr = strings.NewReader(string(input)), os.Stderr
			errs[i] = cmd.Run()
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

// startRedis starts a redis-server that listens at a socket.
func startRedis(ctx context.Context) (socket string, stop func(), err error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return "", nil, fmt.Errorf("redis-server is not installed; on Debian: apt-get install redis-server: %w", err)
	}
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		return "", nil, err
	}
	socket = filepath.Join(dir, "socket")
	cmd := exec.CommandContext(ctx, program, "--port", "0", "--unixsocket", socket, "--dir", dir, "--save", "", "--appendonly", "no")
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() && !strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return socket, func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}, nil
}
