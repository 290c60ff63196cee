// Command fleetsync brings the groups of every tenant of a Frontegg environment
// in line with files, or exports them, as jobs of River: see README.md.
//
//	fleetsync                          a demo with 200 tenants, all in memory
//	fleetsync plan   -input DIR        show what a sync would do, tenant by tenant
//	fleetsync sync   -input DIR        do it
//	fleetsync export                   write the groups of every tenant to files
//	fleetsync status                   how far tonight's jobs are, and what was refused
//	fleetsync retry [tenant ...]       let the next run try refused tenants again
//	fleetsync sample DIR               write input files to try it with
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit codes. Those that directorysync has too mean the same.
const (
	exitDone        = 0 // every tenant is done
	exitFailed      = 1 // no database, or credentials that Frontegg refuses
	exitBadInput    = 3 // a flag, a variable or a file is wrong; nothing was sent
	exitIncomplete  = 4 // every job has ended, some tenants were refused or failed: see the report
	exitInterrupted = 8 // a signal ended the run and tenants are left: run again
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: reports go to stdout, progress and the log to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	code, err := dispatch(ctx, args, stdout, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.Is(err, errUsage):
		return exitBadInput
	case err != nil:
		fmt.Fprintln(stderr, "fleetsync:", err)
	}
	if _, ok := errors.AsType[*inputError](err); ok {
		return exitBadInput
	}
	return code
}

func dispatch(ctx context.Context, args []string, stdout, stderr io.Writer) (int, error) {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return demo(ctx, args, stdout, stderr)
	}
	command := args[0]
	cfg, rest, err := parseFlags(command, args[1:], stderr)
	if err != nil {
		return exitBadInput, err
	}
	switch command {
	case "status":
		return status(ctx, cfg, stdout)
	case "retry":
		return retry(ctx, cfg, rest, stdout)
	case "sample":
		return exitDone, writeSample(rest[0], cfg.tenants)
	}
	return onFrontegg(ctx, cfg, stdout, stderr)
}
