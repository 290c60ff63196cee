package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/riverqueue/river"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/examples/internal/cli"
)

// onFrontegg runs a task on the environment that the FRONTEGG_ variables name.
func onFrontegg(ctx context.Context, cfg config, stdout, stderr io.Writer) (int, error) {
	display, err := newDisplay(stderr, cfg.dir)
	if err != nil {
		return exitFailed, err
	}
	defer display.close()
	opts, closeRedis, err := limits(cfg, display.log)
	if err != nil {
		return exitBadInput, err
	}
	defer closeRedis()
	client, err := frontegg.NewClientFromEnv(append(opts,
		frontegg.WithLogger(display.log), frontegg.WithApplication("fleetsync", frontegg.Version))...)
	if err != nil {
		return exitBadInput, err
	}
	defer client.Close()
	return work(ctx, cfg, client, cli.Server(), display, stdout)
}

// work runs a task with a client, and reports.
func work(ctx context.Context, cfg config, client *frontegg.Client, where string, display *display, stdout io.Writer) (int, error) {
	n := nightly{config: cfg, display: display, log: display.log}
	var err error
	if n.database, err = openDatabase(ctx, cfg, true); err != nil {
		return exitFailed, err
	}
	defer n.database.close()
	note, err := n.prepare(ctx, client)
	if err != nil {
		return exitFailed, err
	}
	header := fmt.Sprintf("%s of %d tenants, night %s\n  Frontegg %s\n  jobs     %s\n%s", cfg.task, len(n.tenants), cfg.night, where, n.database.name, note)
	fmt.Fprint(stdout, cli.Wrap(header))
	if err := n.run(ctx); err != nil {
		return exitFailed, err
	}
	inspector, err := n.database.newClient(&river.Config{Logger: n.log})
	if err != nil {
		return exitFailed, err
	}
	var r report
	err = n.database.persist(context.WithoutCancel(ctx), n.log, n.timeout, func(ctx context.Context) (err error) {
		r, err = makeReport(ctx, inspector, cfg)
		return err
	})
	if err != nil {
		return exitFailed, err
	}
	r.write(stdout, cfg, 20)
	return r.code(), nil
}

// prepare finds out which tenants there are and what is to be done for each. note
// is what the user should know before.
func (n *nightly) prepare(ctx context.Context, client *frontegg.Client) (note string, err error) {
	if n.task == "export" {
		n.do = (&exporter{client: client, dir: filepath.Join(n.dir, "export")}).run
		n.tenants, err = allTenants(ctx, client)
		return "", err
	}
	in, err := openInput(n.input)
	if err != nil {
		return "", err
	}
	environment, err := allTenants(ctx, client)
	if err != nil {
		return "", err
	}
	n.tenants, n.do = in.tenants, (&syncer{
		client: client, input: in, unknown: missing(in.tenants, environment),
		options: n.sync, night: n.night, dir: n.dir, dryRun: n.task == "plan", log: n.log,
	}).run
	if without := missing(environment, in.tenants); len(without) > 0 {
		n.log.WarnContext(ctx, "tenants without input are left as they are", "tenants", strings.Join(without, " "))
		note = fmt.Sprintf("  note     %d other tenants have no input and are left as they are\n", len(without))
	}
	return note, nil
}
