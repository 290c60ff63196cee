package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/frontegg-go/frontegg/examples/internal/cli"
	"github.com/frontegg-go/frontegg/groupsync"
)

// config is what the flags say.
type config struct {
	file, people       string
	planOut, applyPlan string
	journal            string
	state, lock        string
	unknown            string  // "skip" or "refuse"
	maxUnknown         float64 // share of people that may be unknown
	apply              bool
	detailed           bool // exit codes
	verbose            bool
	maxWrites          int
	pageSize           int
	concurrency        int
	sync               groupsync.Options
}

// parse reads the flags. It has written what is wrong to stderr.
func parse(args []string, stderr io.Writer) (config, error) {
	var cfg config
	flags := cfg.flags()
	flags.SetOutput(stderr)
	if err := flags.Parse(args); err != nil {
		return config{}, err
	}
	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	dryRun := flags.Lookup("dry-run").Value.String() == "true"
	var problem string
	switch {
	case flags.NArg() > 0:
		problem = fmt.Sprintf("unexpected argument %q", flags.Arg(0))
	case set["dry-run"] && dryRun == cfg.apply:
		problem = "-dry-run and -apply contradict each other"
	default:
		problem = cfg.problem(set)
	}
	if problem != "" {
		fmt.Fprintln(stderr, "directorysync:", problem)
		fmt.Fprintln(stderr, "directorysync -help lists the flags.")
		return config{}, errors.New(problem)
	}
	if cfg.sync.MaxChange == 0 { // groupsync takes it for its default
		cfg.sync.MaxChange = math.SmallestNonzeroFloat64
	}
	if cfg.sync.MaxTotal == 0 { // the same
		cfg.sync.MaxTotal = -1
	}
	return cfg, nil
}

func (cfg *config) flags() *flag.FlagSet {
	f := flag.NewFlagSet("directorysync", flag.ContinueOnError)
	f.StringVar(&cfg.file, "file", "", "the wanted teams, .csv, .tsv or .json (default in the demo: the sample)")
	f.StringVar(&cfg.people, "people", "", "a CSV `file` of id,email: members are looked up there, not in Frontegg")
	f.BoolVar(&cfg.apply, "apply", false, "write; without it, the plan is only shown")
	f.Bool("dry-run", true, "show the plan and write nothing; -apply turns it off")
	f.StringVar(&cfg.planOut, "plan-out", "", "write the plan to a `file`, for -apply-plan")
	f.StringVar(&cfg.applyPlan, "apply-plan", "", "apply the plan in a `file`, in place of -file and -apply")
	f.StringVar(&cfg.journal, "journal", "", "append a line of JSON for each write to a `file`")
	f.StringVar(&cfg.sync.Owner, "owner", "directorysync", "the label of the groups that this program owns; never change it")
	f.StringVar(&cfg.sync.Prefix, "prefix", "", "only write groups whose names begin with it")
	f.BoolVar(&cfg.sync.Delete, "delete", false, "delete owned groups that are not in the file")
	f.BoolVar(&cfg.sync.Empty, "empty", false, "remove all members and roles of owned groups that are not in the file")
	f.BoolVar(&cfg.sync.Adopt, "adopt", false, "take over groups that have a wanted name and no owner label")
	f.BoolVar(&cfg.sync.GrantRoles, "grant-roles", false, "add members to groups with roles, and roles to groups with members")
	f.StringVar(&cfg.unknown, "unknown", "skip", "`skip` people who are not in Frontegg, or refuse to run")
	f.Float64Var(&cfg.maxUnknown, "max-unknown", 0.2, "refuse to run if more than this `share` of the people is unknown (3 always may be)")
	f.Float64Var(&cfg.sync.MaxChange, "max-change", 0.2, "refuse to change more than this `share`")
	f.IntVar(&cfg.sync.ChangeFloor, "change-floor", 3, "a `number` of changes that is always allowed, at least 1")
	f.IntVar(&cfg.sync.MaxTotal, "max-total", 500, "refuse to grant, create or delete more than this `number`; 0: no limit")
	f.IntVar(&cfg.maxWrites, "max-writes", 0, "end after so many `writes`; 0: no limit")
	f.IntVar(&cfg.pageSize, "page-size", 200, "groups to read at once, 1 to 200")
	f.IntVar(&cfg.concurrency, "concurrency", 4, "pages to read and groups to write at the same time")
	f.BoolVar(&cfg.detailed, "detailed-exitcode", false, "exit with 2 if a dry run has something to do")
	f.StringVar(&cfg.lock, "lock", "", "the lock `file` (default: one for each tenant and machine)")
	f.StringVar(&cfg.state, "state", "", "in the demo: a `file` that keeps the tenant between runs")
	f.BoolVar(&cfg.verbose, "v", false, "log each step and each request")
	return f
}

// problem returns what is wrong with the flags, or "".
func (cfg *config) problem(set map[string]bool) string {
	isDemo := !cli.HasEnvironment()
	switch {
	case cfg.applyPlan != "":
		for _, name := range []string{"file", "people", "apply", "dry-run", "plan-out", "owner", "prefix", "delete", "empty", "adopt", "grant-roles", "unknown", "max-unknown", "max-change", "change-floor", "max-total"} {
			if set[name] {
				return "-" + name + " has no meaning with -apply-plan: the plan has all that is done"
			}
		}
	case !isDemo && cfg.file == "":
		return "-file is missing"
	case cfg.planOut != "" && cfg.apply:
		return "-plan-out is for a dry run: apply the plan with -apply-plan"
	}
	switch {
	case !isDemo && cfg.state != "":
		return "-state is for the demo, but FRONTEGG_ variables are set"
	case isDemo && cfg.state == "" && (cfg.apply && cfg.file != "" || cfg.applyPlan != ""):
		return "no FRONTEGG_ variables are set, so there is no tenant to write to: set FRONTEGG_CLIENT_ID, FRONTEGG_API_KEY and FRONTEGG_TENANT_ID, or try it on a fake server with -state demo.json"
	case strings.TrimSpace(cfg.sync.Owner) == "":
		return "-owner is empty"
	case cfg.sync.Delete && cfg.sync.Empty:
		return "-delete and -empty contradict each other"
	case cfg.unknown != "skip" && cfg.unknown != "refuse":
		return "-unknown must be skip or refuse"
	case !isShare(cfg.maxUnknown):
		return "-max-unknown must be a share from 0 to 1"
	case !isShare(cfg.sync.MaxChange):
		return "-max-change must be a share from 0 to 1"
	case cfg.sync.ChangeFloor < 1:
		return "-change-floor must be at least 1: one change of each group cannot be forbidden"
	case cfg.sync.MaxTotal < 0:
		return "-max-total must not be negative"
	case cfg.maxWrites < 0:
		return "-max-writes must not be negative"
	case cfg.pageSize < 1 || cfg.pageSize > 200:
		return "-page-size must be from 1 to 200"
	case cfg.concurrency < 1 || cfg.concurrency > 100:
		return "-concurrency must be from 1 to 100"
	}
	return ""
}

// isShare reports whether f is from 0 to 1. NaN is not.
func isShare(f float64) bool { return f >= 0 && f <= 1 }
