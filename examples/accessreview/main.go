// Command accessreview lists who has which role, directly or through which group, for
// one tenant or for all tenants of an environment. It writes CSV, JSON Lines, or one
// HTML page for the person who signs the review, to standard output.
//
//	accessreview -format html > review.html               # the tenant in FRONTEGG_TENANT_ID
//	accessreview -all-tenants -format csv > review.csv    # needs environment credentials
//
// Without FRONTEGG_ variables it reviews two tenants of a fake server in memory.
// Progress and errors go to standard error. The review is complete only if the exit
// code is 0. It is 1 after an error, 2 for wrong usage, 130 after Ctrl-C.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

// Exit codes.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// config is what the flags say.
type config struct {
	tenant, format string
	allTenants     bool
	concurrency    int
}

// run is the program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		return exitUsage
	}
	p := cli.NewProgress(stderr, func(_ string, done, _ int) { fmt.Fprintf(stderr, "accessreview: %d grants so far\n", done) })
	count, err := write(ctx, cfg, stdout, p)
	p.Clear()
	switch {
	case err == nil:
		fmt.Fprintf(p, "accessreview: %d grants to %d people in %d tenants\n", count.grants, count.people, count.tenants)
		return exitOK
	case count.grants > 0:
		fmt.Fprintf(p, "accessreview: THE REVIEW IS INCOMPLETE: stopped after %d grants: %v\n", count.grants, err)
	default:
		fmt.Fprintf(p, "accessreview: %v\n", err)
	}
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return exitError
}

func parse(args []string, stderr io.Writer) (config, error) {
	var cfg config
	flags := flag.NewFlagSet("accessreview", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&cfg.tenant, "tenant", "", "`ID` of the tenant (default $FRONTEGG_TENANT_ID)")
	flags.BoolVar(&cfg.allTenants, "all-tenants", false, "review all tenants of the environment")
	flags.StringVar(&cfg.format, "format", "csv", "`csv`, jsonl or html")
	flags.IntVar(&cfg.concurrency, "concurrency", 4, "pages to read at the same time")
	if err := flags.Parse(args); err != nil {
		return cfg, err // flags has written it
	}
	problem := ""
	switch {
	case flags.NArg() > 0:
		problem = "takes no arguments"
	case formats[cfg.format] == nil:
		problem = "-format must be csv, jsonl or html"
	case cfg.allTenants && cfg.tenant != "":
		problem = "-tenant and -all-tenants contradict each other"
	case cfg.concurrency < 1:
		problem = "-concurrency must be positive"
	}
	if problem == "" {
		return cfg, nil
	}
	fmt.Fprintln(stderr, "accessreview:", problem)
	flags.Usage()
	return cfg, errors.New(problem)
}

// counts are how much a review lists.
type counts struct{ tenants, people, grants int }

// write writes the review while it reads it. What was read before an error is written.
func write(ctx context.Context, cfg config, stdout io.Writer, p *cli.Progress) (counts, error) {
	r, target, closeAll, err := connect(ctx, cfg, p)
	if err != nil {
		return counts{}, err
	}
	defer closeAll()
	r.progress = p
	out := bufio.NewWriter(stdout)
	err = formats[cfg.format](out, header{Target: target, Time: time.Now().UTC()}, r.all(ctx))
	return r.counts, errors.Join(err, out.Flush())
}
