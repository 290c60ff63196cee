package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/fronteggtest"
)

// The sample: each tenant has three groups and six people. Each person is in one
// group, and the first in all.
var (
	sampleTeams  = []struct{ key, name, role string }{{"t-1", "Sales", "viewer"}, {"t-2", "Support", "editor"}, {"t-3", "Engineering", "admin"}}
	samplePeople = []string{"ada", "ben", "cleo", "dev", "eve", "fay"}
)

func sampleTenant(i int) string { return fmt.Sprintf("tenant-%04d", i+1) }

func sampleEmail(person, tenant string) string { return person + "@" + tenant + ".example" }

// writeSample writes a file for each tenant.
func writeSample(dir string, tenants int) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for i := range tenants {
		tenant := sampleTenant(i)
		rows := [][]string{{"key", "name", "roles", "member"}}
		for t, team := range sampleTeams {
			for p, person := range samplePeople {
				if p == 0 || p%len(sampleTeams) == t {
					rows = append(rows, []string{team.key, team.name, team.role, sampleEmail(person, tenant)})
				}
			}
		}
		f, err := os.Create(filepath.Join(dir, fileName(tenant, ".csv")))
		if err != nil {
			return err
		}
		if err := csv.NewWriter(f).WriteAll(rows); err != nil {
			_ = f.Close()
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// seed puts the people and roles of the sample into a Frontegg in memory.
func seed(server *fronteggtest.Server, tenants int) {
	for _, team := range sampleTeams {
		server.AddRole("", frontegg.Role{Key: team.role})
	}
	for i := range tenants {
		tenant := sampleTenant(i)
		for _, person := range samplePeople {
			server.AddUser(tenant, frontegg.User{Email: sampleEmail(person, tenant)})
		}
	}
}
