package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/frontegg-go/frontegg"
)

// exporter writes the groups of tenants, with roles and members, into a file of
// JSON Lines for each.
type exporter struct {
	client *frontegg.Client
	dir    string
}

// run exports one tenant. The file appears when it is complete.
func (e *exporter) run(ctx context.Context, tenant string) (done result, err error) {
	if err := os.MkdirAll(e.dir, 0o700); err != nil {
		return result{}, err
	}
	f, err := os.CreateTemp(e.dir, ".export-*")
	if err != nil {
		return result{}, err
	}
	defer os.Remove(f.Name()) // fails once the file has its name
	defer f.Close()
	buffered := bufio.NewWriter(f)
	lines := json.NewEncoder(buffered)
	for group, err := range e.client.ForTenant(tenant).Groups.All(ctx, frontegg.WalkOptions{}, frontegg.WithRelations(frontegg.RelationsRolesAndUsers)) {
		if err != nil {
			return result{}, err
		}
		if err := lines.Encode(group); err != nil {
			return result{}, err
		}
		done.Exported++
	}
	if err := buffered.Flush(); err != nil {
		return result{}, err
	}
	if err := f.Close(); err != nil {
		return result{}, err
	}
	return done, os.Rename(f.Name(), filepath.Join(e.dir, fileName(tenant, ".jsonl")))
}
