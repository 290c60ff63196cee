package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

//go:embed sample
var sample embed.FS

const demoTenant = "demo"

func sampleTeams(name string) ([]*team, error) {
	b, err := sample.ReadFile("sample/" + name)
	if err != nil {
		return nil, err
	}
	return parseTeams(name, b)
}

// demo is a fake server whose tenant has the people of the sample, roles, and no groups.
type demo struct {
	server *fronteggtest.Server
	client *frontegg.Client
}

// newDemo starts the server, and lets the job run on it.
func newDemo(j *job) (*demo, error) {
	b, err := sample.ReadFile("sample/people.csv")
	if err != nil {
		return nil, err
	}
	known, err := parsePeople("people.csv", b)
	if err != nil {
		return nil, err
	}
	server := fronteggtest.NewServer()
	for _, u := range known.list {
		server.AddUser(demoTenant, u)
	}
	for _, key := range []string{"viewer", "editor", "admin"} {
		server.AddRole(demoTenant, frontegg.Role{ID: "role-" + key, Key: key})
	}
	client, err := server.MemoryClient(frontegg.WithTenant(demoTenant), frontegg.WithLogger(j.log))
	if err != nil {
		server.Close()
		return nil, err
	}
	j.demo, j.client, j.tenant, j.target = true, client, demoTenant, "a fake server in memory, tenant "+demoTenant
	j.readPeople = func() (*people, error) {
		if j.people == "" {
			return nil, nil
		}
		return loadPeople(j.people)
	}
	return &demo{server, client}, nil
}

func (d *demo) close() {
	_ = d.client.Close()
	d.server.Close()
}

// tour shows three runs: one that creates everything, one that finds nothing to do, and
// one after the file was edited.
func tour(ctx context.Context, c *console) int {
	dir, err := os.MkdirTemp("", "directorysync-*")
	if err != nil {
		c.log.Error("failed", "error", err)
		return exitFailed
	}
	defer os.RemoveAll(dir)
	var cfg config
	_ = cfg.flags().Parse([]string{"-apply", "-delete", "-grant-roles", "-lock", filepath.Join(dir, "lock")}) // always nil
	j := job{config: cfg, console: c}
	d, err := newDemo(&j)
	if err != nil {
		return j.finish(failed(err), 0)
	}
	defer d.close()
	_ = c.printf("No FRONTEGG_ variables are set: three runs on a fake server in memory.\n") // the run reports the error
	for i, r := range []struct{ title, file string }{
		{"the tenant has no groups", "teams.csv"},
		{"the same file", "teams.csv"},
		{"the file was edited", "teams-edited.csv"},
	} {
		_ = c.printf("\n--- run %d: %s\n$ directorysync -file %s -delete -grant-roles -apply\n\n", i+1, r.title, r.file)
		j.file, j.readTeams = r.file, func() ([]*team, error) { return sampleTeams(r.file) }
		if exit := j.run(ctx, j.work); exit != exitOK {
			return exit
		}
	}
	return exitOK
}

// onDemo runs on a fake server whose groups are kept in a file.
func onDemo(ctx context.Context, cfg config, c *console) int {
	j := job{config: cfg, console: c}
	d, err := newDemo(&j)
	if err != nil {
		return j.finish(failed(err), 0)
	}
	defer d.close()
	if j.state == "" {
		j.state = filepath.Join(os.TempDir(), "directorysync-demo.json")
	}
	if j.lock == "" {
		j.lock = j.state + ".lock"
	}
	c.log.Info("no FRONTEGG_ variables are set: a fake server; remove its state to start over", "state", j.state)
	j.readTeams = func() ([]*team, error) {
		if cfg.file == "" {
			return sampleTeams("teams.csv")
		}
		return loadTeams(cfg.file)
	}
	return j.run(ctx, func(ctx context.Context) outcome {
		if err := d.load(j.state); err != nil {
			return failed(err)
		}
		o := j.work(ctx)
		if !j.apply && j.applyPlan == "" {
			return o
		}
		if err := d.save(j.state); err != nil {
			return failed(errors.Join(o.err, err))
		}
		return o
	})
}

// load adds the groups of earlier runs to the tenant.
func (d *demo) load(state string) error {
	b, err := os.ReadFile(state)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var groups []frontegg.Group
	if err := json.Unmarshal(b, &groups); err != nil {
		return fmt.Errorf("%s is not the state of a demo: %w", state, err)
	}
	for _, g := range groups {
		d.server.AddGroup(demoTenant, g)
	}
	return nil
}

func (d *demo) save(state string) error {
	b, err := json.MarshalIndent(d.server.Groups(demoTenant), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(state, b, 0o600)
}
