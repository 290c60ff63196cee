package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

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
	client, err := frontegg.NewClientFromEnv(
		frontegg.WithLogger(display.log), frontegg.WithApplication("fleetsync", frontegg.Version))
	if err != nil {
		return exitFailed, err
	}
	defer client.Close()
	return work(ctx, cfg, client, cli.Server(), display, stdout)
}

// work runs a task with a client, and reports.
func work(ctx context.Context, cfg config, client *frontegg.Client, where string, display *display, stdout io.Writer) (int, error) {
	n := nightly{config: cfg, display: display, log: display.log}
	var err error
	if n.do, n.tenants, err = task(ctx, cfg, client); err != nil {
		return exitFailed, err
	}
	if n.database, err = openDatabase(ctx, cfg, true); err != nil {
		return exitFailed, err
	}
	defer n.database.close()
	header := fmt.Sprintf("%s of %d tenants, night %s\n  Frontegg %s\n  jobs     %s\n", cfg.task, len(n.tenants), cfg.night, where, n.database.name)
	fmt.Fprint(stdout, cli.Wrap(header))
	if err := n.run(ctx); err != nil {
		return exitFailed, err
	}
	reading := context.WithoutCancel(ctx)
	inspector, err := n.database.newClient(&river.Config{Logger: n.log})
	if err != nil {
		return exitFailed, err
	}
	var r report
	err = n.database.persist(reading, n.log, func(ctx context.Context) (err error) {
		r, err = makeReport(ctx, inspector, cfg)
		return err
	})
	if err != nil {
		return exitFailed, err
	}
	r.write(stdout, cfg, 20)
	return r.code(), nil
}

// task returns what is to be done for a tenant, and the tenants.
func task(ctx context.Context, cfg config, client *frontegg.Client) (func(context.Context, string) (result, error), []string, error) {
	if cfg.task == "export" {
		e := &exporter{client: client, dir: filepath.Join(cfg.dir, "export")}
		tenants, err := allTenants(ctx, client)
		return e.run, tenants, err
	}
	in, err := openInput(cfg.input)
	if err != nil {
		return nil, nil, err
	}
	s := &syncer{
		client: client, input: in, options: cfg.sync, dryRun: cfg.task == "plan",
		journal: journal{filepath.Join(cfg.dir, "journal"), cfg.night},
	}
	return s.run, slices.Clone(in.tenants), nil
}

func allTenants(context.Context, *frontegg.Client) ([]string, error) { return nil, nil }
