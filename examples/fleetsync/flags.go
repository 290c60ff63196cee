package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/frontegg-go/frontegg/groupsync"
)

// errUsage is a command line that is wrong and has been explained.
var errUsage = errors.New("usage")

// config is what the command line says.
type config struct {
	task           string // sync, plan or export
	input, dir     string
	database       string
	redis          string
	rate           int // requests a minute and route; 0: no limit but Frontegg's
	night          string
	workers        int
	timeout, grace time.Duration
	tenants        int // of a sample
	sync           groupsync.Options
}

// commands are what can be done, with the flags of each.
var commands = []string{"plan", "sync", "export", "status", "retry", "sample"}

// parseFlags returns what the command line says, and the arguments after the
// flags.
func parseFlags(command string, args []string, stderr io.Writer) (config, []string, error) {
	flags := flag.NewFlagSet("fleetsync "+command, flag.ContinueOnError)
	flags.SetOutput(stderr)
	var cfg config
	switch command {
	case "plan", "sync", "export":
		cfg.task = command
		cfg.databaseFlags(flags)
		cfg.runFlags(flags)
		if command != "export" {
			cfg.syncFlags(flags)
		}
	case "status", "retry":
		cfg.databaseFlags(flags)
		flags.StringVar(&cfg.task, "task", "sync", "the `task`: sync, plan or export")
	case "sample":
		flags.IntVar(&cfg.tenants, "tenants", 200, "`number` of tenants")
	default:
		return config{}, nil, usage(stderr, "%q is no command; there are %s", command, strings.Join(commands, ", "))
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return config{}, nil, err
	} else if err != nil {
		return config{}, nil, errUsage // flag has explained it
	}
	if problem := cfg.problem(command, flags.NArg()); problem != "" {
		return config{}, nil, usage(stderr, "%s", problem)
	}
	return cfg, flags.Args(), nil
}

func (cfg *config) databaseFlags(flags *flag.FlagSet) {
	flags.StringVar(&cfg.dir, "dir", "fleetsync-data", "`directory` of the embedded job database, the journals and the exports")
	flags.StringVar(&cfg.database, "database", "", "postgres:// `URL` of the jobs, for any number of processes; FLEETSYNC_DATABASE has the same meaning (default: a file in -dir, for one)")
	flags.StringVar(&cfg.night, "night", tonight(time.Now()), "the `name` of the night: a tenant has one job a night")
}

func (cfg *config) runFlags(flags *flag.FlagSet) {
	flags.IntVar(&cfg.workers, "workers", 8, "`tenants` that this process works on at once")
	flags.IntVar(&cfg.rate, "rate", 0, "`requests` a minute on each route, of this process, or with -redis of all (default: as many as Frontegg allows)")
	flags.StringVar(&cfg.redis, "redis", "", "redis:// `URL` through which processes share -rate and a token; FLEETSYNC_REDIS has the same meaning")
	flags.DurationVar(&cfg.timeout, "timeout", 5*time.Minute, "time for one tenant; the jobs of a killed process are picked up after it")
	flags.DurationVar(&cfg.grace, "grace", 20*time.Second, "how long tenants that are under way may take to end after SIGTERM")
}

func (cfg *config) syncFlags(flags *flag.FlagSet) {
	flags.StringVar(&cfg.input, "input", "", "`path` of a directory with a CSV file for each tenant, or of one file with a column tenant")
	flags.StringVar(&cfg.sync.Owner, "owner", "fleetsync", "labels the groups that this program owns; never change it")
	flags.BoolVar(&cfg.sync.Delete, "delete", false, "delete own groups that are no longer in the input")
	flags.BoolVar(&cfg.sync.Adopt, "adopt", false, "take over groups without a label that have a wanted name")
	flags.Float64Var(&cfg.sync.MaxChange, "max-change", 0.2, "guard: refuse a tenant in which more than this `share` would change; 1 allows any")
	flags.IntVar(&cfg.sync.MaxTotal, "max-total", 500, "guard: refuse a tenant in which more than this `number` of groups, members or roles would change; -1 allows any")
	flags.BoolVar(&cfg.sync.GrantRoles, "grant-roles", false, "add members to groups with roles, which grants the roles")
}

var nightPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// problem returns what is wrong with the values, or "".
func (cfg *config) problem(command string, args int) string {
	if cfg.database == "" {
		cfg.database = os.Getenv("FLEETSYNC_DATABASE")
	}
	if cfg.redis == "" {
		cfg.redis = os.Getenv("FLEETSYNC_REDIS")
	}
	isRun := slices.Contains([]string{"plan", "sync", "export"}, command)
	switch {
	case command == "sample" && (args != 1 || cfg.tenants < 1):
		return "sample takes one argument, the directory to write, and a positive -tenants"
	case command == "sample":
		return ""
	case isRun && args > 0, command == "status" && args > 0:
		return command + " takes no arguments, only flags"
	case isRun && command != "export" && cfg.input == "":
		return "-input is required"
	case isRun && (cfg.workers < 1 || cfg.workers > 1000):
		return "-workers must be from 1 to 1000"
	case isRun && (cfg.rate < 0 || cfg.redis != "" && cfg.rate == 0):
		return "-rate must not be negative, and -redis needs it"
	case isRun && (cfg.timeout < time.Second || cfg.grace < time.Second):
		return "-timeout and -grace must be at least 1s"
	case cfg.input != "" && (groupsync.Unresolved{}).Guard(cfg.sync) != nil: // which checks the options
		return (groupsync.Unresolved{}).Guard(cfg.sync).Error()
	case !nightPattern.MatchString(cfg.night) || len(cfg.night) > 40:
		return "-night must be lower-case letters, digits and single hyphens, at most 40"
	case !isRun && !slices.Contains([]string{"plan", "sync", "export"}, cfg.task):
		return "-task must be sync, plan or export"
	case cfg.database != "" && !strings.HasPrefix(cfg.database, "postgres://") && !strings.HasPrefix(cfg.database, "postgresql://"):
		return "-database must be a postgres:// URL"
	}
	return ""
}

func usage(stderr io.Writer, format string, args ...any) error {
	fmt.Fprintf(stderr, "fleetsync: "+format+"\n", args...)
	fmt.Fprintln(stderr, "fleetsync COMMAND -help lists the flags of a command.")
	return errUsage
}

// tonight names the night of a time: from noon to noon UTC, after the day on
// which it ends. A run that goes on past midnight stays in its night.
func tonight(now time.Time) string { return now.UTC().Add(12 * time.Hour).Format(time.DateOnly) }
