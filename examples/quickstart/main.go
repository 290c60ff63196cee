// Command quickstart shows what package frontegg does, on real input: it makes
// a group of every team in a list, gives the groups their roles and members,
// reads them back, changes one, handles the two errors that every program meets,
// and deletes the groups again.
//
// With no FRONTEGG_ variables set it runs against a Frontegg in memory. With
// FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY and FRONTEGG_TENANT_ID (and, outside the
// EU, FRONTEGG_REGION) it runs against that account, and only reads, unless
// -write is given. Then every group that it makes has a name that begins with
// "quickstart-" and a random tag, and is deleted at the end: after an error, after
// Ctrl-C and where nobody reads the output any more, too.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/frontegg-go/frontegg"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)   // a second Ctrl-C ends the program at once
	signal.Ignore(syscall.SIGPIPE) // a reader that goes, such as head, must not keep the groups from being deleted
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit codes.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// run is the program. What it did goes to stdout, progress and errors to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	write := flags.Bool("write", false, "against Frontegg: make groups in the account, and delete them again")
	data := flags.String("data", "", "`directory` of a people.csv and teams.csv to use in place of the built-in ones")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil || flags.NArg() > 0 {
		flags.Usage()
		return exitUsage
	}
	p := newPrinter(stdout, stderr)
	err := quickstart(ctx, p, *data, *write)
	p.clear()
	if lost := p.lost(); lost != nil {
		err = errors.Join(err, fmt.Errorf("the output is incomplete: %w", lost))
	}
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "quickstart: interrupted:", err)
		return exitInterrupted
	}
	fmt.Fprintln(stderr, "quickstart:", err)
	if advice := advise(err); advice != "" {
		fmt.Fprintln(stderr, advice)
	}
	return exitError
}

// advise says what the user can do about an error.
func advise(err error) string {
	limited, isLimited := errors.AsType[*frontegg.RateLimitError](err)
	switch {
	case errors.Is(err, frontegg.ErrTenantRequired):
		return "Set FRONTEGG_TENANT_ID to the id of the account to use."
	case errors.Is(err, frontegg.ErrAuthentication):
		return "Check FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY, and FRONTEGG_REGION (eu, us, ca or au)."
	case isLimited:
		return "Try again at " + limited.RetryAt.Format("15:04:05") + "."
	}
	return ""
}
