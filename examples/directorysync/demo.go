package main

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
	"github.com/frontegg-go/frontegg/groupsync"
)

//go:embed sample
var sample embed.FS

const demoTenant = "demo"

func samplePeople() (*people, error) {
	b, err := sample.ReadFile("sample/people.csv")
	if err != nil {
		return nil, err
	}
	return parsePeople("people.csv", b)
}

// demo is a Frontegg in memory whose account has people and roles, and no groups.
type demo struct {
	server *fronteggtest.Server
	client *frontegg.Client
}

func newDemo(j *job, known *people) (*demo, error) {
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
	j.groups = client.Groups
	return &demo{server, client}, nil
}

func (d *demo) close() {
	_ = d.client.Close()
	d.server.Close()
}

// tour shows three runs: one that creates everything, one that finds nothing to
// do, and one after the file was edited.
func tour(ctx context.Context, stdout, stderr io.Writer) int {
	dir, err := os.MkdirTemp("", "directorysync-*")
	if err != nil {
		fmt.Fprintln(stderr, "directorysync:", err)
		return exitFailed
	}
	defer os.RemoveAll(dir)
	cfg := config{apply: true, lock: filepath.Join(dir, "lock"), sync: groupsync.Options{Owner: "directorysync", Delete: true, GrantRoles: true}}
	j := job{config: cfg, demo: true, stdout: stdout, log: logger(cfg, stderr)}
	known, err := samplePeople()
	if err != nil {
		return j.finish(failed(err), 0)
	}
	d, err := newDemo(&j, known)
	if err != nil {
		return j.finish(failed(err), 0)
	}
	defer d.close()
	fmt.Fprintln(stdout, "No FRONTEGG_ variables are set: three runs on a Frontegg in memory.")
	for i, r := range []struct {
		title, file string
		exit        int
	}{
		{"the account has no groups", "teams.csv", exitDone},
		{"the same file", "teams.csv", exitNothing},
		{"the file was edited", "teams-edited.csv", exitDone},
	} {
		fmt.Fprintf(stdout, "\n--- run %d: %s\n$ directorysync -people people.csv -file %s -delete -grant-roles -apply\n\n", i+1, r.title, r.file)
		j.wanted = func() ([]groupsync.Group, error) { return sampleTeams(r.file, known, cfg.sync) }
		if exit := j.run(ctx, j.work); exit != r.exit {
			return exit
		}
	}
	return exitNothing
}

// sampleTeams reads a file of the sample.
func sampleTeams(name string, known *people, opts groupsync.Options) ([]groupsync.Group, error) {
	b, err := sample.ReadFile("sample/" + name)
	if err != nil {
		return nil, err
	}
	return parseTeams(name, b, known, opts)
}

// onDemo is a run on a Frontegg in memory whose groups are kept in a file.
func onDemo(ctx context.Context, cfg config, stdout, stderr io.Writer) int {
	j := job{config: cfg, demo: true, stdout: stdout, log: logger(cfg, stderr)}
	if j.state == "" {
		j.state = filepath.Join(os.TempDir(), "directorysync-demo.json")
	}
	if j.lock == "" {
		j.lock = j.state + ".lock"
	}
	known, err := loadPeople(cfg.people)
	if cfg.people == "" {
		known, err = samplePeople()
	}
	if err != nil {
		return j.finish(failed(err), 0)
	}
	d, err := newDemo(&j, known)
	if err != nil {
		return j.finish(failed(err), 0)
	}
	defer d.close()
	j.log.Info("no FRONTEGG_ variables are set: a Frontegg in memory; remove its state to start over", "state", j.state)
	j.wanted = func() ([]groupsync.Group, error) {
		if cfg.file == "" {
			return sampleTeams("teams.csv", known, cfg.sync)
		}
		return load(cfg.file, known, cfg.sync)
	}
	return j.run(ctx, func(ctx context.Context) outcome {
		if err := d.load(j.state); err != nil {
			return failed(err)
		}
		o := j.work(ctx)
		if !j.apply {
			return o
		}
		if err := d.save(j.state); err != nil {
			return failed(errors.Join(o.err, err))
		}
		return o
	})
}

// load puts the groups of earlier runs into the account.
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
