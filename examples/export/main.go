// Command export writes every group of a tenant to standard output, as JSON Lines
// or CSV, while it reads them: its memory does not grow with their number.
//
//	FRONTEGG_CLIENT_ID=… FRONTEGG_API_KEY=… export -tenant my-tenant -relations rolesAndUsers > groups.jsonl
//
// Without FRONTEGG_ variables it exports the groups of a fake server in memory.
// Progress and errors go to standard error. The output is complete only if the
// exit code is 0. It is 1 after an error, 2 for wrong usage, 130 after Ctrl-C.
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

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit codes.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// settings is the command line.
type settings struct {
	tenant, format string
	relations      frontegg.Relations // "": none
	concurrency    int
}

// run is the program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		return exitUsage
	}
	groups, err := export(ctx, s, stdout, stderr)
	switch {
	case err == nil:
		fmt.Fprintf(stderr, "export: %d groups\n", groups)
		return exitOK
	case groups > 0:
		fmt.Fprintf(stderr, "export: THE OUTPUT IS INCOMPLETE: stopped after %d groups: %v\n", groups, err)
	default:
		fmt.Fprintf(stderr, "export: %v\n", err)
	}
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return exitError
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.tenant, "tenant", "", "`ID` of the tenant (default $FRONTEGG_TENANT_ID)")
	flags.StringVar(&s.format, "format", "jsonl", "`jsonl` or csv")
	flags.StringVar((*string)(&s.relations), "relations", "", "also write `roles`, users or rolesAndUsers of each group")
	flags.IntVar(&s.concurrency, "concurrency", 4, "pages to fetch at the same time")
	if err := flags.Parse(args); err != nil {
		return s, err // flags has written it
	}
	problem := ""
	switch {
	case flags.NArg() > 0:
		problem = "takes no arguments"
	case formats[s.format] == nil:
		problem = "-format must be jsonl or csv"
	case !validRelations(s.relations):
		problem = "-relations must be roles, users or rolesAndUsers"
	case s.concurrency < 1:
		problem = "-concurrency must be positive"
	}
	if problem == "" {
		return s, nil
	}
	fmt.Fprintln(stderr, "export:", problem)
	flags.Usage()
	return s, errors.New(problem)
}

func validRelations(r frontegg.Relations) bool {
	switch r {
	case "", frontegg.RelationsRoles, frontegg.RelationsUsers, frontegg.RelationsRolesAndUsers:
		return true
	}
	return false
}

// export writes all groups and returns their number. What was read before an error
// is written.
func export(ctx context.Context, s settings, stdout, stderr io.Writer) (groups int, err error) {
	client, closeAll, err := connect(s.tenant, stderr)
	if err != nil {
		return 0, err
	}
	defer closeAll()
	p := cli.NewProgress(stderr, func(_ string, done, _ int) { fmt.Fprintf(stderr, "export: %d groups so far\n", done) })
	defer p.Clear()
	var options []frontegg.ReadOption
	if s.relations != "" {
		options = append(options, frontegg.WithRelations(s.relations))
	}
	buffer := bufio.NewWriter(stdout)
	out := formats[s.format](buffer, s.relations)
	defer func() {
		flushed := out.flush()
		if flushed == nil {
			flushed = buffer.Flush()
		}
		if err == nil {
			err = flushed
		}
	}()
	for group, err := range client.Groups.All(ctx, frontegg.WalkOptions{Concurrency: s.concurrency}, options...) {
		if err != nil {
			return groups, err
		}
		if err := out.write(&group); err != nil {
			return groups, err
		}
		groups++
		p.Show("groups", groups, 0)
	}
	return groups, nil
}
