// Command directorysync makes the groups of a tenant equal to the teams in a file. It
// is meant to be run from cron, and to be copied. README.md describes the file, the
// flags and the exit codes.
//
//	directorysync -file teams.csv          # shows what it would do
//	directorysync -file teams.csv -apply   # does it
//
// Without FRONTEGG_ variables it works on a fake server in memory: without arguments
// it shows three runs on the sample. A file of your own is then written only with
// -state, so that a job that has lost its environment fails.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

// Exit codes. README.md explains them.
const (
	exitOK         = 0 // the groups are as the file says; or a dry run
	exitFailed     = 1 // nothing is known to be written: no connection, no permission
	exitPending    = 2 // with -detailed-exitcode: a dry run, and there is something to do
	exitBadInput   = 3 // a flag, a file or a plan is wrong; nothing was sent
	exitIncomplete = 4 // something failed, the rest was done; or the run ended early
	exitGuard      = 5 // a guard refused the changes; nothing was written
	exitLocked     = 6 // another run is under way; nothing was written
	exitSkipped    = 7 // all was done but what the list says; nothing failed
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)   // a second Ctrl-C ends the program at once
	signal.Ignore(syscall.SIGPIPE) // if nobody reads the output, writing fails and the lock is released
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: the plan and the result go to stdout, the log and the progress
// to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		return exitBadInput
	}
	c := newConsole(stdout, stderr, cfg.verbose)
	switch {
	case cli.HasEnvironment():
		return onTenant(ctx, cfg, c)
	case len(args) == 0:
		return tour(ctx, c)
	}
	return onDemo(ctx, cfg, c)
}

// console is where a run writes.
type console struct {
	out      io.Writer
	wraps    bool // out is a terminal: no line is wider than 80 columns
	color    bool
	progress *cli.Progress
	log      *slog.Logger
}

// newConsole returns a console that fits a terminal: there the log has no times.
func newConsole(stdout, stderr io.Writer, verbose bool) *console {
	c := &console{out: stdout, wraps: cli.IsTerminal(stdout), color: cli.HasColor(stdout)}
	c.progress = cli.NewProgress(stderr, func(what string, done, total int) {
		c.log.Info("progress", "what", what, "done", done, "total", total)
	})
	options := &slog.HandlerOptions{}
	if verbose {
		options.Level = slog.LevelDebug
	}
	if cli.IsTerminal(stderr) {
		options.ReplaceAttr = func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}
	}
	c.log = slog.New(slog.NewTextHandler(c.progress, options))
	return c
}

// printf writes text, and in it the lines of a plan in color.
func (c *console) printf(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if c.wraps {
		text = cli.Wrap(text)
	}
	if c.color {
		text = colored(text)
	}
	if _, err := io.WriteString(c.out, text); err != nil {
		return fmt.Errorf("writing to standard output: %w", err)
	}
	return nil
}
