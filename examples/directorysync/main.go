// Command directorysync makes the groups of a Frontegg account equal to the teams
// in a file. It is meant to be run from cron, and to be copied: see README.md for
// the format of the file, the flags and the exit codes.
//
//	directorysync -file teams.csv -people people.csv          # shows what it would do
//	directorysync -file teams.csv -people people.csv -apply   # does it
//
// With no FRONTEGG_ variables set it works on a Frontegg in memory: without any
// arguments it shows three runs on the sample beside it. A file of one's own is
// then written only with -state, so that a job that has lost its environment fails.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/frontegg-go/frontegg/groupsync"
)

// Exit codes.
const (
	exitNothing = 0 // nothing to do
	exitFailed  = 1 // nothing was written: a bad file, no connection, the first write failed
	exitUsage   = 2 // bad flags
	exitDone    = 3 // all is done; in a dry run: there is something to do
	exitPartly  = 4 // some of it is done; run again
	exitRefused = 5 // a guard refused the plan, nothing was written
	exitLocked  = 6 // another run is under way, nothing was written
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)   // a second Ctrl-C ends the program at once
	signal.Ignore(syscall.SIGPIPE) // where nobody reads the output, writing it fails, and the lock is given back
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// config is what the flags say.
type config struct {
	file, people string
	state, lock  string
	apply        bool
	verbose      bool
	maxWrites    int
	sync         groupsync.Options
}

// run is the program: the plan and the summary go to stdout, the log to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cfg, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitNothing
	}
	if err != nil {
		return exitUsage
	}
	switch {
	case !isDemo():
		return onFrontegg(ctx, cfg, stdout, stderr)
	case len(args) == 0:
		return tour(ctx, stdout, stderr)
	}
	return onDemo(ctx, cfg, stdout, stderr)
}

func parse(args []string, stderr io.Writer) (config, error) {
	var cfg config
	flags := flag.NewFlagSet("directorysync", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&cfg.file, "file", "", "the wanted teams, .csv or .json (default in the demo: the sample)")
	flags.StringVar(&cfg.people, "people", "", "a .csv of `id,email`: members may then be e-mail addresses, and unknown ones are refused")
	flags.BoolVar(&cfg.apply, "apply", false, "write; without it, the plan is only shown")
	dryRun := flags.Bool("dry-run", true, "show the plan and write nothing; -apply turns it off")
	flags.StringVar(&cfg.sync.Owner, "owner", "directorysync", "marks the groups that this program owns; never change it")
	flags.StringVar(&cfg.sync.Prefix, "prefix", "", "only touch groups whose names begin so")
	flags.BoolVar(&cfg.sync.Delete, "delete", false, "delete own groups that are no longer in the file")
	flags.BoolVar(&cfg.sync.GrantRoles, "grant-roles", false, "add members to groups that carry roles, which grants the roles")
	flags.Float64Var(&cfg.sync.MaxChange, "max-change", 0.2, "`share` of members that may be removed, from 0 to 1")
	flags.IntVar(&cfg.sync.ChangeFloor, "change-floor", 3, "number of `members` that may always be removed, at least 1")
	flags.IntVar(&cfg.maxWrites, "max-writes", 0, "end after so many `writes`, 0: no limit")
	flags.StringVar(&cfg.lock, "lock", "", "the lock `file` (default: one in the temporary directory for each owner and account)")
	flags.StringVar(&cfg.state, "state", "", "in the demo: the `file` that keeps the account between runs (default: one in the temporary directory)")
	flags.BoolVar(&cfg.verbose, "v", false, "log each step")
	if err := flags.Parse(args); err != nil {
		return config{}, err
	}
	isDryRunSet := false
	flags.Visit(func(f *flag.Flag) { isDryRunSet = isDryRunSet || f.Name == "dry-run" })
	problem := cfg.problem()
	switch {
	case flags.NArg() > 0:
		problem = fmt.Sprintf("unexpected argument %q", flags.Arg(0))
	case isDryRunSet && *dryRun == cfg.apply:
		problem = "-dry-run and -apply contradict each other"
	}
	if problem != "" {
		fmt.Fprintln(stderr, "directorysync:", problem)
		fmt.Fprintln(stderr, "directorysync -help tells the flags.")
		return config{}, errors.New(problem)
	}
	if cfg.sync.MaxChange == 0 { // which groupsync takes for its default
		cfg.sync.MaxChange = math.SmallestNonzeroFloat64
	}
	return cfg, nil
}

// problem returns what is wrong with the values of the flags, or "".
func (cfg *config) problem() string {
	switch {
	case !isDemo() && cfg.file == "":
		return "-file is missing"
	case !isDemo() && cfg.state != "":
		return "-state is for the demo, but FRONTEGG_ variables are set"
	case isDemo() && cfg.apply && cfg.file != "" && cfg.state == "":
		return "no FRONTEGG_ variables are set, so there is no account to write to: set FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY and FRONTEGG_TENANT_ID, or try it on a Frontegg in memory with -state demo.json"
	case strings.TrimSpace(cfg.sync.Owner) == "":
		return "-owner is empty"
	case !(cfg.sync.MaxChange >= 0 && cfg.sync.MaxChange <= 1): // NaN is not
		return "-max-change is not a share from 0 to 1"
	case cfg.sync.ChangeFloor < 1:
		return "-change-floor is less than 1: groupsync has no lower floor, so one removal from each group cannot be forbidden"
	case cfg.maxWrites < 0:
		return "-max-writes is negative"
	}
	return ""
}

// isDemo says whether nothing in the environment points at Frontegg.
func isDemo() bool {
	for _, name := range []string{"CLIENT_ID", "API_KEY", "TENANT_ID", "REGION", "BASE_URL"} {
		if os.Getenv("FRONTEGG_"+name) != "" {
			return false
		}
	}
	return true
}
