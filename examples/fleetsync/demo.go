package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/cli"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// demo syncs 200 tenants of a Frontegg in memory. Nothing is left behind.
func demo(ctx context.Context, args []string, stdout, stderr io.Writer) (int, error) {
	if len(args) > 0 || cli.HasEnvironment() {
		return exitBadInput, usage(stderr, "a command is required: %s", strings.Join(commands, ", "))
	}
	dir, err := os.MkdirTemp("", "fleetsync-*")
	if err != nil {
		return exitFailed, err
	}
	defer os.RemoveAll(dir)
	in := filepath.Join(dir, "input")
	if err := writeSample(in, 200); err != nil {
		return exitFailed, err
	}
	cfg := config{task: "sync"} // whatever the FLEETSYNC_ variables say
	flags := flag.NewFlagSet("fleetsync", flag.ContinueOnError)
	cfg.databaseFlags(flags)
	cfg.runFlags(flags)
	cfg.syncFlags(flags)
	_ = flags.Parse([]string{"-dir", dir, "-input", in, "-grant-roles"}) // always nil
	display, err := newDisplay(stderr, cfg.dir)
	if err != nil {
		return exitFailed, err
	}
	defer display.close()

	server := fronteggtest.NewServer()
	defer server.Close()
	seed(server, 200)
	server.Inject(fronteggtest.Fault{Times: -1, Delay: 5 * time.Millisecond}) // a short way to Frontegg
	client, err := server.MemoryClient(frontegg.WithLogger(display.log))
	if err != nil {
		return exitFailed, err
	}
	defer client.Close()
	fmt.Fprintln(stdout, "No FRONTEGG_ variables are set: this is a Frontegg in memory.")
	return work(ctx, cfg, client, "in memory", display, stdout)
}
